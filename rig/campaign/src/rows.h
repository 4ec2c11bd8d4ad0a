// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::campaign {

/// The current that a level means for a device, r.m.s.
[[nodiscard]] Current resolve(const v1::CurrentLevel& level, const v1::Ratings& ratings);
/// "0.05 In", "Imax", "0.5 Imax".
[[nodiscard]] std::string label(const v1::CurrentLevel& level);
/// "1", "0.5i", "0.8c".
[[nodiscard]] std::string label(const v1::PowerFactor& power_factor);
[[nodiscard]] bool same(const v1::PowerFactor& a, const v1::PowerFactor& b);
/// Displacement of an imported current at this power factor: acos(PF), negative when capacitive.
[[nodiscard]] Angle displacement(const v1::PowerFactor& power_factor);

/// The current lies in the row's range (IEC 62053: from included, below not, up_to included).
[[nodiscard]] bool covers(const v1::ErrorRow& row, Current current, const v1::Ratings& ratings);

/// The same of a row for a range of currents, both ends included.
[[nodiscard]] bool covers(const v1::InfluenceRow& row, Current current, const v1::Ratings& ratings);

/// The class's limit of a row, with where it is written; nothing when the row has none for the
/// class.
template <class Row>
[[nodiscard]] std::optional<v1::LimitUsed> limit_of(const Row& row, std::string_view accuracy_class,
                                                    const v1::Standard& standard);

/// Everything but the magnitude.
[[nodiscard]] v1::LimitUsed cite(const v1::Source& source, const std::string& row,
                                 const v1::Standard& standard);

template <class Rows>
[[nodiscard]] auto find_row(const Rows& rows, std::string_view id) -> decltype(&rows.Get(0)) {
  for (const auto& row : rows) {
    if (row.id() == id) return &row;
  }
  return nullptr;
}

}  // namespace meterrig::campaign
