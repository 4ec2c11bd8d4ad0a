// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "configuration.h"

namespace meterrig::playback::comtrade {

/// Stands in binary data for a time stamp that is not there.
inline constexpr std::uint32_t missing_stamp = 0xFFFFFFFF;
inline constexpr std::int32_t missing_binary16 = INT16_MIN;  ///< 8000, from 1999 on
inline constexpr std::int32_t missing_unsigned = 0xFFFF;     ///< 1991
inline constexpr std::int32_t missing_binary32 = INT32_MIN;
inline constexpr double missing_ascii = 99999;  ///< 1999; an empty field in 1991 and 2013

/// Whether the channel's codes are declared to go from `scaling.lowest_code` to `highest_code` and
/// this one is none of them.
[[nodiscard]] inline bool outside_declared(const Scaling& scaling, double code) {
  return scaling.lowest_code < scaling.highest_code &&
         (code < scaling.lowest_code || code > scaling.highest_code);
}

/// Whether 16-bit codes go from 0 to 65535, as 1991 allows.
[[nodiscard]] inline bool codes_unsigned(const Scaling& scaling) {
  return scaling.lowest_code >= 0 && scaling.highest_code > INT16_MAX &&
         scaling.highest_code <= UINT16_MAX;
}

}  // namespace meterrig::playback::comtrade
