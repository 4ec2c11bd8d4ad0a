// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/iio_server/description.h"

namespace meterrig::iio_server {

/// The buffer of the input: frames wait in it, as bytes, until a client takes them.
class Input {
 public:
  explicit Input(const DeviceDescription& device) : enabled_(device.channels.size()) {}

  [[nodiscard]] bool is_open() const { return owner_.has_value(); }
  [[nodiscard]] bool owned_by(std::uint64_t owner) const { return owner_ == owner; }
  [[nodiscard]] const std::vector<bool>& enabled() const { return enabled_; }
  [[nodiscard]] std::int64_t lost() const { return lost_; }

  void open(std::uint64_t owner, std::vector<bool> enabled, std::size_t frame_size,
            std::size_t capacity);
  void close();
  /// The next `count` frames are lost once `after` came.
  void lose(std::int64_t after, std::int64_t count);

  [[nodiscard]] std::size_t held() const { return (bytes_.size() - taken_) / frame_size_; }
  [[nodiscard]] std::size_t room() const { return capacity_ - held(); }
  /// Takes frames that come; those without room, and those that are to be lost, are.
  void put(std::span<const std::uint8_t> frames);
  [[nodiscard]] std::vector<std::uint8_t> take(std::size_t most);

 private:
  std::optional<std::uint64_t> owner_;
  std::vector<bool> enabled_;
  std::size_t frame_size_ = 1;
  std::size_t capacity_ = 0;
  std::vector<std::uint8_t> bytes_;
  std::size_t taken_ = 0;  // bytes at the front that are gone
  std::int64_t came_ = 0;
  std::int64_t lost_ = 0;
  std::int64_t lose_from_ = 0;
  std::int64_t lose_count_ = 0;
};

}  // namespace meterrig::iio_server
