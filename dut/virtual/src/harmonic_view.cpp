// SPDX-License-Identifier: GPL-3.0-or-later
#include "harmonic_view.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::twin {
namespace {

constexpr double shortest_seconds = 0.2;
constexpr int lobe = 5;  // lines on either side of a harmonic
// Harris 1978, table 1, four terms, -92 dB.
constexpr std::array terms{0.35875, -0.48829, 0.14128, -0.01168};

std::size_t reversed(std::size_t index, int bits) {
  std::size_t result = 0;
  for (int b = 0; b < bits; ++b) result |= (index >> b & 1U) << (bits - 1 - b);
  return result;
}

}  // namespace

HarmonicView::HarmonicView(double rate) {
  const std::size_t n = std::bit_ceil(static_cast<std::size_t>(std::ceil(rate * shortest_seconds)));
  const auto turn = [n](std::size_t k) {
    return sine_cosine(turn_of(degree(360.0 * static_cast<double>(k) / static_cast<double>(n))));
  };
  window_.reserve(n);
  turns_.reserve(n / 2);
  for (std::size_t k = 0; k < n; ++k) {
    double weight = terms[0];
    for (std::size_t t = 1; t < terms.size(); ++t) weight += terms.at(t) * turn(t * k % n).cosine;
    window_.push_back(weight);
    squares_ += weight * weight;
    if (k < n / 2) turns_.emplace_back(turn(k).cosine, -turn(k).sine);
  }
}

void HarmonicView::transform(std::span<std::complex<double>> values) const {
  const std::size_t n = values.size();
  const int bits = std::countr_zero(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t j = reversed(i, bits);
    if (i < j) std::swap(values[i], values[j]);
  }
  for (std::size_t half = 1; half < n; half *= 2) {
    const std::size_t step = n / (2 * half);
    for (std::size_t begin = 0; begin < n; begin += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const std::complex<double> w = turns_[k * step];
        const std::complex<double> x = values[begin + half + k];
        const std::complex<double> turned{x.real() * w.real() - x.imag() * w.imag(),
                                          x.real() * w.imag() + x.imag() * w.real()};
        values[begin + half + k] = values[begin + k] - turned;
        values[begin + k] += turned;
      }
    }
  }
}

void HarmonicView::read(std::span<const std::int32_t> first, std::span<const std::int32_t> second,
                        double frequency, OrderValues& of_first, OrderValues& of_second) const {
  const std::size_t n = window_.size();
  std::vector<std::complex<double>> values;
  values.reserve(n);
  for (std::size_t k = 0; k < n; ++k)
    values.emplace_back(window_[k] * first[k], window_[k] * second[k]);
  transform(values);
  of_first = {};
  of_second = {};
  const double scale = 2 / (static_cast<double>(n) * squares_);
  for (int order = 1; order <= greatest_harmonic_order; ++order) {
    const auto centre = std::lround(order * frequency * static_cast<double>(n));
    if (centre <= lobe || centre + lobe >= static_cast<long>(n / 2)) continue;
    double sum_first = 0;
    double sum_second = 0;
    for (long line = centre - lobe; line <= centre + lobe; ++line) {
      // Of two real channels in one: the even and the odd part of the spectrum.
      const std::complex<double> x = values[static_cast<std::size_t>(line)];
      const std::complex<double> y = std::conj(values[n - static_cast<std::size_t>(line)]);
      sum_first += std::norm(x + y) / 4;
      sum_second += std::norm(x - y) / 4;
    }
    of_first.at(static_cast<std::size_t>(order)) = std::sqrt(scale * sum_first);
    of_second.at(static_cast<std::size_t>(order)) = std::sqrt(scale * sum_second);
  }
}

}  // namespace meterrig::twin
