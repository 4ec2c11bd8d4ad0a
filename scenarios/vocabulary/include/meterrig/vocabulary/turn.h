// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"

namespace meterrig {

/// An angle as a 64-bit fraction of a full turn: it wraps as angles do, and h times it is exact.
struct Turn {
  std::uint64_t word = 0;

  friend constexpr Turn operator+(Turn a, Turn b) { return {a.word + b.word}; }
  friend constexpr Turn operator-(Turn a, Turn b) { return {a.word - b.word}; }
  friend constexpr Turn operator*(std::int64_t n, Turn a) {
    return {static_cast<std::uint64_t>(n) * a.word};
  }
  friend constexpr bool operator==(Turn, Turn) = default;
};

/// Nearest turn to an angle of any size.
[[nodiscard]] Turn turn_of(Angle angle);
/// Angle in (-180 deg, 180 deg].
[[nodiscard]] Angle angle_of(Turn turn);

struct SineCosine {
  double sine;
  double cosine;
};

/// Sine and cosine to 1 ulp or so, by polynomials of our own: the same bits on every machine, which
/// a C library does not promise.
[[nodiscard]] SineCosine sine_cosine(Turn turn);

/// Angle of the point (x, y), in (-180 deg, 180 deg], the same bits on every machine; 0 deg for the
/// origin.
[[nodiscard]] Angle angle_of_point(double x, double y);

/// Steps through the phase of a frequency sample by sample, exactly: the word at sample n is
/// floor(2^64 frac(n ratio)), whatever n it was started at.
class PhaseStepper {
 public:
  /// `cycles_per_sample` is frequency over sample rate, at least 0 and below 1.
  PhaseStepper(Rational cycles_per_sample, std::int64_t first_sample);
  [[nodiscard]] Turn turn() const { return {word_}; }
  void step() {
    word_ += word_step_;
    remainder_ += remainder_step_;
    if (remainder_ >= denominator_) {
      remainder_ -= denominator_;
      ++word_;
    }
  }

 private:
  std::uint64_t word_ = 0;
  std::uint64_t word_step_ = 0;
  std::uint64_t remainder_ = 0;  // of word_, in units of 2^-64 / denominator
  std::uint64_t remainder_step_ = 0;
  std::uint64_t denominator_ = 1;
};

}  // namespace meterrig
