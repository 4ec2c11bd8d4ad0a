// SPDX-License-Identifier: GPL-3.0-or-later
#include "whole_periods.h"

#include <cstdint>
#include <numeric>

namespace meterrig::iio {

std::optional<std::size_t> whole_periods(Rational frequency, Rational rate, std::size_t alignment,
                                         std::size_t most) {
  // p / q cycles a sample in lowest terms: q samples are p periods, and no fewer are whole ones.
  const auto cycles = divide(frequency, rate);
  if (!cycles || cycles->numerator <= 0) return std::nullopt;
  const auto period = static_cast<std::uint64_t>(cycles->denominator);
  if (period > most) return std::nullopt;
  const std::uint64_t samples = std::lcm(period, static_cast<std::uint64_t>(alignment));
  if (samples > most) return std::nullopt;
  return static_cast<std::size_t>(samples);
}

}  // namespace meterrig::iio
