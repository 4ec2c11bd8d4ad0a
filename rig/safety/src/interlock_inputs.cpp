// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/interlock_inputs.h"

#include <utility>

namespace meterrig::safety {

InterlockInputs::InterlockInputs(std::vector<InterlockInput> inputs)
    : inputs_(std::move(inputs)), told_(inputs_.size()) {}

std::vector<InterlockInputs::Level> InterlockInputs::look() {
  std::vector<Level> changed;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto level = inputs_[i].lines->read(inputs_[i].line);
    const bool safe = level.has_value() && *level != inputs_[i].safe_when_off;
    if (told_[i] == safe) continue;
    told_[i] = safe;
    changed.push_back({.interlock = inputs_[i].interlock, .safe = safe});
  }
  return changed;
}

}  // namespace meterrig::safety
