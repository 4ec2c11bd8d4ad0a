// SPDX-License-Identifier: GPL-3.0-or-later
#include "first_edge.h"

#include <algorithm>

namespace meterrig::campaign {

Result<std::vector<Instant>> first_edge(PointContext& context, Duration allowed, double done_before,
                                        double done_after) {
  const Instant begin = context.bench.now();
  const Instant end = begin + allowed;
  while (context.bench.now() < end) {
    const Duration step = std::min(end - context.bench.now(), second(10));
    const double share = (context.bench.now() - begin) / allowed;
    const double done = done_before + (done_after - done_before) * share;
    auto edges = let_pass(context, step, done, done);
    if (!edges || !edges->empty()) return edges;
  }
  return std::vector<Instant>{};
}

}  // namespace meterrig::campaign
