// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio_server/sample_format.h"

#include <fmt/format.h>

namespace meterrig::iio_server {
namespace {

std::uint64_t mask_of(int bits) { return bits >= 64 ? ~0ULL : (1ULL << bits) - 1; }

}  // namespace

std::int64_t SampleFormat::lowest() const {
  return is_signed ? static_cast<std::int64_t>(~mask_of(bits - 1)) : 0;
}

std::int64_t SampleFormat::highest() const {
  return static_cast<std::int64_t>(mask_of(is_signed ? bits - 1 : bits));
}

std::string to_string(const SampleFormat& format) {
  const char small = format.is_signed ? 's' : 'u';
  const char capital = format.is_signed ? 'S' : 'U';
  return fmt::format("{}:{}{}/{}>>{}", format.big_endian ? "be" : "le",
                     format.fully_defined ? capital : small, format.bits, format.storage,
                     format.shift);
}

void encode(const SampleFormat& format, std::int64_t code, std::span<std::uint8_t> bytes) {
  const std::uint64_t word = static_cast<std::uint64_t>(code) << format.shift;
  const std::size_t count = format.bytes();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = format.big_endian ? count - 1 - i : i;
    bytes[place] = static_cast<std::uint8_t>(word >> (8 * i));
  }
}

std::int64_t decode(const SampleFormat& format, std::span<const std::uint8_t> bytes) {
  const std::size_t count = format.bytes();
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = format.big_endian ? i : count - 1 - i;
    word = (word << 8U) | bytes[place];
  }
  word = (word >> format.shift) & mask_of(format.bits);
  const std::uint64_t sign = 1ULL << (format.bits - 1);
  if (format.is_signed && (word & sign) != 0) word |= ~mask_of(format.bits);
  return static_cast<std::int64_t>(word);
}

}  // namespace meterrig::iio_server
