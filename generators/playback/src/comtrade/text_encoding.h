// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace meterrig::playback::comtrade {

struct DecodedText {
  std::string text;      ///< UTF-8
  bool guessed = false;  ///< the bytes were not UTF-8
};

/// Text of a file as UTF-8: as it is when it is UTF-8, else each byte as its character of
/// ISO-8859-1. Control characters, which would reach a terminal, become "%1B"; NUL becomes a blank;
/// tabs and line ends stay.
[[nodiscard]] DecodedText decode_text(std::string_view bytes);

}  // namespace meterrig::playback::comtrade
