// SPDX-License-Identifier: GPL-3.0-or-later
#include "text_encoding.h"

#include <fmt/format.h>
#include <iconv.h>
#include <uchardet/uchardet.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>

namespace meterrig::playback {
namespace {

const char* const utf8 = "UTF-8";
const char* const latin1 = "ISO-8859-1";

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

// Signs of units in ISO-8859-1: too few for statistics, and letters in other encodings.
bool has_only_signs(std::string_view bytes) {
  constexpr std::string_view signs = "\xB5\xB0\xB1\xB2\xB3\xB7\xD7";  // micro deg +- 2 3 . x
  return std::ranges::all_of(bytes, [signs](char c) {
    return byte_of(c) < 0x80 || signs.find(c) != std::string_view::npos;
  });
}

class Converter {
 public:
  explicit Converter(const char* encoding) : descriptor_(iconv_open(utf8, encoding)) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (known()) iconv_close(descriptor_);
  }
  // NOLINTNEXTLINE(performance-no-int-to-ptr): what POSIX returns for an error
  [[nodiscard]] bool known() const { return descriptor_ != reinterpret_cast<iconv_t>(-1); }

  /// Appends UTF-8; returns the rest, which begins with a byte that is no character, else empty.
  std::string_view convert(std::string_view bytes, std::string& text) {
    std::array<char, 4096> buffer{};
    auto* in = const_cast<char*>(bytes.data());  // iconv does not write there
    std::size_t in_left = bytes.size();
    while (in_left > 0) {
      char* out = buffer.data();
      std::size_t out_left = buffer.size();
      const std::size_t done = iconv(descriptor_, &in, &in_left, &out, &out_left);
      text.append(buffer.data(), buffer.size() - out_left);
      if (done == static_cast<std::size_t>(-1) && errno != E2BIG) break;
    }
    return {in, in_left};
  }

 private:
  iconv_t descriptor_;
};

// Whether all of it is characters of that encoding.
bool reads_as(std::string_view bytes, const char* encoding) {
  Converter converter(encoding);
  std::string text;
  return converter.known() && converter.convert(bytes, text).empty();
}

// UTF-8 without what a terminal would obey.
std::string printable(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, character_length(text));
    const std::uint8_t lead = byte_of(text[0]);
    const bool c1 = length == 2 && lead == 0xC2 && byte_of(text[1]) < 0xA0;
    if (lead == 0) {
      kept += ' ';
    } else if (c1) {
      fmt::format_to(std::back_inserter(kept), "%{:02X}", byte_of(text[1]));
    } else if (length == 1 && lead != '\t' && lead != '\r' && lead != '\n' &&
               (lead < 0x20 || lead >= 0x7F)) {
      fmt::format_to(std::back_inserter(kept), "%{:02X}", lead);
    } else {
      kept.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return kept;
}

}  // namespace

std::string encoding_of(std::string_view bytes) {
  if (is_utf8(bytes)) return utf8;
  if (has_only_signs(bytes)) return latin1;
  const std::unique_ptr<std::remove_pointer_t<uchardet_t>, decltype(&uchardet_delete)> detector(
      uchardet_new(), &uchardet_delete);
  if (uchardet_handle_data(detector.get(), bytes.data(), bytes.size()) != 0) return latin1;
  uchardet_data_end(detector.get());
  std::string found = uchardet_get_charset(detector.get());
  if (found.empty() || found == utf8 || !reads_as(bytes, found.c_str())) return latin1;
  return found;
}

std::string decoded(std::string_view bytes, const std::string& encoding) {
  if (encoding == utf8) return printable(bytes);
  Converter converter(encoding.c_str());
  if (!converter.known()) return printable(bytes);
  std::string text;
  while (true) {
    const std::string_view rest = converter.convert(bytes, text);
    if (rest.empty()) return printable(text);
    fmt::format_to(std::back_inserter(text), "%{:02X}", byte_of(rest[0]));
    bytes = rest.substr(1);
  }
}

std::string encoding_warning(const std::string& encoding) {
  if (encoding == utf8) return {};
  return fmt::format("the text is not UTF-8; read as {}, which it looks most like", encoding);
}

}  // namespace meterrig::playback
