// SPDX-License-Identifier: GPL-3.0-or-later
#include "air.h"

#include <algorithm>
#include <cmath>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::rigloop {

void Air::send(std::int64_t first, std::span<const Sample> samples, Tuning tuning) {
  sent_.push_back({.first = first, .samples = {samples.begin(), samples.end()}, .tuning = tuning});
}

void Air::receive(std::int64_t first, std::span<std::complex<double>> out, Tuning tuning,
                  double rate) const {
  const std::int64_t end = first + static_cast<std::int64_t>(out.size());
  for (const Sent& sent : sent_) {
    const std::int64_t from = std::max(first, sent.first);
    const std::int64_t to = std::min(end, sent.end());
    const double cycles = (sent.tuning.oscillator - tuning.oscillator) / rate;
    if (from >= to || std::abs(cycles) >= 0.5) continue;
    // 2^64 steps a turn: a phase that wraps and does not drift.
    const Turn step{static_cast<std::uint64_t>(std::llround(std::ldexp(cycles, 64)))};
    const double amplitude = sent.tuning.amplitude * tuning.amplitude;
    for (std::int64_t tick = from; tick < to; ++tick) {
      const SineCosine turned = sine_cosine(tick * step);
      const Sample sample = sent.samples[static_cast<std::size_t>(tick - sent.first)];
      out[static_cast<std::size_t>(tick - first)] +=
          amplitude * std::complex<double>(sample) *
          std::complex<double>(turned.cosine, turned.sine);
    }
  }
}

void Air::forget_before(std::int64_t tick) {
  while (sent_.size() > 1 && sent_.front().end() <= tick && sent_[1].first < tick)
    sent_.pop_front();
}

void Air::take_back_from(std::int64_t tick) {
  while (!sent_.empty() && sent_.back().first >= tick) sent_.pop_back();
  if (!sent_.empty() && sent_.back().end() > tick)
    sent_.back().samples.resize(static_cast<std::size_t>(tick - sent_.back().first));
}

double Air::magnitude_at(std::int64_t tick) const {
  for (auto sent = sent_.rbegin(); sent != sent_.rend(); ++sent) {
    if (sent->first > tick || sent->samples.empty()) continue;
    const std::int64_t last = std::min(tick, sent->end() - 1);
    return std::abs(sent->samples[static_cast<std::size_t>(last - sent->first)]);
  }
  return 0;
}

}  // namespace meterrig::rigloop
