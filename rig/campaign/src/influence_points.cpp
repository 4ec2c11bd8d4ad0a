// SPDX-License-Identifier: GPL-3.0-or-later
#include "influence_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "influence_signal.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/verdict/resolution.h"
#include "meterrig/vocabulary/units.h"
#include "method.h"
#include "reasons.h"
#include "rows.h"

namespace meterrig::campaign {
namespace {

// One load at which a row is tested.
struct Load {
  v1::Direction direction;
  v1::CurrentLevel current;
  v1::PowerFactor power_factor;
};

class RowPoints {
 public:
  RowPoints(const InfluenceScope& scope, const v1::Influence& spec, const v1::InfluenceRow& row,
            const v1::LimitUsed& limit)
      : scope_(scope), spec_(spec), row_(row), limit_(limit) {}

  Plan points() {
    if (!for_connection(row_.connection(), scope_.rated.circuit)) {
      plan_.push_back(for_another_connection());
      return std::move(plan_);
    }
    if (!known()) return {};
    if (row_.needs() != v1::INFLUENCE_MEANS_UNSPECIFIED && !in_chamber()) {
      plan_.push_back(left_to_a_person());
      return std::move(plan_);
    }
    for (const int direction : spec_.directions()) {
      if (!scope_.offered(static_cast<v1::Direction>(direction))) continue;
      for (const v1::CurrentLevel& current : currents()) {
        for (const v1::PowerFactor& power_factor : row_.power_factors()) {
          if (!wanted(power_factor)) continue;
          for (const v1::InfluenceLevel& level : row_.levels())
            add_level({static_cast<v1::Direction>(direction), current, power_factor}, level);
        }
      }
    }
    return std::move(plan_);
  }

 private:
  // Whether the currents of the row are; a finding when one is not.
  bool known() const {
    std::vector<v1::CurrentLevel> levels;
    if (row_.has_current()) {
      levels = {row_.current()};
    } else if (const auto span = span_of(row_, scope_.rated)) {
      levels = {span->from, span->to};
    }
    for (const v1::CurrentLevel& level : levels) {
      if (resolve(level, scope_.rated).known()) continue;
      scope_.finding(
          scope_.where + ".rows",
          fmt::format("row {} at {}, which is not known of the device", row_.id(), label(level)),
          "a current that the device's ratings or a relation of the standard give");
      return false;
    }
    return true;
  }

  // A coefficient whose temperatures this bench can put its device to.
  bool in_chamber() const {
    return row_.result() == v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT &&
           !row_.levels().empty() && scope_.bench.simulated().chamber() &&
           scope_.standard.reference_conditions().temperature_tolerance() > 0;
  }

  // Against the error before: of a coefficient by the kelvin.
  bool against_reference() const {
    return row_.result() == v1::INFLUENCE_RESULT_SHIFT || in_chamber();
  }

  // Those that the test names; of a coefficient the ends of the range where it names none.
  std::vector<v1::CurrentLevel> currents() const {
    if (row_.has_current()) return {row_.current()};
    if (const auto span = span_of(row_, scope_.rated);
        in_chamber() && spec_.currents().empty() && span)
      return {span->from, span->to};
    std::vector<v1::CurrentLevel> in_range;
    for (const v1::CurrentLevel& level : spec_.currents()) {
      if (covers(row_, resolve(level, scope_.rated), scope_.rated)) in_range.push_back(level);
    }
    return in_range;
  }

  bool wanted(const v1::PowerFactor& power_factor) const {
    const auto& asked = spec_.power_factors();
    return asked.empty() || std::any_of(asked.begin(), asked.end(), [&](const auto& factor) {
             return same(factor, power_factor);
           });
  }

  // The row's one point without a measurement.
  v1::PlannedPoint whole_row() const {
    v1::PlannedPoint point = scope_.base("influence");
    point.set_id(scope_.name(fmt::format("{}/{}", scope_.test, row_.id())));
    describe(point, limit_);
    if (row_.has_current()) {
      point.set_current_label(label(row_.current()));
    } else if (const auto span = span_of(row_, scope_.rated)) {
      point.set_current_label(fmt::format("{} to {}", label(span->from), label(span->to)));
    }
    std::string factors;
    for (const v1::PowerFactor& power_factor : row_.power_factors())
      factors += (factors.empty() ? "" : ", ") + label(power_factor);
    point.set_power_factor_label(factors);
    point.set_settle_s(0);
    return point;
  }

