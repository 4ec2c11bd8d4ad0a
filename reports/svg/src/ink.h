// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace meterrig::svg {

inline constexpr std::string_view ink = "#1f2937";
inline constexpr std::string_view soft = "#4b5563";
inline constexpr std::string_view grid = "#dfe3ea";
inline constexpr std::string_view frame = "#6b7280";
inline constexpr std::string_view zero_line = "#8a93a3";
inline constexpr std::string_view paper = "#ffffff";

/// About how wide a text is, in units of a drawing: no font is asked.
[[nodiscard]] inline double text_width(std::string_view text, double size) {
  double characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) characters += 0.58;
    // The first byte of a character beyond ASCII; those of three bytes and more are mostly wide.
    if (byte >= 0xc0) characters += byte >= 0xe3 ? 1.0 : 0.62;
  }
  return characters * size;
}

}  // namespace meterrig::svg
