// SPDX-License-Identifier: GPL-3.0-or-later
#include "composite_points.h"

#include <fmt/format.h>

#include <algorithm>

#include "composite_error.h"
#include "rows.h"

namespace meterrig::campaign {
namespace {

// "5..30degC" or "-10..5degC+30..40degC".
std::string label(const google::protobuf::RepeatedPtrField<v1::TemperatureSpan>& spans) {
  std::string text;
  for (const v1::TemperatureSpan& span : spans)
    text += fmt::format("{}{}..{}degC", text.empty() ? "" : "+", span.from(), span.to());
  return text;
}

// "5 to 30 degC" or "-10 to 5 and 30 to 40 degC".
std::string title(const google::protobuf::RepeatedPtrField<v1::TemperatureSpan>& spans) {
  std::string text;
  for (const v1::TemperatureSpan& span : spans)
    text += fmt::format("{}{} to {}", text.empty() ? "" : " and ", span.from(), span.to());
  return text + " degC";
}

class CompositePoints {
 public:
  CompositePoints(const CompositeScope& scope, const v1::CompositeError& spec)
      : scope_(scope), spec_(spec) {}

  Plan points() {
    if (!has_points("intrinsic_test", spec_.intrinsic_test()) ||
        !has_points("influence_test", spec_.influence_test()))
      return {};
    for (int r = 0; r < spec_.rows_size(); ++r) row(r);
    return std::move(plan_);
  }

 private:
  bool in_test(const v1::PlannedPoint& point, const std::string& test) const {
    return point.suite() == scope_.base.suite() && point.position() == scope_.base.position() &&
           point.test() == test;
  }

  // A finding when not.
  bool has_points(std::string_view operand, const std::string& test) const {
    if (std::any_of(scope_.before.begin(), scope_.before.end(),
                    [&](const v1::PlannedPoint& p) { return in_test(p, test); }))
      return true;
    scope_.finding(fmt::format("{}.{}", scope_.where, operand), fmt::format("'{}'", test),
                   "a test with points, above this one");
    return false;
  }

  void row(int index) {
    const std::string where = fmt::format("{}.rows[{}]", scope_.where, index);
    const v1::CompositeRow* row = find_row(scope_.standard.composite_rows(), spec_.rows(index));
    if (row == nullptr)
      return scope_.finding(where, fmt::format("'{}'", spec_.rows(index)),
                            fmt::format("the id of a composite row of {} {}",
                                        scope_.standard.designation(), scope_.standard.edition()));
    const auto limit = limit_of(*row, scope_.accuracy_class, scope_.standard);
    if (!limit)
      return scope_.finding(
          where,
          fmt::format("row {} without a limit for class {}", row->id(), scope_.accuracy_class),
          "a row with a limit for the class");
    if (row->load() != spec_.load())
      return scope_.finding(where, fmt::format("row {} for another load", row->id()),
                            "a row for this test's load");
    for (const v1::CurrentLevel& level : spec_.currents()) {
      const Current current = resolve(level, scope_.rated);
      if (!current.known())
        return scope_.finding(
            where, fmt::format("{}, which is not known of the device", campaign::label(level)),
            "a current that the device's ratings or a relation of the standard give");
      if (!covers(*row, current, scope_.rated)) continue;
      for (const v1::PowerFactor& factor : spec_.power_factors()) {
        const auto& known = row->power_factors();
        if (std::any_of(known.begin(), known.end(),
                        [&](const v1::PowerFactor& k) { return same(k, factor); }))
          add(*row, *limit, level, factor);
      }
    }
  }

  void add(const v1::CompositeRow& row, const v1::LimitUsed& limit, const v1::CurrentLevel& level,
           const v1::PowerFactor& factor) {
    const Current current = resolve(level, scope_.rated);
    v1::PlannedPoint point = scope_.base;
    point.set_id(
        scope_.name(fmt::format("{}/{}/{}/{}", scope_.base.test(), label(row.temperatures()),
                                id_part(level), campaign::label(factor))));
    *point.mutable_limit() = limit;
    point.set_influence_title(title(row.temperatures()));
    point.set_load(row.load());
    point.set_current_label(campaign::label(level));
    point.set_power_factor_label(campaign::label(factor));
    point.set_current_over_nominal(current / scope_.rated.nominal);
    point.set_settle_s(0);
    if (row.load() == v1::LOAD_SINGLE_PHASE) {
      point.set_not_run_reason(
          "the shifts of influence tests are those of balanced load, and the composite error of a "
          "single-phase load needs its own");
    } else {
      point.set_not_run_reason(take_parts(point, row, current));
    }
    plan_.push_back(std::move(point));
  }

  // Why the point cannot be computed; empty when it can.
  std::string take_parts(v1::PlannedPoint& point, const v1::CompositeRow& row, Current current) {
    bool intrinsic = false;
    bool voltage = false;
    bool frequency = false;
    for (const v1::PlannedPoint& part : scope_.before) {
      if (part.power_factor_label() != point.power_factor_label() ||
          part.direction() == v1::DIRECTION_EXPORT)
        continue;
      const bool same_load = part.current_label() == point.current_label();
      if (in_test(part, spec_.intrinsic_test()) && part.procedure() == "intrinsic_error" &&
          same_load && part.load() == point.load()) {
        if (!intrinsic) point.add_of_points(part.id());
        intrinsic = true;
        continue;
      }
      if (!in_test(part, spec_.influence_test())) continue;
      const auto term = term_of(part);
      if (!term || !(same_load || holds_over(part, current))) continue;
      if (*term == CompositeTerm::temperature && !counts_for(part, row)) continue;
      voltage = voltage || *term == CompositeTerm::voltage;
      frequency = frequency || *term == CompositeTerm::frequency;
      point.add_of_points(part.id());
    }
    std::string missing;
    if (!intrinsic) missing += fmt::format("; {} has no error", spec_.intrinsic_test());
    if (!voltage)
      missing += fmt::format("; {} has no shift with the voltage", spec_.influence_test());
    if (!frequency)
      missing += fmt::format("; {} has no shift with the frequency", spec_.influence_test());
    if (missing.empty()) return "";
    return fmt::format("the composite error needs more than is measured at this load{}", missing);
  }

  // A coefficient that a person states is one for the whole range of its row.
  bool holds_over(const v1::PlannedPoint& part, Current current) const {
    if (part.influence_result() != v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT || !part.manual())
      return false;
    const v1::InfluenceRow* row = find_row(scope_.standard.influence_rows(), part.limit().row());
    return row != nullptr && covers(*row, current, scope_.rated);
  }

  // A coefficient counts for each span, a shift for that in which its temperature lies.
  static bool counts_for(const v1::PlannedPoint& part, const v1::CompositeRow& row) {
    if (!part.influence().has_temperature()) return true;
    const double temperature = part.influence().temperature();
    const auto& spans = row.temperatures();
    return std::any_of(spans.begin(), spans.end(), [&](const v1::TemperatureSpan& span) {
      return span.from() <= temperature && temperature <= span.to();
    });
  }

  const CompositeScope& scope_;
  const v1::CompositeError& spec_;
  Plan plan_;
};

}  // namespace

Plan composite_points(const CompositeScope& scope, const v1::CompositeError& spec) {
  return CompositePoints(scope, spec).points();
}

}  // namespace meterrig::campaign
