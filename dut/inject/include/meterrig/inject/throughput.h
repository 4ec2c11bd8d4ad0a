// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "meterrig/ports/serial_settings.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::inject {

/// Bytes of payload that a scan (three voltages, three currents) takes at most: 6 codes of a
/// converter of so many bits (2 to 32) as sint32, 7 bits a byte. 0 bits stand for volts and
/// amperes, 8 bytes each.
[[nodiscard]] std::size_t bytes_a_scan(int bits);

/// Scans that a frame with such a payload holds whatever their codes are; at least 1.
[[nodiscard]] std::size_t scans_a_frame(int bits, std::size_t payload);

/// Scans a second that a line carries when every code has its greatest length: a feed of full
/// frames, each of them waiting for its reply. The device's own time for them, and that of Advance,
/// comes on top; smaller codes are faster.
[[nodiscard]] double scans_a_second(int bits, std::size_t payload,
                                    const ports::SerialSettings& settings);

}  // namespace meterrig::inject
