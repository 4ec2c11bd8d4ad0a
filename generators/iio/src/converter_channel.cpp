// SPDX-License-Identifier: GPL-3.0-or-later
#include <iio.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "device.h"

namespace meterrig::iio {
namespace {

/// A code as libiio wants it beside a buffer: a number of this machine, as wide as in the buffer.
template <class Word>
void put_words(const iio_channel* channel, iio_buffer* buffer,
               std::span<const std::int64_t> codes) {
  auto* at = static_cast<char*>(iio_buffer_first(buffer, channel));
  const std::ptrdiff_t step = iio_buffer_step(buffer);
  for (const std::int64_t code : codes) {
    const auto word = static_cast<Word>(code);
    iio_channel_convert_inverse(channel, at, &word);
    at += step;
  }
}

template <class Word>
void get_words(const iio_channel* channel, iio_buffer* buffer, bool is_signed,
               std::span<std::int64_t> codes) {
  constexpr std::uint64_t sign = std::uint64_t{1} << (8 * sizeof(Word) - 1);
  const auto* at = static_cast<const char*>(iio_buffer_first(buffer, channel));
  const std::ptrdiff_t step = iio_buffer_step(buffer);
  for (std::int64_t& code : codes) {
    Word word = 0;
    iio_channel_convert(channel, &word, at);
    // Its highest bit counts negative: 2^n less, in numbers that wrap.
    const std::uint64_t wide = word;
    code = static_cast<std::int64_t>(is_signed ? (wide ^ sign) - sign : wide);
    at += step;
  }
}

}  // namespace

ConverterChannel::ConverterChannel(iio_channel* channel, std::string name, double offset,
                                   double scale)
    : channel_(channel), name_(std::move(name)), offset_(offset), scale_(scale) {
  const iio_data_format& format = *iio_channel_get_data_format(channel);
  bytes_ = format.length / 8;
  signed_ = format.is_signed;
  const unsigned value_bits = format.is_signed ? format.bits - 1 : format.bits;
  highest_ = value_bits >= 63 ? INT64_MAX : (std::int64_t{1} << value_bits) - 1;
  lowest_ = format.is_signed ? -highest_ - 1 : 0;
}

void ConverterChannel::enable() { iio_channel_enable(channel_); }

void ConverterChannel::put(iio_buffer* buffer, std::span<const std::int64_t> codes) const {
  switch (bytes_) {
    case 1:
      return put_words<std::uint8_t>(channel_, buffer, codes);
    case 2:
      return put_words<std::uint16_t>(channel_, buffer, codes);
    case 4:
      return put_words<std::uint32_t>(channel_, buffer, codes);
    default:
      return put_words<std::uint64_t>(channel_, buffer, codes);
  }
}

void ConverterChannel::get(iio_buffer* buffer, std::span<std::int64_t> codes) const {
  switch (bytes_) {
    case 1:
      return get_words<std::uint8_t>(channel_, buffer, signed_, codes);
    case 2:
      return get_words<std::uint16_t>(channel_, buffer, signed_, codes);
    case 4:
      return get_words<std::uint32_t>(channel_, buffer, signed_, codes);
    default:
      return get_words<std::uint64_t>(channel_, buffer, signed_, codes);
  }
}

}  // namespace meterrig::iio
