// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "../ambient.h"
#include "../error_measurement.h"
#include "../error_shift.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/vocabulary/units.h"
#include "procedures.h"

namespace meterrig::campaign {
namespace {

// Greatest less smallest error of the last `span_s` at least; unknown while there is less.
std::optional<double> drift(const v1::PointResult& result, double span_s) {
  const auto& errors = result.errors_over_time();
  if (errors.empty()) return std::nullopt;
  const double from = errors.rbegin()->time_s() - span_s;
  if (errors.begin()->time_s() > from) return std::nullopt;
  double least = errors.rbegin()->error();
  double greatest = least;
  for (auto timed = errors.rbegin(); timed != errors.rend(); ++timed) {
    least = std::min(least, timed->error());
    greatest = std::max(greatest, timed->error());
    if (timed->time_s() <= from) break;
  }
  return greatest - least;
}

// What one measurement leaves in the result says nothing about all of them.
void forget_one(v1::PointResult& result, int readings_before) {
  result.mutable_readings()->DeleteSubrange(readings_before,
                                            result.readings_size() - readings_before);
  result.clear_pulses();
  result.clear_partial_errors();
  result.clear_reference_energy_wh();
  result.clear_device_energy_wh();
  result.clear_reference_energy_varh();
  result.clear_device_energy_varh();
}

}  // namespace

// Voltage alone, so that the current circuits are cold and the rest is warm; then the errors from
// the begin of the current on. The first is over an interval, in which the meter warms already: by
// no more than from that interval to the next, since warming slows down.
Result<v1::PointResult> self_heating(PointContext& context) {
  const v1::SelfHeatingTimes& times = context.point.self_heating();
  OperatingPoint voltage_alone = loader::point_from(context.point.applied());
  voltage_alone.current.fill(ampere(0));
  if (auto there = go_to_temperature(context); !there) return tl::unexpected(there.error());
  if (auto applied = context.bench.apply(voltage_alone, context.seed); !applied)
    return tl::unexpected(applied.error());
  const double all = context.point.settle_s() + times.least_s();
  const double cold = context.point.settle_s() / all;
  if (auto passed = let_pass(context, second(context.point.settle_s()), 0, cold); !passed)
    return tl::unexpected(passed.error());
  if (auto applied = put_on(context); !applied) return tl::unexpected(applied.error());
  const Instant begin = context.bench.now();
  const auto elapsed = [&] { return (context.bench.now() - begin).in(second); };
  auto prepared = read_conditions(context, true);
  if (!prepared) return prepared;
  v1::PointResult& result = *prepared;
  result.set_result_name("error shift");
  result.set_unit("%");
  const double share_from = cold;
  PointContext one = context;
  one.progress = [&](double /*of one interval*/) {
    return context.progress(
        std::min(1.0, share_from + (1 - share_from) * elapsed() / times.least_s()));
  };
  const int readings_before = result.readings_size();
  std::optional<ErrorMeasurement> first;
  ErrorMeasurement last{};
  std::optional<double> drifts;
  bool settled = false;
  while (!settled && elapsed() < times.greatest_s()) {
    const double from = elapsed();
    const auto measured = measure_error(one, result);
    if (!measured) return tl::unexpected(measured.error());
    const std::optional<ErrorMeasurement>& measurement = *measured;
    if (!measurement) return prepared;
    forget_one(result, readings_before);
    last = *measurement;
    if (!first) first = last;
    v1::TimedError& timed = *result.add_errors_over_time();
    timed.set_time_s((from + elapsed()) / 2);
    timed.set_error(last.error);
    drifts = drift(result, times.drift_s());
    settled = elapsed() >= times.least_s() && drifts && *drifts <= times.drift_limit();
  }
  if (!first) {
    make_not_valid(result, "no error within the greatest time");
    return prepared;
  }
  if (!settled)
    make_not_valid(
        result,
        fmt::format("the error still drifts by {:.3g} % in {} after {} (allowed {:.6g} %)",
                    drifts.value_or(0), readable(times.drift_s(), QuantityKind::duration),
                    readable(times.greatest_s(), QuantityKind::duration), times.drift_limit()));
  std::vector<verdict::Contribution> budget =
      budget_of_shift(std::move(last.budget), first->budget);
  if (result.errors_over_time_size() > 1)
    budget.push_back(verdict::rectangular(
        "warming within the first interval",
        std::abs(result.errors_over_time(1).error() - result.errors_over_time(0).error())));
  result.set_reference_error(first->error);
  result.set_influenced_error(last.error);
  conclude(context, result, last.error - first->error, budget);
  return prepared;
}

}  // namespace meterrig::campaign
