// SPDX-License-Identifier: GPL-3.0-or-later
#include "method.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "meterrig/loader/pulse_energy.h"
#include "meterrig/verdict/resolution.h"
#include "meterrig/vocabulary/measurand.h"
#include "meterrig/vocabulary/turn.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::campaign {
namespace {

// Least number of pulse intervals: one for each of the sub-intervals that show repeatability.
constexpr std::int64_t least_intervals = 3;
// Register step that the plan assumes before the device is asked: that of a float32 at 1000 kWh.
constexpr double assumed_step_wh = 0.0625;
constexpr const char* counts_active_alone = "the bench's reference counts active energy alone";

std::string seconds_text(Duration d) {
  if (!std::isfinite(d.in(second))) return "no duration";
  return readable(std::ceil(d.in(second) * 10) / 10, QuantityKind::duration, 6);
}

// A device without a register map says what it has when it is asked: until then it is believed.
bool may_have(const v1::Device& device, QuantityId id) {
  if (!device.has_modbus()) return true;
  const auto& registers = device.modbus().registers();
  return std::any_of(registers.begin(), registers.end(),
                     [&](const v1::Register& r) { return r.quantity() == to_string(id); });
}

double demanded_ratio(const v1::Suite& suite) {
  return suite.decision_rule().has_maximum_uncertainty_ratio()
             ? 1.0 / suite.decision_rule().maximum_uncertainty_ratio()
             : 1.0 / verdict::resolution_ratio;
}

/// What the bench file states of its reference.
struct Accuracy {
  Percent expanded;    ///< of the reference energy, k = 2
  Duration timestamp;  ///< standard uncertainty
};

Accuracy accuracy_of(const v1::Bench& bench) {
  if (bench.has_hardware()) {
    const v1::ReferenceInstrument& reference = bench.hardware().reference();
    return {.expanded = percent(reference.uncertainty()),
            .timestamp = second(reference.timestamp_uncertainty())};
  }
  return {.expanded = percent(bench.simulated().reference_uncertainty()),
          .timestamp = second(bench.simulated().timestamp_uncertainty())};
}

struct SignedPower {
  double watts = 0;
  double vars = 0;
};

SignedPower signed_power(const OperatingPoint& point) {
  SignedPower sum;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const SineCosine turned = sine_cosine(turn_of(point.displacement.at(p)));
    const double volt_amperes = point.voltage.at(p).in(volt)*point.current.at(p).in(ampere);
    sum.watts += volt_amperes * turned.cosine;
    sum.vars += volt_amperes * turned.sine;
  }
  return sum;
}

MethodChoice by_pulses(const MethodQuestion& q) {
  const v1::PulseOutput* output = test_output(q.device, q.energy);
  if (std::string missing = no_pulses_because(q.device, q.bench, q.energy);
      output == nullptr || !missing.empty())
    return {v1::METHOD_PULSES, second(0), "pulses: " + missing};
  const ActivePower power = nominal_power(q.point, q.energy);
  const Accuracy accuracy = accuracy_of(q.bench);
  const verdict::PulseTiming timing{.timestamp_uncertainty = accuracy.timestamp,
                                    .position_quantum = second(output->position_quantum())};
  const MeterConstant k = impulse_per_kilowatt_hour(output->constant());
  if (q.fixed_duration) {
    const auto resolution = verdict::pulses(timing, *q.fixed_duration, q.limit);
    const auto interval = verdict::pulse_interval(k, power);
    const Duration needed = std::max(resolution.needed, least_intervals * interval);
    if (*q.fixed_duration >= needed) return {v1::METHOD_PULSES, *q.fixed_duration, ""};
    return {v1::METHOD_PULSES, *q.fixed_duration,
            fmt::format("pulses: a limit of {} % needs at least {}", q.limit.in(percent),
                        seconds_text(needed))};
  }
  const auto plan = verdict::plan_pulses(
      {.limit = q.limit,
       .ratio = demanded_ratio(q.suite),
       .unaveraged = 0.5 * accuracy.expanded,
       .timing = timing},
      {.duration = second(q.suite.minimum_duration()), .pulses = least_intervals}, k, power);
  if (!plan) return {v1::METHOD_PULSES, second(0), fmt::format("pulses: {}", plan.error().message)};
  const Duration duration = plan->duration;
  if (duration <= second(q.suite.maximum_duration())) return {v1::METHOD_PULSES, duration, ""};
  return {v1::METHOD_PULSES, duration,
          fmt::format("pulses: needs {}, the suite allows {}", seconds_text(duration),
                      seconds_text(second(q.suite.maximum_duration())))};
}

