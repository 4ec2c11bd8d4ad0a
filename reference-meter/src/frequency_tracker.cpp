// SPDX-License-Identifier: GPL-3.0-or-later
#include "frequency_tracker.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "harmonic_fit.h"
#include "lanes.h"
#include "period_window.h"

namespace meterrig::reference {
namespace {

// Sums of t sin(k w t) over a block, t = -1 to 1 from its begin to its end: the derivative of
// sum_of_cosines(k) by k w.
double sum_of_ramped_sines(int k, std::size_t count, Turn half_step) {
  if (k == 0) return 0;
  const auto n = static_cast<std::int64_t>(count);
  const SineCosine whole = sine_cosine(k * n * half_step);
  const SineCosine part = sine_cosine(k * half_step);
  return (whole.sine * part.cosine / part.sine / static_cast<double>(n) - whole.cosine) / part.sine;
}

}  // namespace

int orders_of(double cycles, std::size_t count) {
  if (!(cycles > 0)) return 0;
  const double by_rate = std::floor(0.45 / cycles + 1e-6);  // a line at 0.45 itself stays
  const double by_count = std::floor((static_cast<double>(count) - 1) / 2.2);
  return static_cast<int>(
      std::max(0.0, std::min({by_rate, by_count, static_cast<double>(most_lines - 1)})));
}

std::optional<double> FrequencyTracker::track(std::span<const double> samples, double cycles) {
  constexpr int most_steps = 30;
  const double start = cycles;
  const auto count = static_cast<double>(samples.size());
  ramped_.resize(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i)
    ramped_[i] = samples[i] * ((2 * static_cast<double>(i) + 1) / count - 1);
  const double square = dot(samples.data(), samples.data(), samples.size());
  const std::array<const double*, 2> rows{samples.data(), ramped_.data()};
  double before = 1;
  for (int step = 0; step < most_steps; ++step) {
    const int orders = orders_of(cycles, samples.size());
    if (orders < 1 || !(std::abs(cycles - start) < 0.1 * start)) return std::nullopt;
    if (!grid_ || grid_->orders() < orders) grid_.emplace(orders);
    const HarmonicFit fit(samples.size(), cycles, orders);
    std::array<Lines, 2> sums;
    grid_->sum(rows, samples.size(), fit.first(), fit.step(), sums);
    const auto found = fit.solve(sums[0]);
    if (!found) return std::nullopt;
    const Lines& x = *found;
    // g = t (along cos(w t) + across sin(w t)) by the phase at the block's end
    const double along = x.sine[1];
    const double across = -x.cosine[1];
    double residual = along * sums[1].cosine[1] + across * sums[1].sine[1];
    const Turn half_step = turn_of_turns(0.5 * cycles);
    double last = sum_of_ramped_sines(-1, samples.size(), half_step);  // k = a - 1
    double middle = 0;                                                 // k = a
    for (int a = 0; a <= orders; ++a) {
      const double next = sum_of_ramped_sines(a + 1, samples.size(), half_step);
      const auto at = static_cast<std::size_t>(a);
      residual -= 0.5 * x.cosine[at] * across * (next - last);
      residual -= 0.5 * x.sine[at] * along * (next + last);
      last = middle;
      middle = next;
    }
    const double amplitude_square = along * along + across * across;
    const double alternating = square - count * x.cosine[0] * x.cosine[0];
    if (!(0.5 * count * amplitude_square > 0.1 * alternating)) return std::nullopt;
    const double turned = 6 * residual / (count * amplitude_square);  // rad at the block's end
    if (!(std::abs(turned) < std::numbers::pi / 2)) return std::nullopt;
    cycles += turned / (std::numbers::pi * count);
    const double shrinks =
        std::max(1 / (count * cycles), step == 0 ? 0 : std::min(1.0, std::abs(turned) / before));
    const double next = std::abs(turned) * shrinks;
    before = std::abs(turned);
    // The residual may tell only when most of it is not this very turn of all harmonics.
    double moved = 0;
    for (int h = 1; h <= orders; ++h) {
      const auto at = static_cast<std::size_t>(h);
      moved += h * h * (x.cosine[at] * x.cosine[at] + x.sine[at] * x.sine[at]);
    }
    const double per_square = count / 6;
    const double left = square - dot(x, sums[0]) - 1e-9 * square;  // beyond the sums' error
    const bool lost_in_rest = next * next * amplitude_square * per_square <= 0.0025 * left &&
                              turned * turned * moved * per_square <= 0.3 * left;
    if (next <= 1e-10 || lost_in_rest) {
      if (!(std::abs(cycles - start) < 0.1 * start)) return std::nullopt;
      return cycles;
    }
  }
  return std::nullopt;
}

}  // namespace meterrig::reference
