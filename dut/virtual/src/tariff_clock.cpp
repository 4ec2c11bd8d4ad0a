// SPDX-License-Identifier: GPL-3.0-or-later
#include "tariff_clock.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace meterrig::twin {
namespace {

constexpr double seconds_of_a_day = 86400;

}  // namespace

TariffClock::TariffClock(std::vector<TariffChange> day, Duration delay, double rate)
    : day_(std::move(day)), delay_seconds_(delay.in(second)), rate_(rate) {
  std::sort(day_.begin(), day_.end(),
            [](const TariffChange& a, const TariffChange& b) { return a.time < b.time; });
}

int TariffClock::tariff_at(std::int64_t sample) const {
  if (day_.empty()) return 1;
  double time = std::fmod(static_cast<double>(sample) / rate_ - delay_seconds_, seconds_of_a_day);
  if (time < 0) time += seconds_of_a_day;
  const auto later =
      std::upper_bound(day_.begin(), day_.end(), second(time),
                       [](Duration now, const TariffChange& change) { return now < change.time; });
  return later == day_.begin() ? day_.back().tariff : std::prev(later)->tariff;
}

}  // namespace meterrig::twin
