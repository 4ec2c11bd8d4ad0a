// SPDX-License-Identifier: GPL-3.0-or-later
#include "composite_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "earlier_result.h"
#include "measurement.h"
#include "meterrig/loader/verdict_mapping.h"
#include "meterrig/verdict/messages.h"
#include "rows.h"

namespace meterrig::campaign {
namespace {

// A value with its uncertainty, and where it is from.
struct Part {
  std::string name;
  std::string point;
  double value = 0;
  double standard_uncertainty = 0;
  double coverage_factor = 2;
  std::optional<double> degrees_of_freedom;
};

Part part_of(std::string name, const v1::PointResult& result, double factor) {
  Part part{
      .name = std::move(name),
      .point = result.point(),
      .value = result.value() * factor,
      .standard_uncertainty = result.expanded_uncertainty() / result.coverage_factor() * factor,
      .coverage_factor = result.coverage_factor(),
      .degrees_of_freedom = {}};
  if (result.has_degrees_of_freedom()) part.degrees_of_freedom = result.degrees_of_freedom();
  return part;
}

void keep_greater(std::optional<Part>& kept, Part part) {
  if (!kept || std::abs(part.value) > std::abs(kept->value)) kept = std::move(part);
}

bool is_coefficient(const v1::PlannedPoint& point) {
  return point.influence_result() == v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT;
}

class Composition {
 public:
  Composition(const CompositeQuestion& question, v1::PointResult& result)
      : question_(question), result_(result) {}

  void decide() {
    result_.set_result_name("composite error");
    result_.set_unit("%");
    row_ = find_row(question_.standard.composite_rows(), question_.point.limit().row());
    if (row_ == nullptr) return make_not_valid(result_, "the row is not in the standard");
    for (const std::string& name : question_.point.of_points()) {
      if (!take(name)) return;
    }
    if (!intrinsic_ || !voltage_ || !frequency_)
      return make_not_valid(result_, "the plan lacks a part of the composite error");
    std::vector<const Part*> parts{&*intrinsic_, &*voltage_, &*frequency_};
    if (const std::optional<Part>& temperature = temperature_part()) {
      parts.push_back(&*temperature);
      return conclude_from(parts);
    }
    conclude_from(parts);
    if (result_.outcome() == v1::OUTCOME_FAIL) {
      result_.set_reason(fmt::format(
          "{}; this is without the shift of the temperature, which could only add to it",
          result_.reason()));
      return;
    }
    if (result_.outcome() == v1::OUTCOME_NOT_VALID) return;
    const double without = result_.value();
    result_.clear_value();
    result_.clear_budget();
    result_.clear_expanded_uncertainty();
    result_.clear_coverage_factor();
    result_.clear_degrees_of_freedom();
    result_.clear_other_verdicts();
    result_.set_outcome(v1::OUTCOME_NOT_RUN);
    result_.set_reason(fmt::format("{}; without it the root is {:.4g} % of the {:.4g} % allowed",
                                   lacks_temperature(), without, result_.limit().magnitude()));
  }

 private:
  const v1::PlannedPoint* planned(std::string_view name) const {
    const auto found =
        std::find_if(question_.plan.begin(), question_.plan.end(),
                     [&](const v1::PlannedPoint& point) { return point.id() == name; });
    return found == question_.plan.end() ? nullptr : &*found;
  }

  // False when the result says already why there is none.
  bool take(const std::string& name) {
    const v1::PlannedPoint* point = planned(name);
    const v1::PointResult* result = question_.earlier(name);
    if (point == nullptr)
      return make_not_valid(result_, fmt::format("{} is not planned", name)), false;
    const auto term = term_of(*point);
    // The temperature may be left to a person, and what a person found to a pass without a value.
    const bool of_temperature = term == CompositeTerm::temperature;
    if (of_temperature &&
        (result == nullptr || !result->has_value() || result->outcome() == v1::OUTCOME_NOT_VALID)) {
      unanswered_ += fmt::format("{}{}", unanswered_.empty() ? "" : ", ", name);
      return true;
    }
    if (!is_usable(name, result, result_)) return false;
    if (!term) {
      keep_greater(intrinsic_, part_of("intrinsic error", *result, 1));
    } else if (*term == CompositeTerm::voltage) {
      keep_greater(voltage_, part_of("voltage", *result, 1));
    } else if (*term == CompositeTerm::frequency) {
      keep_greater(frequency_, part_of("frequency", *result, 1));
    } else if (is_coefficient(*point)) {
      if (const auto kelvins = distance())
        keep_greater(by_coefficient_, part_of("temperature", *result, *kelvins));
    } else {
      temperatures_.push_back(point->influence().temperature());
      keep_greater(by_shift_, part_of("temperature", *result, 1));
    }
    return true;
  }

