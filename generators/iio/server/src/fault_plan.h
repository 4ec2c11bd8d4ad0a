// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <mutex>

#include "meterrig/iio_server/server.h"

namespace meterrig::iio_server {

/// Counts the commands of all connections and tells which one fails.
class FaultPlan {
 public:
  void set(const Fault& fault) {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
    operations_ = 0;
  }
  [[nodiscard]] std::int64_t operations() const {
    const std::lock_guard lock(mutex_);
    return operations_;
  }
  /// The fault of the command that comes next; none for most.
  [[nodiscard]] Fault next() {
    const std::lock_guard lock(mutex_);
    return operations_++ == fault_.operation ? fault_ : Fault{};
  }

 private:
  mutable std::mutex mutex_;
  Fault fault_;
  std::int64_t operations_ = 0;
};

}  // namespace meterrig::iio_server
