// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/resample/kernel.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::resample {
namespace {

constexpr std::size_t half_width = 24;  // samples of the lower rate
constexpr double beta = 14.3;
constexpr std::size_t steps = 256;  // of the table in one sample
constexpr std::size_t margin = 4;   // entries beyond the ends that the interpolation touches

// Modified Bessel function of the first kind, order 0, by its power series.
double bessel_i0(double x) {
  double term = 1;
  double sum = 1;
  for (int k = 1; term > 1e-18 * sum; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

double windowed_sinc(std::size_t step) {
  const double x = static_cast<double>(step) / steps;
  const double at = x / half_width;
  if (at >= 1) return 0;
  const double window = bessel_i0(beta * std::sqrt(1 - at * at)) / bessel_i0(beta);
  if (step == 0) return 1;
  // sin(pi x): x is a whole number of 1/512 turns.
  const Turn turn{static_cast<std::uint64_t>(step % (2 * steps)) << (64 - 9)};
  static_assert(2 * steps == 512);
  return window * sine_cosine(turn).sine / (std::numbers::pi * x);
}

// windowed_sinc at 1/256 of a sample, from -4/256 on: even, so that its mirror image continues it.
const std::vector<double>& table() {
  static const std::vector<double> values = [] {
    std::vector<double> made(half_width * steps + 2 * margin);
    for (std::size_t i = 0; i < made.size(); ++i)
      made[i] = windowed_sinc(i < margin ? margin - i : i - margin);
    return made;
  }();
  return values;
}

// Between the entries a cubic through the four around: error below 1/43 of (1/256)^4 times the
// fourth derivative of the sinc, (0.6 2 pi)^4, that is 2e-9.
double interpolated(const std::vector<double>& values, double distance) {
  const double place = distance * steps;
  if (place >= static_cast<double>(half_width * steps)) return 0;
  const double whole = std::floor(place);
  const double t = place - whole;
  const double* v = values.data() + static_cast<std::size_t>(whole) + margin;
  const double before = t * (t - 1) * (t - 2) / -6;
  const double at = (t + 1) * (t - 1) * (t - 2) / 2;
  const double after = (t + 1) * t * (t - 2) / -2;
  const double beyond = (t + 1) * t * (t - 1) / 6;
  return before * v[-1] + at * v[0] + after * v[1] + beyond * v[2];
}

}  // namespace

Kernel::Kernel(Rational from, Rational to) : scale_(std::min(1.0, to.value() / from.value())) {
  taps_ = 2 * static_cast<std::size_t>(std::ceil(static_cast<double>(half_width) / scale_));
}

void Kernel::weigh(double fraction, std::span<double> weights) const {
  const std::vector<double>& values = table();
  const std::size_t half = taps_ / 2;
  const double before = static_cast<double>(half) - 1;
  double sum = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double distance = std::abs(static_cast<double>(k) - before - fraction);
    weights[k] = interpolated(values, distance * scale_);
    sum += weights[k];
  }
  for (double& weight : weights) weight /= sum;
}

}  // namespace meterrig::resample
