// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/rf_calibration.h"

#include <limits>
#include <type_traits>

#include "meterrig/vocabulary/units.h"

namespace meterrig {

double ratio(const RfLevel& a, const RfLevel& b) {
  return std::visit(
      [](auto left, auto right) {
        if constexpr (std::is_same_v<decltype(left), decltype(right)>)
          return left / right;
        else
          return std::numeric_limits<double>::quiet_NaN();
      },
      a, b);
}

RfLevel operator*(double factor, const RfLevel& level) {
  return std::visit([factor](auto value) { return RfLevel(factor * value); }, level);
}

std::string readable(const RfLevel& level) {
  if (const auto* e_m_f = std::get_if<Voltage>(&level))
    return readable(e_m_f->in(volt), QuantityKind::voltage);
  return readable(std::get<FieldStrength>(level).in(volt_per_metre), QuantityKind::field_strength);
}

}  // namespace meterrig
