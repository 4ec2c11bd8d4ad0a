// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>

#include "../method.h"
#include "../register_gate.h"
#include "procedures.h"

namespace meterrig::campaign {

Result<v1::PointResult> no_load(PointContext& context) {
  auto prepared = prepare(context, false);
  if (!prepared) return prepared;
  v1::PointResult result = std::move(*prepared);
  result.set_result_name("pulses");
  result.set_unit("1");
  const auto edges = let_pass(context, second(context.point.duration_s()), 0, 1);
  if (!edges) return tl::unexpected(edges.error());
  const v1::PulseOutput* output = test_output(context.device, context.point.energy());
  for (const Instant edge : *edges) {
    v1::PulseRecord& pulse = *result.add_pulses();
    pulse.set_output(output->id());
    pulse.set_time_ns(edge.nanoseconds);
  }
  const std::array registers = both_registers(context);
  if (auto after = note_readings(context, result, offered_of(context, registers)); !after)
    return tl::unexpected(after.error());
  const std::vector<verdict::Contribution> budget{
      {.name = "count of whole pulses",
       .type = 'B',
       .distribution = verdict::Distribution::rectangular,
       .standard_uncertainty = 0}};
  conclude(context, result, static_cast<double>(edges->size()), budget);
  return result;
}

}  // namespace meterrig::campaign
