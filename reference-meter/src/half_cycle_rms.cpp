// SPDX-License-Identifier: GPL-3.0-or-later
#include "half_cycle_rms.h"

#include <algorithm>
#include <cmath>

#include "lanes.h"

namespace meterrig::reference {
namespace {

// Integral of the squares from `from` to `to`, 0 <= from <= to <= samples.size().
double integral_of_squares(std::span<const double> samples, double from, double to) {
  const auto first = static_cast<std::size_t>(from);
  const auto last = static_cast<std::size_t>(to);
  const auto square = [&](std::size_t i) {
    return i < samples.size() ? samples[i] * samples[i] : 0.0;
  };
  const double* start = samples.data() + first;
  return dot(start, start, last - first) - (from - static_cast<double>(first)) * square(first) +
         (to - static_cast<double>(last)) * square(last);
}

}  // namespace

void HalfCycleRms::feed(std::span<const double> samples, double begin, double half_cycle,
                        std::optional<double> crossing, std::vector<HalfCycleValue>& values) {
  const auto end = static_cast<double>(samples.size());
  const auto nearest_crossing = [&](double time) {
    if (!crossing) return time;
    return *crossing + half_cycle * std::nearbyint((time - *crossing) / half_cycle);
  };
  if (!begin_) {
    begin_ = crossing ? *crossing - half_cycle * std::floor(*crossing / half_cycle) : 0.0;
    square_ = 0;
    last_ = {};
  }
  while (true) {
    const double next = nearest_crossing(*begin_ + half_cycle);
    const double from = std::clamp(*begin_, 0.0, end);
    if (next > end) {
      square_ += integral_of_squares(samples, from, end);
      break;
    }
    const Half half{.begin = begin + *begin_,
                    .length = next - *begin_,
                    .square = square_ + integral_of_squares(samples, from, std::max(from, next))};
    if (last_.length > 0)
      values.push_back(
          {.middle = 0.5 * (last_.begin + begin + next),
           .rms = std::sqrt((last_.square + half.square) / (last_.length + half.length))});
    last_ = half;
    begin_ = next;
    square_ = 0;
  }
  *begin_ -= end;
}

}  // namespace meterrig::reference
