// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::twin {

/// How currents come from the terminals to the front end.
struct Wiring {
  /// Terminal, from 1, whose current reaches the converter's L1, L2, L3: negative when reversed, 0
  /// when the circuit is open.
  PerPhase<int> current{1, 2, 3};
  double amperes_per_volt = 0;  ///< coupled from a phase's voltage into its current

  [[nodiscard]] bool is_straight() const {
    return current == PerPhase<int>{1, 2, 3} && amperes_per_volt == 0;
  }
};

/// A signal as it is behind a wiring.
class WiredSignal final : public Signal {
 public:
  WiredSignal(std::unique_ptr<Signal> terminals, const Wiring& wiring)
      : terminals_(std::move(terminals)), wiring_(wiring) {}

  [[nodiscard]] Rational rate() const override { return terminals_->rate(); }
  [[nodiscard]] Result<void> read(SampleBlock& block) override;

 private:
  std::unique_ptr<Signal> terminals_;
  Wiring wiring_;
  PerPhase<std::vector<double>> amperes_;  // of the terminals
};

}  // namespace meterrig::twin
