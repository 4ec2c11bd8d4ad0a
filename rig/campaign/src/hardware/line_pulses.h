// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"

namespace meterrig::campaign {

/// Pulses that are stamped by the machine's clock, in the time of a reference that was looked at
/// before and after them: linear between two looks.
class LinePulses {
 public:
  explicit LinePulses(std::unique_ptr<PulseInput> input) : input_(std::move(input)) {}

  /// The reference stood at `reference` at some time between `from` and `to` of the machine's
  /// clock. Returns the pulses up to then. Errors: those of the input.
  [[nodiscard]] Result<std::vector<Pulse>> look(Instant reference, Instant from, Instant to);
  /// The reference's time begins anew.
  void begin();
  /// Of a stamp: that of the input and, rectangular, half of the longest look.
  [[nodiscard]] Duration standard_uncertainty() const;

 private:
  struct Look {
    Instant reference;
    Instant machine;
  };
  std::unique_ptr<PulseInput> input_;
  std::vector<Look> looks_;     // at most the last one
  std::vector<Pulse> waiting_;  // that came after it
  Duration longest_ = second(0);
};

}  // namespace meterrig::campaign
