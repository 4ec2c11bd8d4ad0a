// SPDX-License-Identifier: GPL-3.0-or-later
#include "condition_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measurement.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::campaign {
namespace {

double greatest_deviation(std::span<const double> values) {
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double worst = 0;
  for (const double value : values) worst = std::max(worst, std::abs(value - mean) / mean * 100);
  return worst;
}

struct Distorted {
  bool voltage;
  bool current;
};
Distorted distorted_by(const v1::InfluenceSignal& signal) {
  return {
      .voltage = !signal.voltage_harmonics().empty() || !signal.voltage_interharmonics().empty(),
      .current = !signal.current_harmonics().empty() || !signal.current_interharmonics().empty() ||
                 signal.has_switched_current()};
}

std::string allowed(const ConditionValue& value) {
  if (value.least && value.greatest)
    return fmt::format("allowed {:.6g} to {:.6g} {}", *value.least, *value.greatest, value.unit);
  return fmt::format("allowed up to {:.6g} {}", value.greatest.value_or(0), value.unit);
}

void append(std::string& text, const std::string& more) {
  if (!text.empty()) text += ", ";
  text += more;
}

}  // namespace

bool ConditionValue::holds() const {
  if (!least && !greatest) return true;
  // An unknown value is not within any limit.
  return value >= least.value_or(value) && value <= greatest.value_or(value);
}

std::vector<ConditionValue> condition_values(const reference::MeterReading& reading,
                                             const PointContext& context) {
  const v1::ReferenceConditions& conditions = context.standard.reference_conditions();
  const v1::Ratings& ratings = context.device.ratings();
  const v1::InfluenceLevel& influence = context.point.influence();
  // What the influence changes must be what it says, within the same tolerance; a distortion is
  // free where it is the influence.
  const OperatingPoint planned = loader::point_from(context.point.applied());
  const Distorted distorted = distorted_by(influence.signal());
  const bool balanced = context.point.load() == v1::LOAD_BALANCED;
  std::vector<ConditionValue> found;
  const auto add = [&found](std::string quantity, std::string_view unit, double value,
                            std::optional<double> least, std::optional<double> greatest) {
    found.push_back({.quantity = std::move(quantity),
                     .unit = unit,
                     .value = value,
                     .least = least,
                     .greatest = greatest});
  };
  const auto around = [&add](std::string quantity, std::string_view unit, double value,
                             double wanted, double tolerance) {
    add(std::move(quantity), unit, value, wanted * (1 - tolerance / 100),
        wanted * (1 + tolerance / 100));
  };
  std::vector<double> volts;
  std::vector<double> amperes;
  volts.reserve(phase_count);
  amperes.reserve(phase_count);
  double least_angle = 360;
  double greatest_angle = -360;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const reference::PhaseReading& phase = reading.phase.at(p);
    const double u = phase.u.in(volt);
    amperes.push_back(phase.i.in(ampere));
    const bool interrupted =
        influence.interrupted_phases_size() > 0 && planned.voltage.at(p) == volt(0);
    if (interrupted) {
      add(fmt::format("voltage.L{}", p + 1), "V", u, 0,
          ratings.reference_voltage() * conditions.voltage() / 100);
    } else {
      volts.push_back(u);
      const double wanted = influence.has_voltage_factor()
                                ? influence.voltage_factor() * ratings.reference_voltage()
                                : ratings.reference_voltage();
      around(fmt::format("voltage.L{}", p + 1), "V", u, wanted, conditions.voltage());
      if (!distorted.voltage)
        add(fmt::format("voltage distortion.L{}", p + 1), "%", phase.voltage_thd.in(percent), {},
            conditions.distortion());
    }
    add(fmt::format("current.L{}", p + 1), "A", amperes.back(), {}, {});
    if (phase.displacement.known()) {
      if (!distorted.current)
        add(fmt::format("current distortion.L{}", p + 1), "%", phase.current_thd.in(percent), {},
            conditions.distortion());
      // Turned back by export, so that the spread is between neighbours of one sign.
      double angle = phase.displacement.in(degree);
      if (context.point.direction() == v1::DIRECTION_EXPORT) angle += angle > 0 ? -180 : 180;
      least_angle = std::min(least_angle, angle);
      greatest_angle = std::max(greatest_angle, angle);
    }
  }
  const double frequency_factor =
      influence.has_frequency_factor() ? influence.frequency_factor() : 1;
  around("frequency", "Hz", reading.frequency.in(hertz),
         frequency_factor * ratings.reference_frequency(), conditions.frequency());
  add("voltages from their mean", "%", greatest_deviation(volts), {},
      conditions.voltage_symmetry());
  if (balanced && greatest_angle >= least_angle) {
    add("currents from their mean", "%", greatest_deviation(amperes), {},
        conditions.current_symmetry());
    add("spread of displacements", "deg", greatest_angle - least_angle, {},
        conditions.displacement_spread());
  }
  const v1::Environment* const around_it = context.environment;
  const bool in_chamber = context.point.has_ambient_temperature();
  // A bench that states a humidity alone leaves the temperature at 0.
  if (in_chamber || (around_it != nullptr && around_it->temperature() != 0)) {
    const double wanted =
        in_chamber ? context.point.ambient_temperature() : conditions.temperature();
    add("ambient temperature", "degC", in_chamber ? wanted : around_it->temperature(), {}, {});
    found.back().declared = true;
    if (conditions.temperature_tolerance() > 0) {
      found.back().least = wanted - conditions.temperature_tolerance();
      found.back().greatest = wanted + conditions.temperature_tolerance();
    }
  }
  return found;
}

