// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/xml_text.h"

#include <cstddef>
#include <cstdint>

namespace meterrig::report {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

struct Character {
  std::size_t bytes = 1;
  bool legal = false;
};

bool is_legal(std::uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n';
  if (code >= 0x7F && code <= 0x9F) return false;      // DEL and the C1 controls
  if (code >= 0xD800 && code <= 0xDFFF) return false;  // surrogates
  if ((code & 0xFFFE) == 0xFFFE) return false;         // non-characters
  if (code >= 0xFDD0 && code <= 0xFDEF) return false;
  if (code == 0x200E || code == 0x200F || code == 0x061C) return false;  // direction marks
  if (code >= 0x202A && code <= 0x202E) return false;                    // direction overrides
  if (code >= 0x2066 && code <= 0x2069) return false;                    // direction isolates
  return code <= 0x10FFFF;
}

/// The character at the front of a text that is not empty (RFC 3629).
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = byte(0);
  std::size_t bytes = 1;
  std::uint32_t code = lead;
  std::uint32_t least = 0;
  if (lead >= 0xF0 && lead < 0xF8) {
    bytes = 4, code = lead & 0x07U, least = 0x10000;
  } else if (lead >= 0xE0) {
    bytes = 3, code = lead & 0x0FU, least = 0x800;
  } else if (lead >= 0xC0) {
    bytes = 2, code = lead & 0x1FU, least = 0x80;
  } else if (lead >= 0x80) {
    return {};
  }
  if (lead >= 0xF8 || text.size() < bytes) return {};
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  if (code < least) return {};  // an overlong form
  return {bytes, is_legal(code)};
}

}  // namespace

std::string legal_text(std::string_view text) {
  std::string legal;
  legal.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    legal += character.legal ? text.substr(0, character.bytes) : replacement;
    text.remove_prefix(character.bytes);
  }
  return legal;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : legal_text(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace meterrig::report