MethodChoice by_register(const MethodQuestion& q) {
  if (q.energy == v1::ENERGY_REACTIVE && q.bench.has_hardware())
    return {v1::METHOD_REGISTER_ADVANCE, second(0),
            fmt::format("register advance: {}", counts_active_alone)};
  const QuantityId id = energy_register(q.point, q.direction, q.energy);
  if (!may_have(q.device, id))
    return {v1::METHOD_REGISTER_ADVANCE, second(0),
            fmt::format("register advance: the device has no {}", to_string(id))};
  const Duration allowed = q.fixed_duration.value_or(second(q.suite.maximum_duration()));
  const ActivePower power = nominal_power(q.point, q.energy);
  const ActiveEnergy step =
      watt_hour(assumed_step_wh) + power * second(q.device.modbus().energy_refresh());
  const auto resolution = verdict::register_advance(step, power, allowed, q.limit);
  if (!resolution.resolves)
    return {
        v1::METHOD_REGISTER_ADVANCE, resolution.needed,
        fmt::format("register advance: steps of {:.3g} Wh need {}, {} given", step.in(watt_hour),
                    seconds_text(resolution.needed), seconds_text(allowed))};
  const Duration duration = q.fixed_duration.value_or(
      std::max(second(q.suite.minimum_duration()), resolution.needed * q.register_margin));
  return {v1::METHOD_REGISTER_ADVANCE, std::min(duration, allowed), ""};
}

MethodChoice instantaneous(const MethodQuestion& q) {
  const QuantityId id{
      q.energy == v1::ENERGY_REACTIVE ? Measurand::reactive_power : Measurand::active_power,
      Place::total};
  if (!may_have(q.device, id))
    return {v1::METHOD_INSTANTANEOUS, second(0),
            fmt::format("instantaneous: the device has no {}", to_string(id))};
  // A float32 resolves 6e-8 of any value: time is for the readings' own scatter.
  const Duration duration = q.fixed_duration.value_or(second(q.suite.minimum_duration()));
  return {v1::METHOD_INSTANTANEOUS, duration, ""};
}

}  // namespace

const v1::PulseOutput* test_output(const v1::Device& device, v1::Energy energy) {
  for (const v1::PulseOutput& output : device.pulse_outputs()) {
    if (output.test_output() &&
        loader::is_reactive(output.energy()) == (energy == v1::ENERGY_REACTIVE))
      return &output;
  }
  return nullptr;
}

std::string no_pulses_because(const v1::Device& device, const v1::Bench& bench, v1::Energy energy) {
  const bool reactive = energy == v1::ENERGY_REACTIVE;
  if (test_output(device, energy) == nullptr)
    return reactive ? "the device has no test output of reactive energy"
                    : "the device has no test output";
  return reactive && bench.has_hardware() ? counts_active_alone : "";
}

ActivePower nominal_power(const OperatingPoint& point, v1::Energy energy) {
  return watt(std::abs(energy == v1::ENERGY_REACTIVE ? signed_power(point).vars
                                                     : signed_power(point).watts));
}

QuantityId energy_register(const OperatingPoint& point, v1::Direction direction,
                           v1::Energy energy) {
  if (energy == v1::ENERGY_REACTIVE)
    return {signed_power(point).vars < 0 ? Measurand::reactive_energy_export
                                         : Measurand::reactive_energy_import,
            Place::total};
  return {direction == v1::DIRECTION_EXPORT ? Measurand::active_energy_export
                                            : Measurand::active_energy_import,
          Place::total};
}

MethodChoice choose_method(const MethodQuestion& question) {
  std::vector<v1::Method> methods;
  if (question.method) {
    methods.push_back(*question.method);
  } else {
    for (const int method : question.suite.methods())
      methods.push_back(static_cast<v1::Method>(method));
  }
  MethodChoice refused;
  for (const v1::Method method : methods) {
    MethodChoice choice = method == v1::METHOD_PULSES             ? by_pulses(question)
                          : method == v1::METHOD_REGISTER_ADVANCE ? by_register(question)
                                                                  : instantaneous(question);
    if (choice.refusal.empty()) return choice;
    if (refused.method == v1::METHOD_UNSPECIFIED) {
      refused = choice;
    } else {
      refused.refusal += "; " + choice.refusal;
    }
  }
  return refused;
}

}  // namespace meterrig::campaign
