// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/inject/frame.h"

#include <algorithm>
#include <array>

namespace meterrig::inject {
namespace {

constexpr std::uint8_t sync_1 = 0xA5;
constexpr std::uint8_t sync_2 = 0x5A;
constexpr std::size_t header_size = 8;
constexpr std::size_t checked_from = 2;  // after the sync
constexpr std::size_t header_crc_at = 6;

constexpr std::array<std::uint32_t, 256> crc32_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit)
      value = (value & 1U) != 0 ? (value >> 1U) ^ 0xEDB88320U : value >> 1U;
    table.at(i) = value;
  }
  return table;
}();

void append(std::vector<std::uint8_t>& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint32_t number_at(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
  return value;
}

}  // namespace

std::uint16_t crc16(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 8U;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x8000U) != 0 ? (crc << 1U) ^ 0x11021U : crc << 1U;
  }
  return static_cast<std::uint16_t>(crc);
}

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) crc = crc32_table.at((crc ^ byte) & 0xFFU) ^ (crc >> 8U);
  return ~crc;
}

std::vector<std::uint8_t> encode(const Frame& frame) {
  std::vector<std::uint8_t> bytes{sync_1, sync_2, frame.kind, frame.sequence};
  bytes.reserve(frame_overhead + frame.payload.size());
  append(bytes, static_cast<std::uint32_t>(frame.payload.size()), 2);
  append(bytes, crc16(std::span(bytes).subspan(checked_from)), 2);
  bytes.insert(bytes.end(), frame.payload.begin(), frame.payload.end());
  append(bytes, crc32(std::span(bytes).subspan(checked_from)), 4);
  return bytes;
}

void FrameReader::take(std::span<const std::uint8_t> bytes) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

std::optional<Frame> FrameReader::next() {
  for (;;) {
    const std::span<const std::uint8_t> taken =
        std::span<const std::uint8_t>(bytes_).subspan(head_);
    const auto sync = std::find(taken.begin(), taken.end(), sync_1);
    drop(static_cast<std::size_t>(sync - taken.begin()));
    const std::span<const std::uint8_t> frame(sync, taken.end());
    if (frame.size() > 1 && frame[1] != sync_2) {
      drop(1);
      continue;
    }
    if (frame.size() < header_size) return std::nullopt;
    const std::size_t length = number_at(frame, 4, 2);
    const std::size_t crc_at = header_size + length;
    bool fits = number_at(frame, header_crc_at, 2) ==
                crc16(frame.subspan(checked_from, header_crc_at - checked_from));
    if (fits && frame.size() < frame_overhead + length) return std::nullopt;
    fits = fits &&
           number_at(frame, crc_at, 4) == crc32(frame.subspan(checked_from, crc_at - checked_from));
    if (fits) {
      const auto payload = frame.subspan(header_size, length);
      Frame found{.kind = frame[2],
                  .sequence = frame[3],
                  .payload = std::vector<std::uint8_t>(payload.begin(), payload.end())};
      drop(frame_overhead + length);
      return found;
    }
    if (known_damaged_ == 0) {
      ++damaged_;
      known_damaged_ = frame.size();
    }
    drop(1);
  }
}

bool FrameReader::give_up() {
  if (head_ == bytes_.size()) return false;
  drop(1);
  return true;
}

void FrameReader::drop(std::size_t count) {
  head_ += count;
  known_damaged_ -= std::min(known_damaged_, count);
}

}  // namespace meterrig::inject
