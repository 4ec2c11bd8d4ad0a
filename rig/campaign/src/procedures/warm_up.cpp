// SPDX-License-Identifier: GPL-3.0-or-later
#include "procedures.h"

namespace meterrig::campaign {

Result<v1::PointResult> warm_up(PointContext& context) {
  auto prepared = prepare(context, false);
  if (!prepared) return prepared;
  if (auto passed = let_pass(context, second(context.point.duration_s()), 0, 1); !passed)
    return tl::unexpected(passed.error());
  prepared->set_end_ns(context.bench.now().nanoseconds);
  if (prepared->outcome() != v1::OUTCOME_NOT_VALID) prepared->set_outcome(v1::OUTCOME_DONE);
  return prepared;
}

}  // namespace meterrig::campaign