  v1::PlannedPoint left_to_a_person() const {
    v1::PlannedPoint point = whole_row();
    point.set_manual(true);
    point.set_not_run_reason(reason_for_person(row_.needs(), row_.instruction()));
    return point;
  }

  v1::PlannedPoint for_another_connection() const {
    v1::PlannedPoint point = whole_row();
    point.set_not_applicable(true);
    point.set_not_run_reason(reason_for_connection(row_.connection()));
    return point;
  }

  void describe(v1::PlannedPoint& point, const v1::LimitUsed& limit) const {
    *point.mutable_limit() = limit;
    point.set_load(v1::LOAD_BALANCED);
    point.set_influence_title(row_.title());
    point.set_influence_result(row_.result());
    point.set_energy(scope_.standard.energy());
  }

  v1::PlannedPoint at_load(std::string_view procedure, const Load& load,
                           const v1::LimitUsed& limit) const {
    v1::PlannedPoint point = scope_.base(procedure);
    describe(point, limit);
    point.set_direction(load.direction);
    point.set_current_label(label(load.current));
    point.set_power_factor_label(label(load.power_factor));
    point.set_current_over_nominal(resolve(load.current, scope_.rated) / scope_.rated.nominal);
    return point;
  }

  void add_level(const Load& load, const v1::InfluenceLevel& level) {
    const Current current = resolve(load.current, scope_.rated);
    const OperatingPoint reference = scope_.load_point(
        current, displacement(load.power_factor, scope_.standard.energy()), load.direction);
    v1::PlannedPoint point = at_load("influence", load, limit_);
    point.set_id(
        scope_.name(fmt::format("{}/{}/{}/{}/{}/{}", scope_.test, row_.id(), word(load.direction),
                                level.id(), id_part(load.current), label(load.power_factor))));
    *point.mutable_influence() = level;
    const double room = scope_.standard.reference_conditions().temperature();
    if (in_chamber()) point.set_ambient_temperature(level.temperature());
    const OperatingPoint applied = point_under(level, reference);
    *point.mutable_applied() = loader::message_from(applied);
    const double kelvins = std::abs(level.temperature() - room);
    if (!choose(point, applied, level, kelvins)) return;
    if (against_reference()) {
      const auto intrinsic = limit_at(load, current);
      if (!intrinsic) return;
      v1::PlannedPoint before = at_load("intrinsic_error", load, *intrinsic);
      before.set_id(point.id() + "/reference");
      *before.mutable_applied() = loader::message_from(reference);
      if (in_chamber()) before.set_ambient_temperature(room);
      if (!choose(before, reference, {}, kelvins)) return;
      // Neither says anything without the other.
      if (before.not_run_reason().empty()) before.set_not_run_reason(point.not_run_reason());
      if (point.not_run_reason().empty()) point.set_not_run_reason(before.not_run_reason());
      point.add_of_points(before.id());
      plan_.push_back(std::move(before));
    }
    plan_.push_back(std::move(point));
  }

  // Of the intrinsic error; a finding when the standard has none.
  std::optional<v1::LimitUsed> limit_at(const Load& load, Current current) const {
    std::optional<v1::LimitUsed> found;
    for (const v1::ErrorRow& row : scope_.standard.error_rows()) {
      const auto& factors = row.power_factors();
      if (row.load() != v1::LOAD_BALANCED || !covers(row, current, scope_.rated) ||
          std::none_of(factors.begin(), factors.end(),
                       [&](const auto& factor) { return same(factor, load.power_factor); }))
        continue;
      if (found) continue;
      found = limit_of(row, scope_.suite.accuracy_class(), scope_.standard);
      if (found)
        found->set_magnitude(found->magnitude() * limit_factor(row, current, scope_.rated));
    }
    if (!found)
      scope_.finding(scope_.where + ".rows",
                     fmt::format("row {} at {} and PF {}, where the intrinsic error has no limit",
                                 row_.id(), label(load.current), label(load.power_factor)),
                     "an error row for the point at reference conditions");
    return found;
  }

