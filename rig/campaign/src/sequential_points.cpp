// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequential_points.h"

#include <algorithm>
#include <cmath>

#include "measurement.h"

namespace meterrig::campaign {

void make_sequential(const v1::Suite& suite, Duration pulse_interval, v1::PlannedPoint& point) {
  v1::Sequential sequential = suite.sequential();
  const double one = std::max(point.duration_s() / sequential.first_look(),
                              static_cast<double>(sub_intervals) * pulse_interval.in(second));
  const double fit = std::floor(suite.maximum_duration() / one);
  if (!(fit > sequential.first_look())) return;
  if (fit < sequential.last_look()) sequential.set_last_look(static_cast<int>(fit));
  *point.mutable_sequential() = sequential;
  point.set_duration_s(one);
}

Result<verdict::StoppingBoundary> boundary_of(const v1::Sequential& sequential) {
  return verdict::boundary_for_estimated_spread({.first_look = sequential.first_look(),
                                                 .last_look = sequential.last_look(),
                                                 .risk = sequential.risk() / 100});
}

}  // namespace meterrig::campaign
