// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "meterrig/vocabulary/units.h"

namespace meterrig::safety {
namespace {

// What is not a number narrows nothing; below 0 there is nothing.
template <class Kind>
Quantity<Kind> lower(Quantity<Kind> limit, Quantity<Kind> wanted) {
  return wanted < limit ? std::max(wanted, 0.0 * limit) : limit;
}

Result<void> within(double value, double limit, QuantityKind kind, const std::string& what) {
  if (value >= 0 && value <= limit) return {};
  return fail(ErrorCode::out_of_range,
              fmt::format("{} of {}; expected from 0 to {}, the limit of this output", what,
                          readable(value, kind), readable(limit, kind)));
}

}  // namespace

Limits limits_from(const v1::Limits& message) {
  return {.voltage = volt(message.voltage()),
          .current = ampere(message.current()),
          .apparent_power = volt_ampere(message.apparent_power()),
          .apparent_energy = volt_ampere_hour(message.apparent_energy()),
          .duration = second(message.duration()),
          .voltage_rise = volt(message.voltage_rise()),
          .current_rise = ampere(message.current_rise()),
          .lowest_frequency = hertz(message.lowest_frequency()),
          .highest_frequency = hertz(message.highest_frequency()),
          .crest = message.crest()};
}

v1::Limits to_message(const Limits& limits) {
  v1::Limits message;
  message.set_voltage(limits.voltage.in(volt));
  message.set_current(limits.current.in(ampere));
  message.set_apparent_power(limits.apparent_power.in(volt_ampere));
  message.set_apparent_energy(limits.apparent_energy.in(volt_ampere_hour));
  message.set_duration(limits.duration.in(second));
  message.set_voltage_rise(limits.voltage_rise.in(volt));
  message.set_current_rise(limits.current_rise.in(ampere));
  message.set_lowest_frequency(limits.lowest_frequency.in(hertz));
  message.set_highest_frequency(limits.highest_frequency.in(hertz));
  message.set_crest(limits.crest);
  return message;
}

Limits narrowed(const Limits& limits, const Limits& wanted) {
  const bool higher = wanted.lowest_frequency > limits.lowest_frequency;
  return {.voltage = lower(limits.voltage, wanted.voltage),
          .current = lower(limits.current, wanted.current),
          .apparent_power = lower(limits.apparent_power, wanted.apparent_power),
          .apparent_energy = lower(limits.apparent_energy, wanted.apparent_energy),
          .duration = lower(limits.duration, wanted.duration),
          .voltage_rise = lower(limits.voltage_rise, wanted.voltage_rise),
          .current_rise = lower(limits.current_rise, wanted.current_rise),
          .lowest_frequency = higher ? wanted.lowest_frequency : limits.lowest_frequency,
          .highest_frequency = lower(limits.highest_frequency, wanted.highest_frequency),
          .crest = wanted.crest < limits.crest ? wanted.crest : limits.crest};
}

Result<void> check(const OperatingPoint& point, const Limits& limits) {
  if (!(point.frequency >= limits.lowest_frequency && point.frequency <= limits.highest_frequency))
    return fail(ErrorCode::out_of_range,
                fmt::format("a frequency of {}; expected from {} to {}, the limits of this output",
                            readable(point.frequency.in(hertz), QuantityKind::frequency),
                            readable(limits.lowest_frequency.in(hertz), QuantityKind::frequency),
                            readable(limits.highest_frequency.in(hertz), QuantityKind::frequency)));
  if (!(limits.crest >= std::numbers::sqrt2))
    return fail(ErrorCode::out_of_range,
                fmt::format("a sine wave has a crest factor of {:.4f}; the limit is {}",
                            std::numbers::sqrt2, limits.crest));
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const std::string name = fmt::format(" L{}", phase + 1);
    if (auto kept = within(point.voltage[phase].in(volt), limits.voltage.in(volt),
                           QuantityKind::voltage, "a voltage" + name);
        !kept)
      return kept;
    if (auto kept = within(point.current[phase].in(ampere), limits.current.in(ampere),
                           QuantityKind::current, "a current" + name);
        !kept)
      return kept;
    for (const Angle angle : {point.voltage_angle[phase], point.displacement[phase]}) {
      if (!std::isfinite(angle.in(degree)))
        return fail(
            ErrorCode::out_of_range,
            fmt::format("an angle{} of {}; expected a number of degrees", name, angle.in(degree)));
    }
  }
  return within(apparent_power_of(point).in(volt_ampere), limits.apparent_power.in(volt_ampere),
                QuantityKind::apparent_power, "an apparent power");
}

ApparentPower apparent_power_of(const OperatingPoint& point) {
  ApparentPower sum = volt_ampere(0);
  for (std::size_t phase = 0; phase < phase_count; ++phase)
    sum += point.voltage[phase] * point.current[phase];
  return sum;
}

}  // namespace meterrig::safety
