// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace meterrig::playback {

/// A time as a table gives it, in the unit of its column. Whole and part are kept apart so that
/// seconds since 1970 keep their nanoseconds.
struct Stamp {
  std::int64_t whole = 0;
  double part = 0;
  /// Of a number its significant digits, of a date or clock time the decimals of its seconds.
  int digits = 0;
};

enum class TimeForm : std::uint8_t { number, date };

/// later - earlier.
[[nodiscard]] inline double between(const Stamp& earlier, const Stamp& later) {
  return static_cast<double>(later.whole - earlier.whole) + (later.part - earlier.part);
}

/// "0.00125", "-1.5e-3", with a decimal comma where the table has it.
[[nodiscard]] std::optional<Stamp> stamp_of_number(std::string_view text, bool decimal_comma);

/// "2020-02-24 18:15:21.499998208", with T for the blank, / for the -, without the date, with Z or
/// an offset such as +01:00 behind: seconds since 1970 in UTC, or since midnight.
[[nodiscard]] std::optional<Stamp> stamp_of_date(std::string_view text);

}  // namespace meterrig::playback
