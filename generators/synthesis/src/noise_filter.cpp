// SPDX-License-Identifier: GPL-3.0-or-later
#include "noise_filter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::synthesis {
namespace {

constexpr std::size_t taps = 511;
constexpr std::size_t part = 256;  // samples at a time
constexpr double pi = 3.14159265358979323846;

// Modified Bessel function I_0 by its power series (Abramowitz and Stegun 9.6.12).
double bessel_i0(double x) {
  const double quarter = x * x / 4;
  double term = 1;
  double sum = 1;
  for (int k = 1; k < 40; ++k) {
    term *= quarter / (static_cast<double>(k) * k);
    sum += term;
  }
  return sum;
}

// sin(2 pi cycles n) / (pi n), which passes what is below `cycles`.
double low_pass(double cycles, int n) {
  if (n == 0) return 2 * cycles;
  const double turns = cycles * n;
  const Turn turn = turn_of(degree(360 * (turns - std::floor(turns))));
  return sine_cosine(turn).sine / (pi * n);
}

}  // namespace

NoiseFilter::NoiseFilter(NoiseChannel stream, double lowest, double highest, double rms)
    : stream_(stream), weights_(taps) {
  constexpr double beta = 8;
  constexpr int middle = taps / 2;
  double square = 0;
  for (std::size_t k = 0; k < taps; ++k) {
    const int n = static_cast<int>(k) - middle;
    const double place = static_cast<double>(n) / (middle + 1);
    const double window = bessel_i0(beta * std::sqrt(1 - place * place)) / bessel_i0(beta);
    weights_[k] = window * (low_pass(highest, n) - low_pass(lowest, n));
    square += weights_[k] * weights_[k];
  }
  for (double& weight : weights_) weight *= rms / std::sqrt(square);
}

void NoiseFilter::add(std::int64_t first, std::span<double> out) const {
  for (std::size_t begin = 0; begin < out.size(); begin += part)
    add_part(first + static_cast<std::int64_t>(begin),
             out.subspan(begin, std::min(part, out.size() - begin)));
}

void NoiseFilter::add_part(std::int64_t first, std::span<double> out) const {
  std::array<double, part + taps> white{};
  add_noise(stream_, first, 1, std::span(white).first(out.size() + taps - 1));
  // A tap at a time: each output is a sum in the same order, however the samples are cut.
  std::array<double, part> sum{};
  for (std::size_t k = 0; k < taps; ++k)
    for (std::size_t i = 0; i < out.size(); ++i) sum[i] += weights_[k] * white[i + k];
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += sum[i];
}

}  // namespace meterrig::synthesis
