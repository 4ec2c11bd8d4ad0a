// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/demand.h"

#include <fmt/format.h>

#include <cmath>

namespace meterrig::reference {

Result<DemandPeriod> DemandPeriod::create(Duration period, int sub_periods) {
  const double seconds = period.in(second);
  if (!(seconds > 0) || seconds > 7 * 86400.0)
    return fail(
        ErrorCode::out_of_range,
        fmt::format("a demand period of {} s; must be above 0 and at most a week", seconds));
  const std::int64_t nanoseconds = std::llround(seconds * 1e9);
  if (sub_periods < 1 || sub_periods > 1000 || nanoseconds < sub_periods ||
      nanoseconds % sub_periods != 0)
    return fail(ErrorCode::out_of_range,
                fmt::format("a demand period of {} s in {} sub-periods; must be 1 to 1000 of whole "
                            "nanoseconds",
                            seconds, sub_periods));
  return DemandPeriod(nanoseconds / sub_periods, sub_periods);
}

Instant DemandPeriod::next_end(Instant time) const {
  std::int64_t into = time.nanoseconds % sub_period_;
  if (into < 0) into += sub_period_;
  return {time.nanoseconds + sub_period_ - into};
}

MaximumDemand::MaximumDemand(DemandPeriod period)
    : period_(period), whole_(static_cast<std::size_t>(period.sub_periods())) {}

void MaximumDemand::add(ExactEnergy energy, Instant begin, Instant end) {
  const Instant sub_end = period_.next_end(begin);
  if (!until_ || *until_ != begin) {
    count_ = 0;
    running_is_whole_ = false;
    running_ = {};
  }
  if (sub_end.nanoseconds - begin.nanoseconds == period_.sub_period()) {
    running_is_whole_ = true;
    running_ = {};
  }
  running_ += energy;
  until_ = end;
  if (end != sub_end || !running_is_whole_) return;
  whole_[count_ % whole_.size()] = running_;
  ++count_;
  if (count_ < whole_.size()) return;
  ExactEnergy sum;
  for (const ExactEnergy& sub : whole_) sum += sub;
  const Demand demand{.value = sum.value() / period_.period().in(hour), .end = end};
  last_ = demand;
  if (!maximum_ || demand.value > maximum_->value) maximum_ = demand;
}

}  // namespace meterrig::reference
