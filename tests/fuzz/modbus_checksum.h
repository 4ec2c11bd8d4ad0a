// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

/// The remainder of the frame as a polynomial, most significant bit first on reversed bytes: not
/// the way the link computes it. Zero for a frame with its check sum.
inline bool checksum_fits(std::span<const std::uint8_t> frame) {
  std::uint32_t remainder = 0xFFFF;
  for (const std::uint8_t byte : frame) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      const bool feedback = (((remainder >> 15U) ^ (byte >> bit)) & 1U) != 0;
      remainder = (remainder << 1U) & 0xFFFFU;
      if (feedback) remainder ^= 0x8005U;
    }
  }
  return remainder == 0;
}
