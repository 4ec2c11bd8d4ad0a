// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The frames of serial injection (README of dut/inject).
namespace meterrig::inject {

/// What a frame asks for. Its reply has 0x80 added, its error reply 0xC0.
enum class Kind : std::uint8_t {
  start = 1,
  describe = 2,
  power_cycle = 3,
  apply = 4,
  feed = 5,
  advance = 6,
  identify = 7,
  read = 8,
  read_parameters = 9,
};

inline constexpr std::uint8_t not_started_kind = 0x7E;
inline constexpr std::uint8_t damaged_kind = 0x7F;
inline constexpr std::size_t frame_overhead = 12;  ///< bytes of a frame without payload
inline constexpr std::size_t largest_payload = 65535;

[[nodiscard]] constexpr std::uint8_t request_kind(Kind kind) {
  return static_cast<std::uint8_t>(kind);
}
[[nodiscard]] constexpr std::uint8_t reply_kind(Kind kind) {
  return static_cast<std::uint8_t>(0x80U | static_cast<unsigned>(kind));
}
[[nodiscard]] constexpr std::uint8_t error_kind(Kind kind) {
  return static_cast<std::uint8_t>(0xC0U | static_cast<unsigned>(kind));
}

struct Frame {
  std::uint8_t kind = 0;
  std::uint8_t sequence = 0;
  std::vector<std::uint8_t> payload;
  friend bool operator==(const Frame&, const Frame&) = default;
};

/// CRC-16/CCITT-FALSE and the CRC-32 of IEEE 802.3.
[[nodiscard]] std::uint16_t crc16(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::uint32_t crc32(std::span<const std::uint8_t> bytes);

/// The bytes of a frame, whose payload is at most largest_payload.
[[nodiscard]] std::vector<std::uint8_t> encode(const Frame& frame);

/// Finds frames in bytes as they come. After what is broken it looks on one byte later, inside the
/// bytes taken, so that no false beginning can swallow a frame.
class FrameReader {
 public:
  void take(std::span<const std::uint8_t> bytes);
  /// The next complete frame, or none until more bytes come.
  [[nodiscard]] std::optional<Frame> next();
  /// Frames so far whose check sum did not fit; what looks broken inside one counts as that one.
  [[nodiscard]] std::int64_t damaged() const { return damaged_; }
  /// The rest of a frame that has begun will not come: looks on behind its beginning. False when
  /// nothing has begun.
  bool give_up();

 private:
  void drop(std::size_t count);

  std::vector<std::uint8_t> bytes_;
  std::size_t head_ = 0;           // of what is not dropped yet
  std::size_t known_damaged_ = 0;  // bytes after it that belong to a damage already counted
  std::int64_t damaged_ = 0;
};

}  // namespace meterrig::inject
