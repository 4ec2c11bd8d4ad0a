// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>

#include "meterrig/v1/standard.pb.h"

namespace meterrig::loader {

/// A key that orders current levels of any device: within In and within Imax by their multiples,
/// and every multiple of Imax above every multiple of In. The last holds for the levels that
/// standards and suites name together (up to a few In, and Imax from 1.2 In on).
inline std::pair<int, double> current_order(const v1::CurrentLevel& level) {
  return {level.base() == v1::CURRENT_BASE_MAXIMUM ? 1 : 0, level.factor()};
}

/// True when the row holds for a current of this level.
inline bool covers(const v1::ErrorRow& row, const v1::CurrentLevel& level) {
  const auto at = current_order(level);
  if (at < current_order(row.from())) return false;
  return row.has_below() ? at < current_order(row.below()) : at <= current_order(row.up_to());
}

inline bool same(const v1::PowerFactor& a, const v1::PowerFactor& b) {
  return a.value() == b.value() && a.character() == b.character();
}

}  // namespace meterrig::loader
