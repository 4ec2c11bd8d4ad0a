// SPDX-License-Identifier: GPL-3.0-or-later
#include "quantity_limit.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "rows.h"

namespace meterrig::campaign {

std::optional<v1::LimitUsed> limit_of_quantity(const v1::QuantityRow& row,
                                               std::string_view accuracy_class,
                                               const v1::Standard& standard) {
  if (!row.has_factor()) return limit_of(row, accuracy_class, standard);
  const auto& classes = row.accuracy_classes();
  if (std::find(classes.begin(), classes.end(), accuracy_class) == classes.end())
    return std::nullopt;
  double number = 0;
  const char* const end = accuracy_class.data() + accuracy_class.size();
  if (std::from_chars(accuracy_class.data(), end, number).ec != std::errc()) return std::nullopt;
  v1::LimitUsed limit = cite(row.source(), row.id(), standard);
  limit.set_magnitude(row.factor() * number);
  return limit;
}

double absolute_limit(const v1::QuantityRow& row, double limit, double value, double rated) {
  switch (row.basis()) {
    case v1::LIMIT_BASIS_READING:
      return limit / 100 * std::abs(value);
    case v1::LIMIT_BASIS_NOMINAL:
      return limit / 100 * rated;
    default:
      return limit;
  }
}

}  // namespace meterrig::campaign