  // Method and time; false when the suite's fixed time will not do. `kelvins`: of a coefficient.
  bool choose(v1::PlannedPoint& point, const OperatingPoint& applied,
              const v1::InfluenceLevel& level, double kelvins) const {
    // U of a difference is sqrt(2) times that of either error.
    double limit = limit_.magnitude();
    if (against_reference()) limit /= std::numbers::sqrt2;
    if (in_chamber()) limit *= kelvins;
    MethodQuestion question{.device = scope_.device,
                            .bench = scope_.bench,
                            .suite = scope_.suite,
                            .limit = percent(limit),
                            .point = applied,
                            .direction = point.direction(),
                            .method = {},
                            .fixed_duration = {},
                            .energy = scope_.standard.energy()};
    if (spec_.has_duration()) question.fixed_duration = second(spec_.duration());
    const MethodChoice choice = choose_method(question);
    point.set_method(choice.method);
    point.set_duration_s(choice.duration.in(second));
    if (!choice.refusal.empty() && spec_.has_duration()) {
      scope_.finding(
          scope_.where + ".duration",
          fmt::format("{} at {}", readable(spec_.duration(), QuantityKind::duration), point.id()),
          choice.refusal);
      return false;
    }
    point.set_not_run_reason(choice.refusal);
    const v1::SwitchedSine& switched = level.signal().switched_current();
    if (switched.kind() != v1::FORM_KIND_BURST_FIRED || spec_.has_duration()) return true;
    point.set_duration_s(
        std::hypot(choice.duration.in(second), time_for_bursts(switched, applied)));
    if (point.not_run_reason().empty() && point.duration_s() > scope_.suite.maximum_duration())
      point.set_not_run_reason(
          fmt::format("bursts need {}, the suite allows {}",
                      readable(point.duration_s(), QuantityKind::duration, 4),
                      readable(scope_.suite.maximum_duration(), QuantityKind::duration)));
    return true;
  }

  // In which half a burst, rectangular at the ends of the gate, is within the uncertainty that the
  // rule allows: 2 x 100 (half burst) / (sqrt(3) T) <= limit x ratio.
  double time_for_bursts(const v1::SwitchedSine& bursts, const OperatingPoint& applied) const {
    const v1::DecisionRule& rule = scope_.suite.decision_rule();
    const double ratio = rule.has_maximum_uncertainty_ratio() ? rule.maximum_uncertainty_ratio()
                                                              : verdict::resolution_ratio;
    return 200 * half_burst_seconds(bursts, applied.frequency) /
           (std::numbers::sqrt3 * limit_.magnitude() * ratio);
  }

  const InfluenceScope& scope_;
  const v1::Influence& spec_;
  const v1::InfluenceRow& row_;
  const v1::LimitUsed& limit_;
  Plan plan_;
};

}  // namespace

Plan influence_points(const InfluenceScope& scope, const v1::Influence& spec) {
  Plan plan;
  for (int i = 0; i < spec.rows_size(); ++i) {
    const std::string where = fmt::format("{}.rows[{}]", scope.where, i);
    const v1::InfluenceRow* row = find_row(scope.standard.influence_rows(), spec.rows(i));
    if (row == nullptr) {
      scope.finding(where, fmt::format("'{}'", spec.rows(i)),
                    fmt::format("the id of an influence row of {} {}", scope.standard.designation(),
                                scope.standard.edition()));
      continue;
    }
    const auto limit = limit_of(*row, scope.suite.accuracy_class(), scope.standard);
    if (!limit) {
      scope.finding(where,
                    fmt::format("row {} without a limit for class {}", row->id(),
                                scope.suite.accuracy_class()),
                    "a row with a limit for the suite's class");
      continue;
    }
    Plan points = RowPoints(scope, spec, *row, *limit).points();
    std::move(points.begin(), points.end(), std::back_inserter(plan));
  }
  return plan;
}

}  // namespace meterrig::campaign
