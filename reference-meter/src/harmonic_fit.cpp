// SPDX-License-Identifier: GPL-3.0-or-later
#include "harmonic_fit.h"
#include "meterrig/vocabulary/wide.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "lanes.h"
#include "period_window.h"

namespace meterrig::reference {

double sum_of_cosines(int k, std::size_t count, Turn half_step) {
  const auto n = static_cast<std::int64_t>(count);
  if (k == 0) return static_cast<double>(n);
  return sine_cosine(k * n * half_step).sine / sine_cosine(k * half_step).sine;
}

HarmonicFit::HarmonicFit(std::size_t count, double cycles, int orders) : orders_(orders) {
  const Turn half_step = turn_of_turns(0.5 * cycles);
  step_ = 2 * half_step;
  first_ = (1 - static_cast<std::int64_t>(count)) * half_step;
  for (int k = 0; k <= 2 * orders; ++k) {
    const double value = 0.5 * sum_of_cosines(k, count, half_step);
    const auto at = static_cast<std::size_t>(k);
    half_kernel_[middle + at] = value;
    if (at < most_lines) half_kernel_[middle - at] = value;
  }
  inverse_diagonal_.cosine[0] = 1 / static_cast<double>(count);
  for (std::size_t h = 1; h <= static_cast<std::size_t>(orders); ++h) {
    inverse_diagonal_.cosine[h] = 1 / (half_kernel_[middle] + half_kernel_[middle + 2 * h]);
    inverse_diagonal_.sine[h] = 1 / (half_kernel_[middle] - half_kernel_[middle + 2 * h]);
  }
}

METERRIG_WIDER_CLONES
Lines HarmonicFit::apply(const Lines& x) const {
  constexpr std::size_t rows = 16;
  Lines product;
  const auto lines = static_cast<std::size_t>(orders_) + 1;
  for (std::size_t a = 0; a < lines; a += rows) {
    std::array<Quad, rows / 4> even{};
    std::array<Quad, rows / 4> odd{};
    for (std::size_t b = 0; b < lines; ++b) {
      const double* difference = half_kernel_.data() + middle + a - b;
      const double* sum = half_kernel_.data() + middle + a + b;
      for (std::size_t i = 0; i < rows / 4; ++i) {
        Quad minus;
        Quad plus;
        std::memcpy(&minus, difference + 4 * i, sizeof(minus));
        std::memcpy(&plus, sum + 4 * i, sizeof(plus));
        even[i] += (minus + plus) * x.cosine[b];
        odd[i] += (minus - plus) * x.sine[b];
      }
    }
    std::memcpy(product.cosine.data() + a, even.data(), sizeof(even));
    std::memcpy(product.sine.data() + a, odd.data(), sizeof(odd));
  }
  for (std::size_t a = lines; a < most_lines; ++a) product.cosine[a] = product.sine[a] = 0;
  return product;
}

namespace {

using Half = std::array<double, most_lines>;

double product(const Half& a, const Half& b) { return dot(a.data(), b.data(), most_lines); }

// One half's state of the conjugate gradients, preconditioned by the diagonal.
class Gradient {
 public:
  Gradient(const Half& sums, const Half& inverse_diagonal, Half& direction)
      : inverse_diagonal_(inverse_diagonal), rest_(sums), direction_(direction) {
    for (std::size_t i = 0; i < most_lines; ++i) direction_[i] = inverse_diagonal_[i] * rest_[i];
    weight_ = product(rest_, direction_);
    enough_ = 1e-21 * weight_;
  }

  [[nodiscard]] bool done() const { return !(weight_ > enough_); }
  [[nodiscard]] bool failed() const { return !std::isfinite(weight_); }

  // With the matrix's product with the direction.
  void step(const Half& times) {
    if (done()) return;
    const double length = weight_ / product(direction_, times);
    Half scaled;
    for (std::size_t i = 0; i < most_lines; ++i) {
      found[i] += length * direction_[i];
      rest_[i] -= length * times[i];
      scaled[i] = inverse_diagonal_[i] * rest_[i];
    }
    const double next = product(rest_, scaled);
    const double keep = next / weight_;
    for (std::size_t i = 0; i < most_lines; ++i) direction_[i] = scaled[i] + keep * direction_[i];
    weight_ = next;
  }

  Half found{};

 private:
  const Half& inverse_diagonal_;
  Half rest_;
  Half& direction_;
  double weight_ = 0;  // of the rest, in the norm of the inverse diagonal
  double enough_ = 0;
};

}  // namespace

std::optional<Lines> HarmonicFit::solve(const Lines& sums) const {
  constexpr int most_steps = 200;
  Lines direction;
  Gradient even(sums.cosine, inverse_diagonal_.cosine, direction.cosine);
  Gradient odd(sums.sine, inverse_diagonal_.sine, direction.sine);
  for (int step = 0; step < most_steps && !(even.done() && odd.done()); ++step) {
    const Lines times = apply(direction);
    even.step(times.cosine);
    odd.step(times.sine);
  }
  if (even.failed() || odd.failed() || !even.done() || !odd.done()) return std::nullopt;
  return Lines{.cosine = even.found, .sine = odd.found};
}

double dot(const Lines& amplitudes, const Lines& sums) {
  return product(amplitudes.cosine, sums.cosine) + product(amplitudes.sine, sums.sine);
}

}  // namespace meterrig::reference
