// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi_simulator/faults.h"

#include <algorithm>

namespace meterrig::scpi::simulator {

void Faults::at(std::int64_t n, Fault fault) {
  const std::lock_guard lock(mutex_);
  planned_.push_back({.line = static_cast<std::int64_t>(heard_.size()) + n, .fault = fault});
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  planned_.clear();
}

std::int64_t Faults::lines() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(heard_.size());
}

std::vector<std::string> Faults::heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

std::optional<Fault> Faults::next(const std::string& line) {
  const std::lock_guard lock(mutex_);
  heard_.push_back(line);
  const auto number = static_cast<std::int64_t>(heard_.size());
  const auto found = std::ranges::find(planned_, number, &Planned::line);
  if (found == planned_.end()) return std::nullopt;
  const Fault fault = found->fault;
  planned_.erase(found);
  return fault;
}

}  // namespace meterrig::scpi::simulator
