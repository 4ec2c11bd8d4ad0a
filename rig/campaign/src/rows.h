// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/quantity.h"
#include "rated_currents.h"

namespace meterrig::campaign {

/// "0.05 In", "Imax", "0.5 Imax".
[[nodiscard]] std::string label(const v1::CurrentLevel& level);
/// The same in the id of a point, which has no spaces: "0.05In".
[[nodiscard]] std::string id_part(const v1::CurrentLevel& level);
/// "import", "export".
[[nodiscard]] std::string_view word(v1::Direction direction);
/// "1", "0.5i", "0.8c".
[[nodiscard]] std::string label(const v1::PowerFactor& power_factor);
[[nodiscard]] bool same(const v1::PowerFactor& a, const v1::PowerFactor& b);
/// Displacement of an imported current at this power factor: acos(PF), negative when capacitive; in
/// a standard of reactive energy, where the factor is sin phi: asin.
[[nodiscard]] Angle displacement(const v1::PowerFactor& power_factor, v1::Energy energy);

/// The current lies in the row's range for the device's connection (IEC 62053: from included, below
/// not, up_to included).
[[nodiscard]] bool covers(const v1::ErrorRow& row, Current current, const RatedCurrents& rated);
[[nodiscard]] bool covers(const v1::CompositeRow& row, Current current, const RatedCurrents& rated);
/// The first level of the row whose current is not known for the device; null when all are.
[[nodiscard]] const v1::CurrentLevel* unknown_level(const v1::ErrorRow& row,
                                                    const RatedCurrents& rated);
/// What the row's limits are multiplied with at this current: 1 unless the row has over_current
/// (OIML R 46: Imin / I below Imin).
[[nodiscard]] double limit_factor(const v1::ErrorRow& row, Current current,
                                  const RatedCurrents& rated);
/// Ist of the row for the device's connection; null when the row has none for it.
[[nodiscard]] const v1::CurrentLevel* starting_level(const v1::StartingRow& row,
                                                     const RatedCurrents& rated);

struct CurrentSpan {
  v1::CurrentLevel from;
  v1::CurrentLevel to;
};
/// The ends of a row's range of currents for the device's connection; nothing when the row has none
/// for it. Not for an influence row with one current.
[[nodiscard]] std::optional<CurrentSpan> span_of(const v1::InfluenceRow& row,
                                                 const RatedCurrents& rated);
[[nodiscard]] std::optional<CurrentSpan> span_of(const v1::ErrorRow& row,
                                                 const RatedCurrents& rated);
/// The same of a row for a range of currents, both ends included.
[[nodiscard]] bool covers(const v1::InfluenceRow& row, Current current, const RatedCurrents& rated);

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
