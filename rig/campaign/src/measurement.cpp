// SPDX-License-Identifier: GPL-3.0-or-later
#include "measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "ambient.h"
#include "condition_watch.h"
#include "influence_signal.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/loader/reading_mapping.h"
#include "meterrig/loader/verdict_mapping.h"
#include "meterrig/verdict/decision.h"
#include "meterrig/verdict/limit_range.h"
#include "meterrig/verdict/messages.h"
#include "meterrig/vocabulary/units.h"
#include "method.h"

namespace meterrig::campaign {
namespace {

// What is noted of the device at every point, as far as it has it.
constexpr std::array watched{
    QuantityId{Measurand::voltage, Place::L1},
    QuantityId{Measurand::voltage, Place::L2},
    QuantityId{Measurand::voltage, Place::L3},
    QuantityId{Measurand::current, Place::L1},
    QuantityId{Measurand::current, Place::L2},
    QuantityId{Measurand::current, Place::L3},
    QuantityId{Measurand::active_power, Place::L1},
    QuantityId{Measurand::active_power, Place::L2},
    QuantityId{Measurand::active_power, Place::L3},
    QuantityId{Measurand::active_power, Place::total},
    QuantityId{Measurand::frequency, Place::total},
    QuantityId{Measurand::active_energy_import, Place::total},
    QuantityId{Measurand::active_energy_export, Place::total},
};

constexpr double no_power_watts = 1e-6;  // rounding of the reference without current
constexpr double step_seconds = 5;       // of time let pass between two looks at the progress

// What the reference has seen meanwhile; that it could not is told with the point's result.
void look_at_conditions(PointContext& context) {
  if (context.watch == nullptr || !context.watch->begun()) return;
  const auto seen = context.bench.look();
  if (!seen) {
    context.watch->lose(seen.error().message);
    return;
  }
  const std::optional<reference::MeterReading>& reading = *seen;
  if (reading) context.watch->take(condition_values(*reading, context));
}

}  // namespace

Result<void> put_on(PointContext& context) {
  if (auto there = go_to_temperature(context); !there) return there;
  const OperatingPoint point = loader::point_from(context.point.applied());
  const v1::InfluenceLevel& level = context.point.influence();
  if (!level.has_signal()) return context.bench.apply(point, context.seed);
  const auto recipe = signal_under(level, point, context.point.direction() == v1::DIRECTION_EXPORT);
  if (!recipe) return tl::unexpected(recipe.error());
  return context.bench.apply_recipe(*recipe, context.seed);
}

void fill_conditions(const reference::MeterReading& reading, v1::Conditions& conditions) {
  OperatingPoint point{.frequency = reading.frequency,
                       .voltage = {},
                       .voltage_angle = {},
                       .current = {},
                       .displacement = {}};
  for (std::size_t p = 0; p < phase_count; ++p) {
    const reference::PhaseReading& phase = reading.phase.at(p);
    point.voltage.at(p) = phase.u;
    point.voltage_angle.at(p) = phase.voltage_angle;
    point.current.at(p) = phase.i;
    point.displacement.at(p) = phase.displacement;
    conditions.add_voltage_distortion(phase.voltage_thd.in(percent));
    conditions.add_current_distortion(phase.current_thd.in(percent));
  }
  *conditions.mutable_measured() = loader::message_from(point);
}

v1::PointResult empty_result(const PointContext& context) {
  v1::PointResult result;
  result.set_point(context.point.id());
  if (context.point.has_limit()) *result.mutable_limit() = context.point.limit();
  *result.mutable_decision_rule() = context.rule;
  result.set_method(context.point.method());
  result.set_begin_ns(context.bench.now().nanoseconds);
  result.set_end_ns(result.begin_ns());
  return result;
}

void make_not_valid(v1::PointResult& result, std::string reason) {
  result.set_outcome(v1::OUTCOME_NOT_VALID);
  result.set_reason(std::move(reason));
}

v1::PointResult not_run(const PointContext& context, std::string reason) {
  v1::PointResult result = empty_result(context);
  result.set_outcome(v1::OUTCOME_NOT_RUN);
  result.set_reason(std::move(reason));
  return result;
}

bool is_refusal(const Error& error) {
  return error.code == ErrorCode::unimplemented || error.code == ErrorCode::out_of_range;
}

Result<std::vector<Reading>> note_readings(PointContext& context, v1::PointResult& result,
                                           std::span<const QuantityId> ids) {
  auto readings = context.bench.read_device(ids);
  if (!readings) return readings;
  for (const Reading& reading : *readings) *result.add_readings() = loader::message_from(reading);
  return readings;
}

Result<v1::PointResult> prepare(PointContext& context, bool reference_conditions) {
  if (!context.signal_stays) {
    if (auto applied = put_on(context); !applied) return tl::unexpected(applied.error());
    if (auto settled = let_pass(context, second(context.point.settle_s()), 0, 0); !settled)
      return tl::unexpected(settled.error());
  }
  return read_conditions(context, reference_conditions);
}

Result<v1::PointResult> read_conditions(PointContext& context, bool reference_conditions) {
  v1::PointResult result = empty_result(context);

  const auto reference = context.bench.read_reference();
  if (!reference) {
    make_not_valid(result, "the reference could not measure: " + reference.error().message);
    return result;
  }
  fill_conditions(reference->first, *result.mutable_conditions());
  result.set_reference_power_w(reference->first.p_total.in(watt));
  if (context.point.energy() == v1::ENERGY_REACTIVE)
    result.set_reference_reactive_power_var(reference->first.q1_total.in(var));
  result.set_second_power_w(reference->second.p_total.in(watt));
  result.set_agreement_bound_w(reference->agreement.p_bound.in(watt));
  if (!reference->agreement.within)
    make_not_valid(result, fmt::format("the two algorithms disagree: P by {:.3g} W (bound {:.3g} "
                                       "W), Q by {:.3g} var (bound {:.3g} var)",
                                       reference->agreement.p_difference.in(watt),
                                       reference->agreement.p_bound.in(watt),
                                       reference->agreement.q_difference.in(var),
                                       reference->agreement.q_bound.in(var)));
  if (reference->true_power.known()) {
    const double truth = reference->true_power.in(watt);
    result.set_true_power_w(truth);
    // Where there is no power the tolerance is of the apparent power.
    const double scale = std::max(std::abs(truth), reference->first.s_total.in(volt_ampere));
    if (!(std::abs(reference->first.p_total.in(watt)-truth) <=
          scale * reference->true_power_tolerance.in(percent) / 100 + no_power_watts))
      make_not_valid(result,
                     fmt::format("the reference reads {:.9g} W, the closed form is {:.9g} W",
                                 reference->first.p_total.in(watt), truth));
  }
  const auto conditions = condition_values(reference->first, context);
  if (context.watch != nullptr) context.watch->begin(conditions, reference_conditions);
  if (reference_conditions) {
    if (std::string broken = broken_conditions(conditions); !broken.empty())
      make_not_valid(result, "reference conditions not met: " + broken);
  }

  if (auto readings = note_readings(context, result, offered_of(context, watched)); !readings)
    return tl::unexpected(readings.error());
  return result;
}

bool has_quantity(const PointContext& context, v1::PointResult& result, QuantityId id) {
  if (context.bench.device_offers(id)) return true;
  result.set_outcome(v1::OUTCOME_NOT_RUN);
  result.set_reason(fmt::format("the device has no {}", to_string(id)));
  return false;
}

std::vector<QuantityId> offered_of(const PointContext& context, std::span<const QuantityId> ids) {
  std::vector<QuantityId> offered;
  for (const QuantityId id : ids) {
    if (context.bench.device_offers(id)) offered.push_back(id);
  }
  return offered;
}

Result<std::vector<Instant>> let_pass(PointContext& context, Duration duration, double done_before,
                                      double done_after) {
  std::vector<Instant> edges;
  const v1::PulseOutput* output = test_output(context.device, context.point.energy());
  const Instant begin = context.bench.now();
  const Instant end = begin + duration;
  while (context.bench.now() < end) {
    const Duration left = end - context.bench.now();
    const auto pulses = context.bench.advance(std::min(left, second(step_seconds)));
    if (!pulses) return tl::unexpected(pulses.error());
    for (const Pulse& pulse : *pulses) {
      if (output != nullptr && pulse.output == output->id()) edges.push_back(pulse.time);
    }
    look_at_conditions(context);
    const double share = (context.bench.now() - begin) / duration;
    if (!context.progress(done_before + (done_after - done_before) * share))
      return fail(ErrorCode::cancelled, "stopped by the operator");
  }
  return edges;
}

Result<double> reference_hours(const PointContext& context, Instant begin, Instant end) {
  if (context.point.energy() != v1::ENERGY_REACTIVE)
    return context.bench.reference_energy(begin, end).map([](ActiveEnergy energy) {
      return energy.in(watt_hour);
    });
  return context.bench.reference_reactive_energy(begin, end).map([](ReactiveEnergy energy) {
    return energy.in(var_hour);
  });
}

ActivePower reference_power(const PointContext& context, const v1::PointResult& result) {
  return watt(std::abs(context.point.energy() == v1::ENERGY_REACTIVE
                           ? result.reference_reactive_power_var()
                           : result.reference_power_w()));
}

void set_energies(const PointContext& context, v1::PointResult& result, double reference,
                  double device) {
  if (context.point.energy() == v1::ENERGY_REACTIVE) {
    result.set_reference_energy_varh(reference);
    result.set_device_energy_varh(device);
  } else {
    result.set_reference_energy_wh(reference);
    result.set_device_energy_wh(device);
  }
}

Result<PulseGate> gate_on_pulses(PointContext& context, std::int64_t intervals, Duration interval) {
  PulseGate gate;
  const Duration patience = 3 * interval;
  Instant last_seen = context.bench.now();
  const auto wanted = static_cast<std::size_t>(intervals) + 1;
  while (gate.edges.size() < wanted) {
    if (context.bench.now() - last_seen > patience) {
      gate.missing = fmt::format("no pulse within {}, one was expected every {}",
                                 readable(patience.in(second), QuantityKind::duration, 4),
                                 readable(interval.in(second), QuantityKind::duration, 4));
      return gate;
    }
    const double share = static_cast<double>(gate.edges.size()) / static_cast<double>(wanted);
    // Half an interval at the end, so that little passes behind the last edge.
    const auto left = static_cast<double>(wanted - gate.edges.size());
    const Duration step = std::clamp((left - 0.5) * interval, second(0.1), second(step_seconds));
    const auto edges = let_pass(context, step, share, share);
    if (!edges) return tl::unexpected(edges.error());
    for (const Instant edge : *edges) {
      if (gate.edges.size() == wanted) break;
      const auto energy = reference_hours(context, last_seen, edge);
      if (!energy) return tl::unexpected(energy.error());
      if (gate.edges.empty()) {
        gate.before_first = *energy;
      } else {
        gate.between.push_back(*energy);
      }
      gate.edges.push_back(edge);
      context.bench.forget_before(edge);
      last_seen = edge;
    }
  }
  return gate;
}

Division divided(std::int64_t least) {
  const auto rounded_up = [least](std::int64_t parts) {
    return (least + parts - 1) / parts * parts;
  };
  const std::int64_t most = std::max(rounded_up(sub_intervals), least + least / 10);
  std::int64_t parts = most_sub_intervals;
  while (parts > sub_intervals && rounded_up(parts) > most) --parts;
  return {parts, rounded_up(parts)};
}

std::vector<double> partial_errors(const PulseGate& gate, double per_pulse, std::int64_t parts) {
  const auto share = static_cast<std::int64_t>(gate.between.size()) / parts;
  std::vector<double> errors;
  errors.reserve(static_cast<std::size_t>(parts));
  for (std::int64_t part = 0; part < parts; ++part) {
    double reference = 0;
    for (std::int64_t i = part * share; i < (part + 1) * share; ++i)
      reference += gate.between.at(static_cast<std::size_t>(i));
    errors.push_back((static_cast<double>(share) * per_pulse / std::abs(reference) - 1) * 100);
  }
  return errors;
}

verdict::Contribution repeatability_beyond(std::span<const double> partial_errors,
                                           double quantisation) {
  verdict::Contribution contribution = verdict::repeatability("repeatability", partial_errors);
  const double n = static_cast<double>(partial_errors.size());
  const double variance = contribution.standard_uncertainty * contribution.standard_uncertainty -
                          quantisation * quantisation / n;
  contribution.standard_uncertainty = std::sqrt(std::max(0.0, variance));
  return contribution;
}

void conclude(const v1::DecisionRule& rule, v1::PointResult& result, double value,
              std::span<const verdict::Contribution> budget) {
  result.set_value(value);
  const verdict::Expanded expanded = verdict::expand(budget);
  for (const verdict::Contribution& c : budget) *result.add_budget() = message_from(c);
  result.set_expanded_uncertainty(expanded.expanded);
  result.set_coverage_factor(expanded.coverage_factor);
  if (std::isfinite(expanded.effective_degrees_of_freedom))
    result.set_degrees_of_freedom(expanded.effective_degrees_of_freedom);
  if (result.outcome() == v1::OUTCOME_NOT_VALID) return;  // found so before
  const verdict::LimitRange range = verdict::range_of(result.limit());
  verdict::Decision decision =
      verdict::decide(value - range.middle, expanded, range.half_width, verdict::rule_from(rule));
  if (result.limit().has_least() && !decision.reason.empty())
    decision.reason =
        fmt::format("{:.6g} {} (from {:.6g} to {:.6g} allowed): {}", value, result.unit(),
                    result.limit().least(), result.limit().magnitude(), decision.reason);
  result.set_outcome(loader::message_from(decision.outcome));
  result.set_reason(decision.reason);
}

void conclude(const PointContext& context, v1::PointResult& result, double value,
              std::span<const verdict::Contribution> budget) {
  result.set_end_ns(context.bench.now().nanoseconds);
  conclude(context.rule, result, value, budget);
}

}  // namespace meterrig::campaign
