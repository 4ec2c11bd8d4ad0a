// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace meterrig::iio_server {

/// How a code lies in a buffer of an IIO device (Linux, Documentation/driver-api/iio/buffers.rst):
/// `bits` of it, `shift` bits above the least significant one, in a word of `storage` bits.
struct SampleFormat {
  bool big_endian = false;
  bool is_signed = true;
  bool fully_defined = false;  ///< the bits beside the code repeat its sign or are 0
  int bits = 16;               ///< 1 to storage - shift
  int storage = 16;            ///< 8, 16, 32 or 64
  int shift = 0;

  [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(storage) / 8; }
  [[nodiscard]] std::int64_t lowest() const;
  [[nodiscard]] std::int64_t highest() const;
};

/// Such as "le:s24/32>>8".
[[nodiscard]] std::string to_string(const SampleFormat& format);

/// Writes a code between lowest() and highest() to format.bytes() bytes.
void encode(const SampleFormat& format, std::int64_t code, std::span<std::uint8_t> bytes);

/// The code in format.bytes() bytes; the bits beside it do not count.
[[nodiscard]] std::int64_t decode(const SampleFormat& format, std::span<const std::uint8_t> bytes);

}  // namespace meterrig::iio_server