  // Greatest distance in K of the row's spans from the reference temperature.
  std::optional<double> distance() const {
    const v1::ReferenceConditions& conditions = question_.standard.reference_conditions();
    if (!(conditions.temperature_tolerance() > 0)) return std::nullopt;  // the standard states none
    double greatest = 0;
    for (const v1::TemperatureSpan& span : row_->temperatures()) {
      for (const double end : {span.from(), span.to()})
        greatest = std::max(greatest, std::abs(end - conditions.temperature()));
    }
    return greatest;
  }

  bool both_ends_measured() const {
    const auto& spans = row_->temperatures();
    const auto measured = [&](double end) {
      return std::find(temperatures_.begin(), temperatures_.end(), end) != temperatures_.end();
    };
    return std::all_of(spans.begin(), spans.end(), [&](const v1::TemperatureSpan& span) {
      return measured(span.from()) && measured(span.to());
    });
  }

  const std::optional<Part>& temperature_part() const {
    return both_ends_measured() ? by_shift_ : by_coefficient_;
  }

  std::string lacks_temperature() const {
    if (!unanswered_.empty())
      return fmt::format("needs the temperature coefficient of {}, which nobody has stated yet",
                         unanswered_);
    return "needs the shift of the temperature, which the suite does not ask for";
  }

  void conclude_from(std::span<const Part* const> parts) {
    const auto value_of = [&](std::string_view name) {
      for (const Part* part : parts) {
        if (part->name == name) return percent(part->value);
      }
      return percent(0);
    };
    const double root = composite_error({.intrinsic = value_of("intrinsic error"),
                                         .temperature = value_of("temperature"),
                                         .voltage = value_of("voltage"),
                                         .frequency = value_of("frequency")})
                            .in(percent);
    std::vector<verdict::Contribution> budget;
    budget.reserve(parts.size());
    result_.clear_parts();
    for (const Part* each : parts) {
      const Part& part = *each;
      v1::CompositePart& stored = *result_.add_parts();
      stored.set_name(part.name);
      stored.set_point(part.point);
      stored.set_value(part.value);
      stored.set_expanded_uncertainty(part.standard_uncertainty * part.coverage_factor);
      const double sensitivity = root > 0 ? std::abs(part.value) / root : 1;
      verdict::Contribution line{.name = part.name,
                                 .type = 'B',
                                 .distribution = verdict::Distribution::normal,
                                 .standard_uncertainty = part.standard_uncertainty * sensitivity};
      if (part.degrees_of_freedom) line.degrees_of_freedom = *part.degrees_of_freedom;
      budget.push_back(std::move(line));
    }
    conclude(question_.rule, result_, root, budget);
  }

  const CompositeQuestion& question_;
  v1::PointResult& result_;
  const v1::CompositeRow* row_ = nullptr;
  std::optional<Part> intrinsic_;
  std::optional<Part> voltage_;
  std::optional<Part> frequency_;
  std::optional<Part> by_coefficient_;
  std::optional<Part> by_shift_;
  std::vector<double> temperatures_;  // at which by_shift_ was measured
  std::string unanswered_;            // points of the temperature without a value
};

}  // namespace

Percent composite_error(const CompositeTerms& terms) {
  return percent(std::hypot(std::hypot(terms.intrinsic.in(percent), terms.temperature.in(percent)),
                            std::hypot(terms.voltage.in(percent), terms.frequency.in(percent))));
}

std::optional<CompositeTerm> term_of(const v1::PlannedPoint& point) {
  if (point.influence_result() == v1::INFLUENCE_RESULT_UNSPECIFIED ||
      point.procedure() != "influence")
    return std::nullopt;
  if (is_coefficient(point)) return CompositeTerm::temperature;
  if (point.influence_result() != v1::INFLUENCE_RESULT_SHIFT) return std::nullopt;
  const v1::InfluenceLevel& level = point.influence();
  if (level.has_signal() || level.reversed_sequence() || level.interrupted_phases_size() > 0)
    return std::nullopt;
  const int changed = int{level.has_voltage_factor()} + int{level.has_frequency_factor()} +
                      int{level.has_temperature()};
  if (changed != 1) return std::nullopt;
  if (level.has_voltage_factor()) return CompositeTerm::voltage;
  return level.has_frequency_factor() ? CompositeTerm::frequency : CompositeTerm::temperature;
}

void decide_composite(const CompositeQuestion& question, v1::PointResult& result) {
  Composition(question, result).decide();
}

}  // namespace meterrig::campaign
