// SPDX-License-Identifier: GPL-3.0-or-later
#include "self_heating_points.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <optional>

#include "meterrig/loader/point_mapping.h"
#include "method.h"
#include "reasons.h"
#include "rows.h"

namespace meterrig::campaign {
namespace {

std::optional<double> drift_of(const v1::SelfHeatingRow& row, const std::string& accuracy_class) {
  for (const v1::ClassLimit& drift : row.drifts()) {
    if (drift.accuracy_class() == accuracy_class) return drift.limit();
  }
  return std::nullopt;
}

v1::PlannedPoint point_of(const v1::SelfHeatingRow& row, const v1::LimitUsed& limit, double drift,
                          const InfluenceScope& scope, const v1::SelfHeating& spec) {
  const Current current = resolve(row.current(), scope.rated);
  const OperatingPoint operating = scope.load_point(
      current, displacement(row.power_factor(), scope.standard.energy()), spec.direction());
  v1::PlannedPoint point = scope.base("self_heating");
  point.set_id(
      scope.name(fmt::format("{}/{}/{}/{}/{}", scope.test, row.id(), word(spec.direction()),
                             id_part(row.current()), label(row.power_factor()))));
  *point.mutable_limit() = limit;
  *point.mutable_applied() = loader::message_from(operating);
  point.set_direction(spec.direction());
  point.set_energy(scope.standard.energy());
  point.set_load(v1::LOAD_BALANCED);
  point.set_current_label(label(row.current()));
  point.set_power_factor_label(label(row.power_factor()));
  point.set_current_over_nominal(current / scope.rated.nominal);
  point.set_settle_s(row.voltage_before());
  point.set_measurements(static_cast<int>(std::ceil(row.least_time() / spec.interval())));
  v1::SelfHeatingTimes& times = *point.mutable_self_heating();
  times.set_interval_s(spec.interval());
  times.set_drift_s(row.drift_time());
  times.set_drift_limit(drift);
  times.set_least_s(row.least_time());
  times.set_greatest_s(row.greatest_time());
  if (!for_connection(row.connection(), scope.rated.circuit)) {
    point.set_not_applicable(true);
    point.set_not_run_reason(reason_for_connection(row.connection()));
    return point;
  }
  // U of a difference is sqrt(2) times that of either error.
  const MethodChoice choice =
      choose_method({.device = scope.device,
                     .bench = scope.bench,
                     .suite = scope.suite,
                     .limit = percent(limit.magnitude() / std::numbers::sqrt2),
                     .point = operating,
                     .direction = spec.direction(),
                     .method = {},
                     .fixed_duration = second(spec.interval()),
                     .energy = scope.standard.energy()});
  point.set_method(choice.method);
  point.set_duration_s(spec.interval());
  point.set_not_run_reason(choice.refusal);
  return point;
}

}  // namespace

Plan self_heating_points(const InfluenceScope& scope, const v1::SelfHeating& spec) {
  Plan plan;
  for (int i = 0; i < spec.rows_size(); ++i) {
    const std::string where = fmt::format("{}.rows[{}]", scope.where, i);
    const v1::SelfHeatingRow* row = find_row(scope.standard.self_heating_rows(), spec.rows(i));
    if (row == nullptr) {
      scope.finding(where, fmt::format("'{}'", spec.rows(i)),
                    fmt::format("the id of a self-heating row of {} {}",
                                scope.standard.designation(), scope.standard.edition()));
      continue;
    }
    const auto limit = limit_of(*row, scope.suite.accuracy_class(), scope.standard);
    const auto drift = drift_of(*row, scope.suite.accuracy_class());
    if (!limit || !drift) {
      scope.finding(where,
                    fmt::format("row {} without figures for class {}", row->id(),
                                scope.suite.accuracy_class()),
                    "a row with limit and drift for the suite's class");
      continue;
    }
    if (!resolve(row->current(), scope.rated).known()) {
      scope.finding(where,
                    fmt::format("row {} at {}, which is not known of the device", row->id(),
                                label(row->current())),
                    "a current that the device's ratings or a relation of the standard give");
      continue;
    }
    if (!scope.offered(spec.direction())) continue;
    plan.push_back(point_of(*row, *limit, *drift, scope, spec));
  }
  return plan;
}

}  // namespace meterrig::campaign
