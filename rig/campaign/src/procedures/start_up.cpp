// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "../ambient.h"
#include "../first_edge.h"
#include "../method.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/vocabulary/units.h"
#include "procedures.h"

namespace meterrig::campaign {

// A meter that works gives pulses. The first may come up to an interval after it does, so that the
// time to it is never less than the one that is meant.
Result<v1::PointResult> start_up(PointContext& context) {
  // Put out like any other point: a bench that is off need not let time pass.
  OperatingPoint dead_terminals = loader::point_from(context.point.applied());
  dead_terminals.voltage.fill(volt(0));
  dead_terminals.current.fill(ampere(0));
  if (auto there = go_to_temperature(context); !there) return tl::unexpected(there.error());
  if (auto applied = context.bench.apply(dead_terminals, context.seed); !applied)
    return tl::unexpected(applied.error());
  if (auto dead = let_pass(context, second(context.point.without_voltage_s()), 0, 0.3); !dead)
    return tl::unexpected(dead.error());
  const Instant before = context.bench.now();
  if (auto applied = put_on(context); !applied) return tl::unexpected(applied.error());
  const Instant applied = context.bench.now();
  const Duration allowed = second(context.point.limit().magnitude());
  const auto edges = first_edge(context, allowed, 0.3, 0.6);
  if (!edges) return tl::unexpected(edges.error());
  if (auto settled = let_pass(context, second(context.point.settle_s()), 0.6, 1); !settled)
    return tl::unexpected(settled.error());
  auto prepared = read_conditions(context, false);
  if (!prepared) return prepared;
  v1::PointResult result = std::move(*prepared);
  result.set_result_name("time to the first pulse");
  result.set_unit("s");
  result.set_begin_ns(before.nanoseconds);
  result.set_end_ns(context.bench.now().nanoseconds);
  if (edges->empty()) {
    if (result.outcome() == v1::OUTCOME_NOT_VALID) return result;
    result.set_outcome(v1::OUTCOME_FAIL);
    result.set_reason(fmt::format("no pulse within {} of the voltage",
                                  readable(allowed.in(second), QuantityKind::duration, 5)));
    return result;
  }
  const v1::PulseOutput* output = test_output(context.device, context.point.energy());
  v1::PulseRecord& pulse = *result.add_pulses();
  pulse.set_output(output->id());
  pulse.set_time_ns(edges->front().nanoseconds);
  const std::vector<verdict::Contribution> budget{
      verdict::rectangular("pulse position quantum", output->position_quantum()),
      verdict::rectangular("time at which the voltage was applied", (applied - before).in(second)),
      {.name = "time stamp of the edge",
       .type = 'B',
       .distribution = verdict::Distribution::normal,
       .standard_uncertainty = context.bench.timestamp_standard_uncertainty().in(second)}};
  conclude(context, result, (edges->front() - before).in(second), budget);
  return result;
}

}  // namespace meterrig::campaign
