// SPDX-License-Identifier: GPL-3.0-or-later
#include "line_pulses.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace meterrig::campaign {

Result<std::vector<Pulse>> LinePulses::look(Instant reference, Instant from, Instant to) {
  auto came = input_->take(second(0));
  if (!came) return came;
  waiting_.insert(waiting_.end(), came->begin(), came->end());
  longest_ = std::max(longest_, to - from);
  const Look now{.reference = reference, .machine = from + 0.5 * (to - from)};
  std::vector<Pulse> pulses;
  if (!looks_.empty()) {
    const Look before = looks_.back();
    const double pace = (now.reference - before.reference) / (now.machine - before.machine);
    std::vector<Pulse> later;
    for (Pulse& pulse : waiting_) {
      if (pulse.time > now.machine) {
        later.push_back(std::move(pulse));
      } else if (pulse.time > before.machine) {
        pulses.push_back({.output = std::move(pulse.output),
                          .time = before.reference + pace * (pulse.time - before.machine)});
      }
    }
    waiting_ = std::move(later);
  } else {
    std::erase_if(waiting_, [&](const Pulse& pulse) { return !(pulse.time > now.machine); });
  }
  looks_.assign(1, now);
  return pulses;
}

void LinePulses::begin() { looks_.clear(); }

Duration LinePulses::standard_uncertainty() const {
  const double look = longest_.in(second) / 2 / std::sqrt(3.0);
  return second(std::hypot(input_->standard_uncertainty().in(second), look));
}

}  // namespace meterrig::campaign
