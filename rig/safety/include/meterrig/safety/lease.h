// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::safety {

/// The right to have an output on, for so long after the control loop last got on. A loop that is
/// stuck sends the same count of its progress again, or nothing: neither renews.
class Lease {
 public:
  explicit Lease(Duration length) : length_(length) {}

  /// True when it was renewed: `progress` is greater than at the renewal before.
  bool renew(std::uint64_t progress, Instant now) {
    if (progress_ && progress <= *progress_) return false;
    progress_ = progress;
    renewed_ = now;
    return true;
  }
  /// Of a lease that was never renewed: false.
  [[nodiscard]] bool holds(Instant now) const { return renewed_ && now - *renewed_ <= length_; }
  [[nodiscard]] Duration length() const { return length_; }

 private:
  Duration length_;
  std::optional<std::uint64_t> progress_;
  std::optional<Instant> renewed_;
};

}  // namespace meterrig::safety
