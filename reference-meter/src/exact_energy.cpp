// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/exact_energy.h"

#include <fmt/format.h>

namespace meterrig::reference {
namespace {

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int k = 0; k < exponent; ++k) power *= 10;
  return power;
}

}  // namespace

Result<RegisterFormat> RegisterFormat::create(int digits, int decimals) {
  if (digits < 1 || digits > 18 || decimals < 0 || decimals > 12 || decimals > digits)
    return fail(ErrorCode::out_of_range,
                fmt::format("a register of {} digits, {} of them decimals; 1 to 18 and 0 to 12 "
                            "are possible",
                            digits, decimals));
  return RegisterFormat(digits, decimals);
}

std::int64_t RegisterFormat::shown(ExactEnergy energy) const {
  __extension__ using Wide = unsigned __int128;
  const bool negative = energy.count_ < 0;
  const Wide count =
      negative ? -static_cast<Wide>(energy.count_) : static_cast<Wide>(energy.count_);
  const Wide whole = count >> 80U;  // Wh, below 2^47
  const Wide part = count & ((Wide{1} << 80U) - 1);
  Wide steps = 0;
  if (decimals_ <= 3) {
    steps = whole / static_cast<Wide>(power_of_ten(3 - decimals_));
  } else {
    const auto per_watt_hour = static_cast<Wide>(power_of_ten(decimals_ - 3));  // below 2^30
    steps = whole * per_watt_hour + (part * per_watt_hour >> 80U);
  }
  const auto shown = static_cast<std::int64_t>(steps % static_cast<Wide>(power_of_ten(digits_)));
  return negative ? -shown : shown;
}

double RegisterFormat::shown_kilo(ExactEnergy energy) const {
  return static_cast<double>(shown(energy)) / static_cast<double>(power_of_ten(decimals_));
}

std::int64_t RegisterFormat::advance(std::int64_t before, std::int64_t after) const {
  const std::int64_t steps = after - before;
  return steps < 0 ? steps + power_of_ten(digits_) : steps;
}

}  // namespace meterrig::reference
