// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace meterrig::svg {

/// Maps [least, greatest] of a quantity to [from, to] of a drawing, linearly or by the logarithm. A
/// range without extent is widened; a logarithmic one begins above zero or is made so.
class Scale {
 public:
  enum class Kind { linear, logarithmic };
  Scale(Kind kind, double least, double greatest, double from, double to);

  /// NaN for what the scale cannot place: NaN, and 0 or less on a logarithmic scale.
  [[nodiscard]] double at(double value) const;
  [[nodiscard]] double least() const { return least_; }
  [[nodiscard]] double greatest() const { return greatest_; }
  [[nodiscard]] double clamp(double value) const;
  [[nodiscard]] bool contains(double value) const { return value >= least_ && value <= greatest_; }

 private:
  Kind kind_;
  double least_;
  double greatest_;
  double from_;
  double to_;
};

struct Ticks {
  std::vector<double> values;
  int decimals = 0;  ///< that all of them need
};

/// Multiples of 1, 2 or 5 times a power of ten inside [least, greatest], about `wanted` of them.
/// None for a range that is empty or not finite.
[[nodiscard]] Ticks nice_ticks(double least, double greatest, int wanted);

/// `value` with `decimals` digits after the point and U+2212 as minus; zero has no sign.
[[nodiscard]] std::string tick_label(double value, int decimals);

}  // namespace meterrig::svg
