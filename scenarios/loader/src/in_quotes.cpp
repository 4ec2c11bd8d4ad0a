// SPDX-License-Identifier: GPL-3.0-or-later
#include "in_quotes.h"

#include <fmt/format.h>

namespace meterrig::loader {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string_view shown = text.substr(0, longest);
  if (shown.size() < text.size()) {
    // Back to the first byte of the character that the cut went through.
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    shown = text.substr(0, end);
  }
  std::string result = "'";
  for (const char c : shown) {
    if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F)
      result += c == '\n' ? "\\n" : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      result += c;
  }
  return result + (shown.size() < text.size() ? "...'" : "'");
}

}  // namespace meterrig::loader
