// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/resolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace meterrig::verdict {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// A resolution that falls with 1/T; `percent_seconds` is resolution times T.
MethodResolution falling_with_time(double percent_seconds, Duration duration, Percent limit) {
  MethodResolution result;
  result.resolution = percent(percent_seconds / duration.in(second));
  result.needed = second(percent_seconds / (resolution_ratio * limit.in(percent)));
  if (!(limit > percent(0)) || !result.needed.known()) result.needed = second(infinite);
  result.resolves = duration > second(0) && resolves(limit, result.resolution);
  return result;
}

}  // namespace

bool resolves(Percent limit, Percent resolution) { return resolution <= limit * resolution_ratio; }

Duration edge_uncertainty(const PulseTiming& timing) {
  const double u_t = timing.timestamp_uncertainty.in(second);
  const double tau = timing.position_quantum.in(second);
  const double tau_r = timing.reference_step.in(second);
  const double rho = timing.ripple.in(second);
  return second(
      std::sqrt(2.0 * u_t * u_t + tau * tau / 6.0 + tau_r * tau_r / 6.0 + rho * rho / 2.0));
}

Duration power_ripple(Frequency frequency, double power_factor) {
  const double rate = 2.0 * std::numbers::pi * frequency.in(hertz)*power_factor;
  return second(frequency > hertz(0) && power_factor > 0.0 ? 1.0 / rate : infinite);
}

MethodResolution pulses(const PulseTiming& timing, Duration duration, Percent limit) {
  return falling_with_time(2.0 * 100.0 * edge_uncertainty(timing).in(second), duration, limit);
}

MethodResolution register_advance(ActiveEnergy step, ActivePower power, Duration duration,
                                  Percent limit) {
  const double seconds_of_a_step =
      power > watt(0) ? step.in(watt_second) / power.in(watt) : infinite;
  return falling_with_time(2.0 * 100.0 * seconds_of_a_step / std::sqrt(6.0), duration, limit);
}

MethodResolution instantaneous(double reading_step, double value, Percent limit) {
  MethodResolution result;
  result.resolution = percent(2.0 * 100.0 * reading_step / (std::sqrt(12.0) * std::abs(value)));
  result.resolves = resolves(limit, result.resolution);
  result.needed = second(result.resolves ? 0.0 : infinite);
  return result;
}

ActiveEnergy register_energy_needed(ActiveEnergy step, Percent limit, double fraction) {
  return step / (fraction * limit.in(percent) / 100.0);
}

Duration measuring_time(const MeasuringTime& demand) {
  const double b = demand.noise_root_second;
  const double a = edge_uncertainty(demand.timing).in(second);
  const double allowed = demand.limit.in(percent) / 100.0 / (2.0 * demand.ratio);
  const double unaveraged = demand.unaveraged.in(percent) / 100.0;
  const double c_squared = allowed * allowed - unaveraged * unaveraged;
  if (!(allowed > 0.0 && c_squared > 0.0)) return second(infinite);
  return second((b * b + std::sqrt(b * b * b * b + 4.0 * a * a * c_squared)) / (2.0 * c_squared));
}

Duration pulse_interval(MeterConstant constant, ActivePower power) {
  const double pulses_per_second = constant.in(impulse_per_kilowatt_hour)*power.in(watt) / 3.6e6;
  return second(pulses_per_second > 0.0 ? 1.0 / pulses_per_second : infinite);
}

Result<std::int64_t> pulses_needed(Duration duration, MeterConstant constant, ActivePower power,
                                   std::int64_t least) {
  const Duration interval = pulse_interval(constant, power);
  const double count = std::ceil(duration / interval);
  // Also false for NaN.
  if (!(interval < second(infinite) && count <= 1e9)) {
    return fail(
        ErrorCode::out_of_range,
        fmt::format("cannot count pulses for {:.6g} s at {:.6g} imp/kWh and {:.6g} W",
                    duration.in(second), constant.in(impulse_per_kilowatt_hour), power.in(watt)));
  }
  return std::max(least, static_cast<std::int64_t>(std::max(count, 0.0)));
}

Result<PulsePlan> plan_pulses(const MeasuringTime& demand, const LeastEffort& least,
                              MeterConstant constant, ActivePower power) {
  const Duration wanted = measuring_time(demand);
  if (!(wanted < second(infinite)))
    return fail(
        ErrorCode::out_of_range,
        fmt::format("no duration brings 2 u to {:.6g} % beside {:.6g} % that does not average",
                    demand.limit.in(percent) / demand.ratio, demand.unaveraged.in(percent)));
  // Unknown is not 0: an unknown least duration is refused by pulses_needed().
  const Duration duration = wanted > least.duration ? wanted : least.duration;
  const auto pulses = pulses_needed(duration, constant, power, least.pulses);
  if (!pulses) return tl::unexpected(pulses.error());
  return PulsePlan{*pulses, static_cast<double>(*pulses) * pulse_interval(constant, power)};
}

}  // namespace meterrig::verdict
