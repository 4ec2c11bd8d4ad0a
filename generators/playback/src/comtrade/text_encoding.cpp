// SPDX-License-Identifier: GPL-3.0-or-later
#include "text_encoding.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace meterrig::playback::comtrade {
namespace {

std::uint8_t byte_of(char c) { return static_cast<std::uint8_t>(c); }

// Bytes of the character that starts here (Unicode, table 3-7); 0 when there is none.
std::size_t character_length(std::string_view text) {
  const std::uint8_t lead = byte_of(text[0]);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  std::uint8_t lowest = 0x80;  // of the second byte
  std::uint8_t highest = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (lead == 0xE0) lowest = 0xA0;
  if (lead == 0xED) highest = 0x9F;
  if (lead == 0xF0) lowest = 0x90;
  if (lead == 0xF4) highest = 0x8F;
  if (length == 0 || text.size() < length) return 0;
  if (byte_of(text[1]) < lowest || byte_of(text[1]) > highest) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_of(text[i]) & 0xC0U) != 0x80) return 0;
  }
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_code_point(std::string& text, std::uint8_t code) {
  if (code == 0) {
    text += ' ';
  } else if (code == '\t' || code == '\r' || code == '\n' || (code >= 0x20 && code < 0x7F)) {
    text += static_cast<char>(code);
  } else if (code < 0xA0) {
    fmt::format_to(std::back_inserter(text), "%{:02X}", code);
  } else {
    text += static_cast<char>(0xC0U | (code >> 6U));
    text += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

}  // namespace

DecodedText decode_text(std::string_view bytes) {
  DecodedText decoded;
  decoded.guessed = !is_utf8(bytes);
  decoded.text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = decoded.guessed ? 1 : character_length(bytes);
    if (length == 1) {
      append_code_point(decoded.text, byte_of(bytes[0]));
    } else if (byte_of(bytes[0]) == 0xC2 && byte_of(bytes[1]) < 0xA0) {
      append_code_point(decoded.text, byte_of(bytes[1]));
    } else {
      decoded.text.append(bytes.substr(0, length));
    }
    bytes.remove_prefix(length);
  }
  return decoded;
}

}  // namespace meterrig::playback::comtrade
