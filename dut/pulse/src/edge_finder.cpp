// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/pulse/edge_finder.h"

#include <fmt/format.h>

#include <cmath>

namespace meterrig::pulse {

Result<std::optional<Instant>> EdgeFinder::look(Instant time, bool level) {
  const bool active = level != shape_.active_low;
  if (!before_) {
    before_ = changed_ = time;
    latest_ = active;
    return std::nullopt;
  }
  const Duration gap = time - *before_;
  if (gap > 0.5 * shape_.width)
    return fail(
        ErrorCode::aborted,
        fmt::format("{:.3g} ms passed between two looks at the pulse line; a pulse of {:.3g} "
                    "ms may be lost, expected at most half of that",
                    gap.in(millisecond), shape_.width.in(millisecond)));
  if (active != latest_) {
    latest_ = active;
    half_gap_ = 0.5 * gap;
    changed_ = *before_ + half_gap_;
  }
  before_ = time;
  if (latest_ == settled_ || time - changed_ < 0.25 * shape_.width) return std::nullopt;
  settled_ = latest_;
  if (!settled_) return std::nullopt;
  const Duration uncertainty = half_gap_ / std::sqrt(3.0);
  if (uncertainty > uncertainty_) uncertainty_ = uncertainty;
  return changed_;
}

}  // namespace meterrig::pulse
