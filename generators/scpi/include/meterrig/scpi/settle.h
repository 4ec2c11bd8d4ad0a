// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include "meterrig/ports/clock.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::scpi {

/// Looks until `look` says that it is there, or `settle` is over, and returns the last answer. Only
/// aborted (not there yet) and data_loss (a damaged answer) are worth another look.
template <class Look>
Result<void> look_until_settled(ports::Clock& clock, Duration settle, Look look) {
  constexpr Duration between = millisecond(50);
  const Instant deadline = clock.now() + settle;
  for (;;) {
    Result<void> seen = look();
    const bool again = !seen && (seen.error().code == ErrorCode::aborted ||
                                 seen.error().code == ErrorCode::data_loss);
    const Instant now = clock.now();
    if (!again || now >= deadline) return seen;
    clock.sleep_until(std::min(now + between, deadline));
  }
}

}  // namespace meterrig::scpi
