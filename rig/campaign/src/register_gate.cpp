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
  return energy_register(loader::point_from(context.point.applied()), context.point.direction(),
                         context.point.energy());
}

std::array<QuantityId, 2> both_registers(const PointContext& context) {
  if (context.point.energy() == v1::ENERGY_REACTIVE)
    return {QuantityId{Measurand::reactive_energy_import, Place::total},
            QuantityId{Measurand::reactive_energy_export, Place::total}};
  return {QuantityId{Measurand::active_energy_import, Place::total},
          QuantityId{Measurand::active_energy_export, Place::total}};
}

Duration register_time(const PointContext& context, const Reading& reading, Duration planned,
                       Percent limit, double margin) {
  const OperatingPoint point = loader::point_from(context.point.applied());
  const ActivePower power = nominal_power(point, context.point.energy());
  const ActiveEnergy step =
      watt_hour(reading.resolution) + power * second(context.device.modbus().energy_refresh());
  return std::max(planned, verdict::register_advance(step, power, planned, limit).needed * margin);
}

std::vector<verdict::Contribution> register_budget(const PointContext& context, double step,
                                                   double reference, Duration duration) {
  return {
      verdict::triangular("steps of the energy register", step / reference * 100),
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
  constexpr int parts = most_sub_intervals;
  const std::array id{energy_register(context)};
  auto before = note_readings(context, result, id);
  if (!before) return tl::unexpected(before.error());
  const Duration duration =
      register_time(context, before->front(), planned, limit, error_register_margin);
  RegisterGate gate;
  if (!(duration <= context.longest)) {
    result.set_outcome(v1::OUTCOME_NOT_RUN);
    result.set_reason(fmt::format(
        "register advance: steps of {:.3g} {} need {}, the suite allows {}",
        before->front().resolution, context.point.energy() == v1::ENERGY_REACTIVE ? "varh" : "Wh",
        readable(duration.in(second), QuantityKind::duration, 4),
        readable(context.longest.in(second), QuantityKind::duration, 4)));
    return gate;
  }
  double step = before->front().resolution;
  Reading last = before->front();
  const Instant begin = last.time;
  for (int part = 0; part < parts; ++part) {
    if (auto passed = let_pass(context, duration / parts, static_cast<double>(part) / parts,
                               (part + 1.0) / parts);
        !passed)
      return tl::unexpected(passed.error());
    const auto now = note_readings(context, result, id);
    if (!now) return tl::unexpected(now.error());
    // From reading to reading, as the register has counted.
    const auto energy = reference_hours(context, last.time, now->front().time);
    if (!energy) return tl::unexpected(energy.error());
    context.bench.forget_before(now->front().time);
    const double counted = now->front().value - last.value;
    const double true_energy = std::abs(*energy);
    gate.partial_errors.push_back((counted / true_energy - 1) * 100);
    gate.device += counted;
    gate.reference += true_energy;
    last = now->front();
    step = std::max(step, now->front().resolution);
  }
  gate.budget = register_budget(context, step, gate.reference, last.time - begin);
  return gate;
}

}  // namespace meterrig::campaign
