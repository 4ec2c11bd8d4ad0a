// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "meterrig/playback/write.h"

namespace meterrig::playback::comtrade {

/// A date and time of day, of no stated zone.
struct Moment {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t nanosecond = 0;
};

/// Reads "25/06/2007,19:13:57.789757" (COMTRADE from 1999 on), "06/25/07,19:13:57.789757" (1991),
/// "2007-06-25 19:13:57.789757" and "2007-06-25T19:13:57Z"; none for anything else.
[[nodiscard]] std::optional<Moment> parse_moment(std::string_view text);

/// As the revision writes it, with 6 or 9 decimals of a second.
[[nodiscard]] std::string moment_text(const Moment& moment, ComtradeRevision revision,
                                      int decimals);

}  // namespace meterrig::playback::comtrade
