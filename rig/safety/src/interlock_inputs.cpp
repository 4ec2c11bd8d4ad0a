// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/interlock_inputs.h"

#include <utility>

namespace meterrig::safety {

InterlockInputs::InterlockInputs(std::vector<InterlockInput> inputs)
    : inputs_(std::move(inputs)), told_(inputs_.size()) {}

Result<void> InterlockInputs::look(Output& output) {
  Result<void> first;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto level = inputs_[i].lines->read(inputs_[i].line);
    const bool safe = level.has_value() && *level != inputs_[i].safe_when_off;
    if (told_[i] == safe) continue;
    told_[i] = safe;
    auto set = output.set_interlock(inputs_[i].interlock, safe);
    if (!set && first) first = std::move(set);
  }
  return first;
}

}  // namespace meterrig::safety
