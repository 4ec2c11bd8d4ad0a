// SPDX-License-Identifier: GPL-3.0-or-later
#include "cycle_tracker.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "meterrig/vocabulary/turn.h"
#include "period_window.h"

namespace meterrig::reference {
namespace {

constexpr std::size_t tile = 64;

struct alignas(32) Sums {
  Quad plain{};  // of w x
  Quad square{};
  Quad real{};  // of w x exp(-i phase)
  Quad imaginary{};
};

struct alignas(32) Tile {
  std::array<double, tile> weight;
  std::array<double, tile> cosine;  // weighted
  std::array<double, tile> sine;
};

// Cosines and sines of 0 to tile - 1 steps: of twice as many each time.
struct Rotation {
  explicit Rotation(double cycles) {
    cosine[0] = 1;
    sine[0] = 0;
    for (std::size_t count = 1; count < tile; count *= 2) {
      const SineCosine by = sine_cosine(turn_of_turns(static_cast<double>(count) * cycles));
      for (std::size_t k = 0; k < count; ++k) {
        cosine[count + k] = cosine[k] * by.cosine - sine[k] * by.sine;
        sine[count + k] = sine[k] * by.cosine + cosine[k] * by.sine;
      }
    }
  }
  std::array<double, tile> cosine;
  std::array<double, tile> sine;
};

METERRIG_WIDER_CLONES
void fill(Tile& part, const Rotation& carrier, const Rotation& window, SineCosine carrier_at,
          SineCosine window_at) {
  for (std::size_t k = 0; k < tile; ++k) {
    const double weight =
        0.5 - 0.5 * (window_at.cosine * window.cosine[k] - window_at.sine * window.sine[k]);
    part.weight[k] = weight;
    part.cosine[k] =
        weight * (carrier_at.cosine * carrier.cosine[k] - carrier_at.sine * carrier.sine[k]);
    part.sine[k] =
        weight * (carrier_at.sine * carrier.cosine[k] + carrier_at.cosine * carrier.sine[k]);
  }
}

METERRIG_WIDER_CLONES
void add(const Tile& part, const Quad* values, std::size_t stride, std::size_t count, Sums& sums) {
  Sums sum = sums;
  for (std::size_t k = 0; k < count; ++k) {
    const Quad x = values[k * stride];
    const Quad weighted = x * part.weight[k];
    sum.plain += weighted;
    sum.square += weighted * x;
    sum.real += x * part.cosine[k];
    sum.imaginary -= x * part.sine[k];
  }
  sums = sum;
}

}  // namespace

void track_fundamentals(const Quad* values, std::size_t stride, double begin, double length,
                        int cycles, PerPhase<TrackedFundamental>& found) {
  const double frequency = cycles / length;
  const double middle = begin + 0.5 * length;
  const std::array<std::size_t, 3> cuts = {static_cast<std::size_t>(std::ceil(begin)),
                                           static_cast<std::size_t>(std::ceil(middle)),
                                           static_cast<std::size_t>(std::ceil(begin + length))};
  const Rotation carrier(frequency);
  const Rotation window(2 / length);
  std::array<Sums, 2> sums;
  Tile part;
  for (std::size_t half = 0; half < 2; ++half)
    for (std::size_t at = cuts.at(half); at < cuts.at(half + 1); at += tile) {
      const double time = static_cast<double>(at) - middle;
      fill(part, carrier, window, sine_cosine(turn_of_turns(time * frequency)),
           sine_cosine(turn_of_turns(2 * time / length)));
      add(part, values + at * stride, stride, std::min(tile, cuts.at(half + 1) - at),
          sums.at(half));
    }
  const double weight = 0.5 * length;  // of both halves
  for (std::size_t p = 0; p < phase_count; ++p) {
    TrackedFundamental& channel = found.at(p);
    const std::complex<double> first{sums[0].real[p], sums[0].imaginary[p]};
    const std::complex<double> second{sums[1].real[p], sums[1].imaginary[p]};
    const double mean = (sums[0].plain[p] + sums[1].plain[p]) / weight;
    channel.amplitude_square = 8 * (std::norm(first) + std::norm(second)) / (weight * weight);
    channel.alternating_square =
        std::max(0.0, (sums[0].square[p] + sums[1].square[p]) / weight - mean * mean);
    const auto [lower, upper] = std::minmax({std::norm(first), std::norm(second)});
    channel.is_steady = lower > 0.9 * 0.9 * upper;
    const std::complex<double> sum = first + second;
    channel.turns = 0.25 + angle_of_point(sum.real(), sum.imag()).in(degree) / 360;
    const std::complex<double> turned = second * std::conj(first);
    channel.correction =
        angle_of_point(turned.real(), turned.imag()).in(degree) / 360 / (0.5 * length);
  }
}

}  // namespace meterrig::reference
