// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/ports/byte_stream.h"
#include "test_firmware.h"

namespace meterrig::inject::test {

using Bytes = std::vector<std::uint8_t>;

/// What becomes of bytes on their way: the pieces that arrive.
using Fate = std::function<std::vector<Bytes>(Bytes)>;

inline std::vector<Bytes> arrives(Bytes bytes) { return {std::move(bytes)}; }

/// A line to test firmware in this thread. What is not there when it is read for is a time-out, at
/// once: no test waits. Held-back bytes arrive after the time-out.
class MemoryLine final : public ports::ByteStream {
 public:
  /// Shared, so that a test can look while a connection owns the line.
  struct Ends {
    TestFirmware firmware{[this](std::span<const std::uint8_t> bytes) {
      sent_by_device.emplace_back(bytes.begin(), bytes.end());
      for (const Bytes& piece : from_device(sent_by_device.back()))
        incoming.insert(incoming.end(), piece.begin(), piece.end());
    }};
    Fate to_device = arrives;
    Fate from_device = arrives;
    std::vector<Bytes> sent_by_rig;
    std::vector<Bytes> sent_by_device;
    Bytes incoming;
    Bytes held_back;  // comes in after the next time-out
  };

  explicit MemoryLine(std::shared_ptr<Ends> ends) : ends_(std::move(ends)) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Duration character_time() const override { return second(0); }
  Result<void> write(std::span<const std::uint8_t> bytes) override {
    ends_->sent_by_rig.emplace_back(bytes.begin(), bytes.end());
    for (const Bytes& piece : ends_->to_device(ends_->sent_by_rig.back()))
      ends_->firmware.receive(piece);
    return {};
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Duration /*patience*/) override {
    Bytes& incoming = ends_->incoming;
    if (incoming.empty()) {
      std::swap(incoming, ends_->held_back);
      return std::size_t{0};
    }
    const std::size_t count = std::min(buffer.size(), incoming.size());
    const auto end = incoming.begin() + static_cast<std::ptrdiff_t>(count);
    std::copy(incoming.begin(), end, buffer.begin());
    incoming.erase(incoming.begin(), end);
    return count;
  }

 private:
  std::shared_ptr<Ends> ends_;
  std::string name_ = "memory";
};

}  // namespace meterrig::inject::test
