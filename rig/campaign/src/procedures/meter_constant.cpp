// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "../method.h"
#include "../register_gate.h"
#include "meterrig/verdict/resolution.h"
#include "meterrig/vocabulary/units.h"
#include "procedures.h"

namespace meterrig::campaign {

// Register and test output are both held against the reference over (nearly) the same stretch, each
// between its own gates; the difference of their errors is free of the reference's own.
Result<v1::PointResult> meter_constant(PointContext& context) {
  auto prepared = prepare(context, true);
  if (!prepared) return prepared;
  v1::PointResult result = std::move(*prepared);
  result.set_result_name("register difference");
  result.set_unit("%");
  const v1::PulseOutput* output = test_output(context.device, context.point.energy());
  const std::array id{energy_register(context)};

  if (!has_quantity(context, result, id.front())) return result;
  const auto before = note_readings(context, result, id);
  if (!before) return tl::unexpected(before.error());
  const Duration duration =
      register_time(context, before->front(), second(context.point.duration_s()),
                    percent(context.point.limit().magnitude()), constant_register_margin);
  if (!(duration <= context.longest)) {
    result.set_outcome(v1::OUTCOME_NOT_RUN);
    result.set_reason(fmt::format("the register's steps of {:.3g} {} need {}, the suite allows {}",
                                  before->front().resolution,
                                  context.point.energy() == v1::ENERGY_REACTIVE ? "varh" : "Wh",
                                  readable(duration.in(second), QuantityKind::duration, 4),
                                  readable(context.longest.in(second), QuantityKind::duration, 4)));
    return result;
  }
  const MeterConstant k = impulse_per_kilowatt_hour(output->constant());
  const ActivePower power = reference_power(context, result);
  const auto least = verdict::pulses_needed(duration, k, power, sub_intervals);
  if (!least) {
    make_not_valid(result, least.error().message);
    return result;
  }
  const auto [parts, n] = divided(*least);
  const Instant begin = before->front().time;
  const auto lead = reference_hours(context, begin, context.bench.now());
  if (!lead && lead.error().code == ErrorCode::unimplemented) {
    result.set_outcome(v1::OUTCOME_NOT_RUN);
    result.set_reason(lead.error().message);
    return result;
  }
  if (!lead) return tl::unexpected(lead.error());
  const auto gate = gate_on_pulses(context, n, verdict::pulse_interval(k, power));
  if (!gate) return tl::unexpected(gate.error());
  if (!gate->missing.empty()) {
    result.set_outcome(v1::OUTCOME_FAIL);
    result.set_reason(gate->missing);
    return result;
  }
  const auto after = note_readings(context, result, id);
  if (!after) return tl::unexpected(after.error());
  const Instant end = after->front().time;
  const auto rest = reference_hours(context, gate->edges.back(), end);
  if (!rest) return tl::unexpected(rest.error());

  double between = 0;
  for (const double energy : gate->between) between += energy;
  const double gated = std::abs(between);
  const double whole = std::abs(*lead + gate->before_first + between + *rest);
  const double per_pulse = 1000 / output->constant();
  const double pulsed = static_cast<double>(n) * per_pulse;
  const double registered = after->front().value - before->front().value;
  for (const Instant edge : {gate->edges.front(), gate->edges.back()}) {
    v1::PulseRecord& pulse = *result.add_pulses();
    pulse.set_output(output->id());
    pulse.set_time_ns(edge.nanoseconds);
  }
  set_energies(context, result, whole, registered);
  const double register_error = (registered / whole - 1) * 100;
  const double pulse_error = (pulsed / gated - 1) * 100;
  result.add_partial_errors(register_error);
  result.add_partial_errors(pulse_error);

  const double seconds = (gate->edges.back() - gate->edges.front()).in(second);
  std::vector<verdict::Contribution> budget = register_budget(
      context, std::max(before->front().resolution, after->front().resolution), whole, end - begin);
  const verdict::Contribution quantum =
      verdict::triangular("pulse position quantum", output->position_quantum() / seconds * 100);
  budget.push_back(quantum);
  const double stamp =
      std::sqrt(2.0) * context.bench.timestamp_standard_uncertainty().in(second) / seconds * 100;
  budget.push_back({.name = "time stamps of the edges",
                    .type = 'B',
                    .distribution = verdict::Distribution::normal,
                    .standard_uncertainty = stamp});
  const double quantisation =
      static_cast<double>(parts) * std::hypot(quantum.standard_uncertainty, stamp);
  budget.push_back(repeatability_beyond(partial_errors(*gate, per_pulse, parts), quantisation));
  conclude(context, result, register_error - pulse_error, budget);
  return result;
}

}  // namespace meterrig::campaign
