// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "../first_edge.h"
#include "../method.h"
#include "../register_gate.h"
#include "meterrig/vocabulary/units.h"
#include "procedures.h"

namespace meterrig::campaign {
Result<v1::PointResult> starting(PointContext& context) {
  auto prepared = prepare(context, false);
  if (!prepared) return prepared;
  v1::PointResult result = std::move(*prepared);
  result.set_result_name("starting interval");
  result.set_unit("s");
  const v1::PulseOutput* output = test_output(context.device, context.point.energy());
  const Duration allowed = second(context.point.limit().magnitude());

  const std::array registers = both_registers(context);
  const std::size_t wrong = registers.at(0) == energy_register(context) ? 1 : 0;
  const std::vector<QuantityId> offered = offered_of(context, registers);
  const auto before = note_readings(context, result, offered);
  if (!before) return tl::unexpected(before.error());

  std::vector<Instant> edges;
  Instant from = context.bench.now();
  for (int wanted = 0; wanted < 2; ++wanted) {
    // From the edge itself, not from the end of the step in which it was seen.
    const Duration left = allowed - (context.bench.now() - from);
    auto found = first_edge(context, left, wanted / 2.0, (wanted + 1) / 2.0);
    if (!found) return tl::unexpected(found.error());
    if (found->empty()) {
      result.set_end_ns(context.bench.now().nanoseconds);
      if (result.outcome() != v1::OUTCOME_NOT_VALID) {
        result.set_outcome(v1::OUTCOME_FAIL);
        result.set_reason(fmt::format("no {}pulse within {}", wanted == 0 ? "" : "second ",
                                      readable(allowed.in(second), QuantityKind::duration, 5)));
      }
      return result;
    }
    edges.push_back(found->front());
    from = found->front();
    v1::PulseRecord& pulse = *result.add_pulses();
    pulse.set_output(output->id());
    pulse.set_time_ns(from.nanoseconds);
    if (wanted == 0 && found->size() > 1) {  // both came in one step
      edges.push_back(found->at(1));
      v1::PulseRecord& next = *result.add_pulses();
      next.set_output(output->id());
      next.set_time_ns(found->at(1).nanoseconds);
      break;
    }
  }

  const auto after = note_readings(context, result, offered);
  if (!after) return tl::unexpected(after.error());
  double wrong_advance = 0;  // nobody knows it of a device without the register
  for (std::size_t i = 0; i < offered.size(); ++i) {
    if (offered[i] == registers.at(wrong)) wrong_advance = after->at(i).value - before->at(i).value;
  }

  const std::vector<verdict::Contribution> budget{
      verdict::triangular("pulse position quantum", output->position_quantum()),
      {.name = "time stamps of the edges",
       .type = 'B',
       .distribution = verdict::Distribution::normal,
       .standard_uncertainty =
           std::sqrt(2.0) * context.bench.timestamp_standard_uncertainty().in(second)},
  };
  const bool was_valid = result.outcome() != v1::OUTCOME_NOT_VALID;
  if (wrong_advance > 0 && was_valid) {  // then the interval proves nothing
    result.set_end_ns(context.bench.now().nanoseconds);
    result.set_outcome(v1::OUTCOME_FAIL);
    result.set_reason(fmt::format("{} advanced by {:.3g} {}", to_string(registers.at(wrong)),
                                  wrong_advance,
                                  context.point.energy() == v1::ENERGY_REACTIVE ? "varh" : "Wh"));
    return result;
  }
  conclude(context, result, (edges.at(1) - edges.at(0)).in(second), budget);
  return result;
}

}  // namespace meterrig::campaign
