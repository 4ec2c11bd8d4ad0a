// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace meterrig::playback {

/// The text over a column.
struct CsvHeader {
  std::string name;
  std::string unit;  ///< empty when the text does not say
  std::string id;    ///< the name without the unit behind it and what all names begin with
};

/// Units are written "U1 [V]", "U1 (V)", "U1/V" or as an ending of the name: "U1_V", "Ia_I" (in
/// amperes). An ending that tells phases apart, as in U_A, U_B, U_C, is none.
[[nodiscard]] std::vector<CsvHeader> read_headers(const std::vector<std::string_view>& texts);

/// Whether a column of this name holds the time: "t", "Time", "Time_UTC", "Timestamp", "Zeit".
[[nodiscard]] bool names_time(std::string_view name);
/// Whether it only counts rows: "n", "No.", "Index", "Sample", "Sequence".
[[nodiscard]] bool names_counter(std::string_view name);

/// A unit as it stands alone in a row of units: "[V]", "(ms)", "A", "Volt"; empty for other text.
[[nodiscard]] std::string_view unit_alone(std::string_view text);

}  // namespace meterrig::playback
