// SPDX-License-Identifier: GPL-3.0-or-later
#include "pulse_lines.h"

#include <algorithm>
#include <utility>

namespace meterrig::iio_server {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

}  // namespace

PulseLines::PulseLines(std::vector<PulseLine> lines) {
  lines_.reserve(lines.size());
  for (PulseLine& line : lines) lines_.push_back({.wiring = std::move(line), .begun = {}});
}

void PulseLines::begin(Instant start, Rational rate) {
  start_ = start;
  rate_ = rate;
}

void PulseLines::take(std::span<const Pulse> pulses) {
  for (const Pulse& pulse : pulses)
    for (Line& line : lines_)
      if (line.wiring.output == pulse.output) line.begun.push_back(pulse.time);
}

std::int64_t PulseLines::first_sample_at(Instant time) const {
  const Wide scaled = Wide{time.nanoseconds - start_.nanoseconds} * rate_.numerator;
  const Wide unit = Wide{rate_.denominator} * nanoseconds_per_second;
  return static_cast<std::int64_t>(scaled / unit + (scaled % unit > 0 ? 1 : 0));
}

void PulseLines::fill(std::size_t number, std::int64_t first, std::span<double> volts) {
  Line& line = lines_.at(number);
  std::ranges::fill(volts, line.wiring.low.in(volt));
  const auto count = static_cast<std::int64_t>(volts.size());
  const double high = line.wiring.high.in(volt);
  for (const Instant begin : line.begun) {
    const std::int64_t from = std::clamp<std::int64_t>(first_sample_at(begin) - first, 0, count);
    const std::int64_t end =
        std::clamp<std::int64_t>(first_sample_at(begin + line.wiring.width) - first, 0, count);
    for (std::int64_t i = from; i < end; ++i) volts[static_cast<std::size_t>(i)] = high;
  }
  std::erase_if(line.begun, [&](Instant begin) {
    return first_sample_at(begin + line.wiring.width) <= first + count;
  });
}

}  // namespace meterrig::iio_server
