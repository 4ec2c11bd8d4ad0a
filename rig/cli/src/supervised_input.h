// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "meterrig/safety/output.h"
#include "meterrig/safety/serve_output.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::cli {

/// An input that lets an output's time pass and its controller be answered between pieces of what
/// is read, so that a long measurement in the source process ends when the output does. All that it
/// is given outlives it.
class SupervisedInput final : public SampleInput {
 public:
  SupervisedInput(SampleInput& input, safety::OutputService& service, safety::Output& output,
                  const std::atomic<bool>& stop)
      : input_(input), service_(service), output_(output), stop_(stop) {}

  [[nodiscard]] Result<InstrumentIdentity> identify() override { return input_.identify(); }
  [[nodiscard]] Rational rate() const override { return input_.rate(); }
  [[nodiscard]] std::string time_base() const override { return input_.time_base(); }
  [[nodiscard]] Result<void> start() override;
  /// Errors: as of the input; aborted when the output was switched off, saying why.
  [[nodiscard]] Result<SampleBlock> read(std::size_t count) override;
  [[nodiscard]] std::vector<Pulse> take_pulses() override { return input_.take_pulses(); }
  [[nodiscard]] Duration timestamp_standard_uncertainty() const override {
    return input_.timestamp_standard_uncertainty();
  }
  [[nodiscard]] Result<void> stop() override { return input_.stop(); }

 private:
  [[nodiscard]] Result<void> look();
  SampleInput& input_;
  safety::OutputService& service_;
  safety::Output& output_;
  const std::atomic<bool>& stop_;
};

}  // namespace meterrig::cli
