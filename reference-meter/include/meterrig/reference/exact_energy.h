// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>

#include "meterrig/vocabulary/result.h"

namespace meterrig::reference {

/// An energy in whole 2^-80 of a watt hour, var hour or volt-ampere hour: integers add without
/// error, in any order and split in any way. From a double of 2^-28 Wh (1.3e-5 Ws) or more the
/// conversion is exact as well, from a smaller one right to 2^-81 Wh (1.5e-21 Ws), so that the
/// 691.2 million samples of a day at 8 kS/s, each added for itself, are within 1e-12 Ws of the sum
/// of what was added. Back to a double it is rounded once. Holds up to 2^47 Wh, 140 TWh.
class ExactEnergy {
 public:
  constexpr ExactEnergy() = default;
  /// Of a finite number of watt hours (var hours, volt-ampere hours) below 2^46.
  [[nodiscard]] static ExactEnergy of(double hours) {
    ExactEnergy energy;
    energy.count_ = static_cast<Integer>(std::nearbyint(hours * 0x1p80));
    return energy;
  }
  /// In watt hours (var hours, volt-ampere hours).
  [[nodiscard]] double value() const { return static_cast<double>(count_) * 0x1p-80; }

  constexpr ExactEnergy& operator+=(ExactEnergy other) {
    count_ += other.count_;
    return *this;
  }
  constexpr ExactEnergy& operator-=(ExactEnergy other) {
    count_ -= other.count_;
    return *this;
  }
  friend constexpr ExactEnergy operator+(ExactEnergy a, ExactEnergy b) { return a += b; }
  friend constexpr ExactEnergy operator-(ExactEnergy a, ExactEnergy b) { return a -= b; }
  friend constexpr bool operator==(ExactEnergy a, ExactEnergy b) = default;
  friend constexpr auto operator<=>(ExactEnergy a, ExactEnergy b) = default;

 private:
  friend class RegisterFormat;
  __extension__ using Integer = __int128;
  Integer count_ = 0;
};

/// How a register shows its energy: `digits` decimal digits, of which `decimals` are of a kWh
/// (kvarh, kVAh). It cuts off what is below its last digit and rolls over beyond its first.
class RegisterFormat {
 public:
  /// 1 to 18 digits, 0 to 12 decimals of them. Errors: out_of_range.
  [[nodiscard]] static Result<RegisterFormat> create(int digits, int decimals);

  [[nodiscard]] int digits() const { return digits_; }
  [[nodiscard]] int decimals() const { return decimals_; }

  /// The digits as an integer: 123.45 kWh with 2 decimals is 12345. Of a negative energy (net)
  /// those of its magnitude, negative.
  [[nodiscard]] std::int64_t shown(ExactEnergy energy) const;
  /// The digits as a number of kWh.
  [[nodiscard]] double shown_kilo(ExactEnergy energy) const;
  /// Steps from one reading to a later one, less than a whole roll-over apart, whether or not it
  /// rolled over.
  [[nodiscard]] std::int64_t advance(std::int64_t before, std::int64_t after) const;

 private:
  RegisterFormat(int digits, int decimals) : digits_(digits), decimals_(decimals) {}
  int digits_;
  int decimals_;
};

}  // namespace meterrig::reference
