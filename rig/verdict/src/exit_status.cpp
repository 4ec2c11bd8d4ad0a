// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/exit_status.h"

namespace meterrig::verdict {

int exit_status(std::span<const PointOutcome> points) {
  bool failed = false;
  bool invalid = false;
  bool open = false;
  bool counted = false;
  for (const PointOutcome& point : points) {
    switch (point.outcome) {
      case Outcome::pass:
        break;
      case Outcome::done:
        continue;
      case Outcome::conditional_fail:
      case Outcome::fail:
        failed = true;
        break;
      case Outcome::not_valid:
        invalid = true;
        break;
      case Outcome::not_run:
        if (point.explained) continue;
        open = true;
        break;
      case Outcome::conditional_pass:
      case Outcome::manual:
        open = true;
        break;
    }
    counted = true;
  }
  if (failed) return 1;
  if (invalid) return 3;
  return open || !counted ? 4 : 0;
}

}  // namespace meterrig::verdict
