// SPDX-License-Identifier: GPL-3.0-or-later
#include "error_measurement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "influence_signal.h"
#include "meterrig/verdict/resolution.h"
#include "method.h"
#include "reference_lines.h"
#include "register_gate.h"

namespace meterrig::campaign {
namespace {

constexpr double pi = 3.14159265358979323846;

using Measured = Result<std::optional<ErrorMeasurement>>;

double error_percent(double device, double reference) { return (device / reference - 1) * 100; }

verdict::Contribution normal(std::string name, double standard_uncertainty) {
  return {.name = std::move(name),
          .type = 'B',
          .distribution = verdict::Distribution::normal,
          .standard_uncertainty = standard_uncertainty};
}

// Half of what a burst carries, as so many seconds of the mean power. A device that counts an
// average may be so far off at either end of the gate.
double half_burst(const PointContext& c) {
  return half_burst_seconds(c.point.influence().signal().switched_current(),
                            hertz(c.point.applied().frequency()));
}

Measured by_pulses(PointContext& c, v1::PointResult& result) {
  const v1::PulseOutput* output = test_output(c.device, c.point.energy());
  const MeterConstant k = impulse_per_kilowatt_hour(output->constant());
  const ActivePower power = reference_power(c, result);
  const auto needed =
      verdict::pulses_needed(second(c.point.duration_s()) * (1 - 1e-6), k, power, sub_intervals);
  if (!needed) {
    make_not_valid(result, needed.error().message);
    return std::nullopt;
  }
  const auto [parts, n] = divided(*needed);
  const auto gate = gate_on_pulses(c, n, verdict::pulse_interval(k, power));
  if (!gate) return tl::unexpected(gate.error());
  for (const Instant edge : gate->edges) {
    v1::PulseRecord& pulse = *result.add_pulses();
    pulse.set_output(output->id());
    pulse.set_time_ns(edge.nanoseconds);
  }
  if (!gate->missing.empty()) {
    result.set_end_ns(c.bench.now().nanoseconds);
    if (result.outcome() != v1::OUTCOME_NOT_VALID) {
      result.set_outcome(v1::OUTCOME_FAIL);
      result.set_reason(gate->missing);
    }
    return std::nullopt;
  }

  const double per_pulse = 1000 / output->constant();
  const std::vector<double> partial = partial_errors(*gate, per_pulse, parts);
  double net = 0;
  for (const double energy : gate->between) net += energy;
  const double reference = std::abs(net);
  const double device = static_cast<double>(n) * per_pulse;
  set_energies(c, result, reference, device);
  for (const double error : partial) result.add_partial_errors(error);

  const double seconds = (gate->edges.back() - gate->edges.front()).in(second);
  const double quantum = output->position_quantum() / seconds * 100;
  const double stamp =
      std::sqrt(2.0) * c.bench.timestamp_standard_uncertainty().in(second) / seconds * 100;
  std::vector<verdict::Contribution> budget = reference_lines(c.bench);
  budget.push_back(verdict::triangular("pulse position quantum", quantum));
  budget.push_back(normal("time stamps of the edges", stamp));
  if (c.point.load() == v1::LOAD_SINGLE_PHASE ||
      c.point.influence().interrupted_phases_size() > 0) {
    // The power of one phase pulsates at 2 f; a device may count its average: 100 / (2 pi f T PF).
    double volt_amperes = 0;
    for (const v1::ElementPoint& element : result.conditions().measured().elements())
      volt_amperes += element.voltage() * element.current();
    const double power_factor = power.in(watt) / volt_amperes;
    budget.push_back(verdict::rectangular(
        "power pulsating at twice the frequency",
        100 / (2 * pi * result.conditions().measured().frequency() * seconds * power_factor)));
  }
  if (c.point.influence().signal().switched_current().kind() == v1::FORM_KIND_BURST_FIRED)
    budget.push_back(verdict::rectangular("load in bursts", half_burst(c) / seconds * 100));
  const double quantisation =
      static_cast<double>(parts) * std::hypot(quantum / std::sqrt(6.0), stamp);
  budget.push_back(repeatability_beyond(partial, quantisation));
  return ErrorMeasurement{error_percent(device, reference), std::move(budget)};
}

Measured by_register(PointContext& c, v1::PointResult& result) {
  if (!has_quantity(c, result, energy_register(c))) return std::nullopt;
  const auto gate =
      watch_register(c, result, second(c.point.duration_s()), percent(c.point.limit().magnitude()));
  if (!gate) return tl::unexpected(gate.error());
  if (result.outcome() == v1::OUTCOME_NOT_RUN) return std::nullopt;
  set_energies(c, result, gate->reference, gate->device);
  for (const double error : gate->partial_errors) result.add_partial_errors(error);
  const double quantisation =
      std::hypot(gate->budget.at(0).standard_uncertainty, gate->budget.at(1).standard_uncertainty) *
      static_cast<double>(gate->partial_errors.size());
  std::vector<verdict::Contribution> budget = gate->budget;
  std::ranges::move(reference_lines(c.bench), std::back_inserter(budget));
  budget.push_back(repeatability_beyond(gate->partial_errors, quantisation));
  return ErrorMeasurement{error_percent(gate->device, gate->reference), std::move(budget)};
}

Measured by_instantaneous_value(PointContext& c, v1::PointResult& result) {
  constexpr int observations = 10;
  const bool reactive = c.point.energy() == v1::ENERGY_REACTIVE;
  const std::array id{
      QuantityId{reactive ? Measurand::reactive_power : Measurand::active_power, Place::total}};
  const double truth =
      reactive ? result.reference_reactive_power_var() : result.reference_power_w();
  if (!has_quantity(c, result, id.front())) return std::nullopt;
  std::vector<double> errors;
  double resolution = 0;
  for (int i = 0; i < observations; ++i) {
    const double share = static_cast<double>(i) / observations;
    if (auto passed = let_pass(c, second(c.point.duration_s()) / observations, share,
                               share + 1.0 / observations);
        !passed)
      return tl::unexpected(passed.error());
    const auto readings = note_readings(c, result, id);
    if (!readings) return tl::unexpected(readings.error());
    const Reading& reading = readings->front();
    errors.push_back((reading.value / truth - 1) * 100);
    resolution = std::max(resolution, std::abs(reading.resolution / truth) * 100);
  }
  double mean = 0;
  for (const double error : errors) {
    mean += error / observations;
    result.add_partial_errors(error);
  }
  std::vector<verdict::Contribution> budget = reference_lines(c.bench);
  budget.push_back(verdict::rectangular("resolution of the reading", resolution / 2));
  budget.push_back(verdict::repeatability("repeatability", errors));
  return ErrorMeasurement{mean, std::move(budget)};
}

}  // namespace

Result<std::optional<ErrorMeasurement>> measure_error(PointContext& context,
                                                      v1::PointResult& result) {
  const auto measure = context.point.method() == v1::METHOD_REGISTER_ADVANCE ? by_register
                       : context.point.method() == v1::METHOD_INSTANTANEOUS ? by_instantaneous_value
                                                                            : by_pulses;
  auto measured = measure(context, result);
  // What the bench's reference cannot count says nothing about the device.
  if (measured || measured.error().code != ErrorCode::unimplemented) return measured;
  result.set_outcome(v1::OUTCOME_NOT_RUN);
  result.set_reason(measured.error().message);
  return std::nullopt;
}

}  // namespace meterrig::campaign