std::string broken_conditions(const std::vector<ConditionValue>& values) {
  std::string broken;
  for (const ConditionValue& value : values) {
    if (!value.holds())
      append(broken, fmt::format("{} {:.6g} {} ({})", value.quantity, value.value, value.unit,
                                 allowed(value)));
  }
  return broken;
}

std::string broken_conditions(const reference::MeterReading& reading, const PointContext& context) {
  return broken_conditions(condition_values(reading, context));
}

void ConditionWatch::begin(const std::vector<ConditionValue>& values, bool binding) {
  begun_ = true;
  binding_ = binding;
  take(values);
}

void ConditionWatch::take(const std::vector<ConditionValue>& values) {
  for (const ConditionValue& value : values) {
    auto range = std::find_if(ranges_.begin(), ranges_.end(), [&](const Range& known) {
      return known.latest.quantity == value.quantity;
    });
    if (range == ranges_.end()) range = ranges_.emplace(ranges_.end());
    range->latest = value;
    range->broken = range->broken || !value.holds();
    if (!std::isfinite(value.value)) continue;
    range->minimum = range->samples == 0 ? value.value : std::min(range->minimum, value.value);
    range->maximum = range->samples == 0 ? value.value : std::max(range->maximum, value.value);
    range->sum += value.value;
    ++range->samples;
  }
}

void ConditionWatch::lose(std::string why) { lost_ = std::move(why); }

bool ConditionWatch::worth_another_try() const {
  return binding_ && (!lost_.empty() || std::any_of(ranges_.begin(), ranges_.end(), [](auto& r) {
           return r.broken && !r.latest.declared;
         }));
}

void ConditionWatch::conclude(v1::PointResult& result) const {
  std::string broken;
  for (const Range& range : ranges_) {
    if (range.broken)
      append(broken,
             fmt::format("{} {:.6g} to {:.6g} {} ({})", range.latest.quantity, range.minimum,
                         range.maximum, range.latest.unit, allowed(range.latest)));
    if (range.samples == 0) continue;
    v1::ConditionRange& written = *result.mutable_conditions()->add_ranges();
    written.set_quantity(range.latest.quantity);
    written.set_unit(std::string(range.latest.unit));
    written.set_minimum(range.minimum);
    written.set_mean(range.sum / range.samples);
    written.set_maximum(range.maximum);
    if (binding_ && range.latest.least) written.set_least(*range.latest.least);
    if (binding_ && range.latest.greatest) written.set_greatest(*range.latest.greatest);
    written.set_samples(range.samples);
  }
  if (!binding_ || result.outcome() == v1::OUTCOME_NOT_VALID ||
      result.outcome() == v1::OUTCOME_NOT_RUN)
    return;
  if (!lost_.empty()) {
    make_not_valid(result, "the reference could not measure: " + lost_);
  } else if (!broken.empty()) {
    make_not_valid(result, "reference conditions not met while the point ran: " + broken);
  }
}

}  // namespace meterrig::campaign
