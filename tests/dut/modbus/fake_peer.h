// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "meterrig/vocabulary/quantity.h"

using Bytes = std::vector<std::uint8_t>;

/// The bytes with the check sum of Modbus RTU after them, computed bit by bit here once more.
Bytes rtu(Bytes body);

/// A device at the level of bytes, on a thread: it answers the n-th request with the n-th step of
/// its script, good or bad, early or late. After the last step it is silent.
class FakePeer {
 public:
  /// Bytes sent some time after the request came; none is a hang-up.
  struct Send {
    Bytes bytes;
    meterrig::Duration after = meterrig::second(0.0);
  };
  using Step = std::vector<Send>;

  /// `hang_up` closes the peer's end.
  FakePeer(int descriptor, std::size_t request_length, std::vector<Step> script,
           std::function<void()> hang_up = {});
  FakePeer(const FakePeer&) = delete;
  FakePeer& operator=(const FakePeer&) = delete;
  ~FakePeer();

  /// What has come in so far.
  [[nodiscard]] std::vector<Bytes> requests() const;

 private:
  void run(int descriptor, std::size_t request_length, const std::vector<Step>& script);
  std::function<void()> hang_up_;
  mutable std::mutex mutex_;
  std::vector<Bytes> requests_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};
