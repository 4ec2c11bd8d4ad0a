// SPDX-License-Identifier: GPL-3.0-or-later
#include "register_gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "meterrig/loader/point_mapping.h"
#include "meterrig/verdict/resolution.h"
#include "meterrig/vocabulary/units.h"
#include "method.h"

namespace meterrig::campaign {

QuantityId energy_register(const PointContext& context) {
  return {context.point.direction() == v1::DIRECTION_EXPORT ? Measurand::active_energy_export
                                                            : Measurand::active_energy_import,
          Place::total};
}

Duration register_time(const PointContext& context, const Reading& reading, Duration planned,
                       Percent limit, double margin) {
  const OperatingPoint point = loader::point_from(context.point.applied());
  const ActivePower power = nominal_power(point);
  const ActiveEnergy step =
      watt_hour(reading.resolution) + power * second(context.device.modbus().energy_refresh());
  return std::max(planned, verdict::register_advance(step, power, planned, limit).needed * margin);
}

std::vector<verdict::Contribution> register_budget(const PointContext& context, double step_wh,
                                                   ActiveEnergy reference, Duration duration) {
  return {
      verdict::triangular("steps of the energy register", step_wh / reference.in(watt_hour) * 100),
      verdict::triangular("age of the register's value",
                          context.device.modbus().energy_refresh() / duration.in(second) * 100),
      {.name = "times of the two readings",
       .type = 'B',
       .distribution = verdict::Distribution::rectangular,
       .standard_uncertainty = std::sqrt(2.0) *
                               context.bench.reading_time_standard_uncertainty().in(second) /
                               duration.in(second) * 100},
  };
}

Result<RegisterGate> watch_register(PointContext& context, v1::PointResult& result,
                                    Duration planned, Percent limit) {
  constexpr int parts = 3;
  const std::array id{energy_register(context)};
  auto before = note_readings(context, result, id);
  if (!before) return tl::unexpected(before.error());
  const Duration duration =
      register_time(context, before->front(), planned, limit, error_register_margin);
  RegisterGate gate{
      .device = watt_hour(0), .reference = watt_hour(0), .partial_errors = {}, .budget = {}};
  if (!(duration <= context.longest)) {
    result.set_outcome(v1::OUTCOME_NOT_RUN);
    result.set_reason(fmt::format(
        "register advance: steps of {:.3g} Wh need {}, the suite allows {}",
        before->front().resolution, readable(duration.in(second), QuantityKind::duration, 4),
        readable(context.longest.in(second), QuantityKind::duration, 4)));
    return gate;
  }
  double step_wh = before->front().resolution;
  Reading last = before->front();
  const Instant begin = last.time;
  for (int part = 0; part < parts; ++part) {
    if (auto passed = let_pass(context, duration / parts, part / 3.0, (part + 1) / 3.0); !passed)
      return tl::unexpected(passed.error());
    const auto now = note_readings(context, result, id);
    if (!now) return tl::unexpected(now.error());
    // From reading to reading, as the register has counted.
    const auto energy = context.bench.reference_energy(last.time, now->front().time);
    if (!energy) return tl::unexpected(energy.error());
    context.bench.forget_before(now->front().time);
    const ActiveEnergy counted = watt_hour(now->front().value - last.value);
    const ActiveEnergy true_energy = watt_hour(std::abs(energy->in(watt_hour)));
    gate.partial_errors.push_back((counted / true_energy - 1) * 100);
    gate.device += counted;
    gate.reference += true_energy;
    last = now->front();
    step_wh = std::max(step_wh, now->front().resolution);
  }
  gate.budget = register_budget(context, step_wh, gate.reference, last.time - begin);
  return gate;
}

}  // namespace meterrig::campaign
