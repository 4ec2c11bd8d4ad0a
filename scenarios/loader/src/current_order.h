// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <utility>

#include "meterrig/v1/standard.pb.h"

namespace meterrig::loader {

/// A key that orders current levels of any device: within a base by their multiples, and every
/// multiple of Ist, Imin, Itr, In, Imax below every multiple of the next. The last holds for the
/// levels that standards and suites name together (Imin itself, Itr and up to a few In, and Imax
/// from 1.2 In on).
inline std::pair<int, double> current_order(const v1::CurrentLevel& level) {
  switch (level.base()) {
    case v1::CURRENT_BASE_STARTING:
      return {-3, level.factor()};
    case v1::CURRENT_BASE_MINIMUM:
      return {-2, level.factor()};
    case v1::CURRENT_BASE_TRANSITIONAL:
      return {-1, level.factor()};
    case v1::CURRENT_BASE_MAXIMUM:
      return {1, level.factor()};
    default:
      return {0, level.factor()};
  }
}

/// Row or range with from and one of below and up_to.
template <class Range>
bool range_covers(const Range& range, const v1::CurrentLevel& level) {
  const auto at = current_order(level);
  if (at < current_order(range.from())) return false;
  return range.has_below() ? at < current_order(range.below()) : at <= current_order(range.up_to());
}

inline constexpr std::array circuits{v1::CIRCUIT_DIRECT, v1::CIRCUIT_TRANSFORMER};

/// True when the row holds for a current of this level with this connection.
inline bool covers(const v1::ErrorRow& row, const v1::CurrentLevel& level, v1::Circuit circuit) {
  if (row.ranges().empty()) return range_covers(row, level);
  for (const v1::CurrentRange& range : row.ranges()) {
    if (range.connection() == circuit) return range_covers(range, level);
  }
  return false;
}

inline bool same(const v1::PowerFactor& a, const v1::PowerFactor& b) {
  return a.value() == b.value() && a.character() == b.character();
}

}  // namespace meterrig::loader
