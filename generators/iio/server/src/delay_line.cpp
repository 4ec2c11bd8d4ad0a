// SPDX-License-Identifier: GPL-3.0-or-later
#include "delay_line.h"

#include <algorithm>
#include <span>

namespace meterrig::iio_server {

void DelayLine::begin(std::size_t samples) {
  samples_ = samples;
  for (auto& row : held_) row.assign(samples, 0);
}

SampleBlock DelayLine::pass(const SampleBlock& block) {
  SampleBlock out(block.rate, block.first_sample, block.count());
  const auto shift = [&block](std::vector<double>& held, std::span<const double> in,
                              std::span<double> older) {
    held.insert(held.end(), in.begin(), in.end());
    const auto end = held.begin() + static_cast<std::ptrdiff_t>(block.count());
    std::copy(held.begin(), end, older.begin());
    held.erase(held.begin(), end);
  };
  for (std::size_t p = 0; p < phase_count; ++p) {
    shift(held_.at(p), block.volts(p), out.volts(p));
    shift(held_.at(phase_count + p), block.amperes(p), out.amperes(p));
  }
  return out;
}

}  // namespace meterrig::iio_server
