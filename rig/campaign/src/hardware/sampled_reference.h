// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "meterrig/ports/clock.h"
#include "meterrig/reference/energy.h"
#include "meterrig/vocabulary/instruments.h"
#include "reference_path.h"

namespace meterrig::campaign {

/// The meter core on the samples of converters. Time is that of their sample clock.
class SampledReference final : public ReferencePath {
 public:
  SampledReference(std::unique_ptr<SampleInput> input, Frequency nominal);

  Result<void> begin() override;
  Instant now() const override;
  std::string time_base() const override { return input_->time_base(); }
  Result<void> pass(Duration duration) override;
  Result<void> catch_up() override;
  std::vector<Pulse> take_pulses() override { return input_->take_pulses(); }
  Duration timestamp_standard_uncertainty() const override {
    return input_->timestamp_standard_uncertainty();
  }
  Result<ReferenceReading> read() override;
  Result<std::optional<reference::MeterReading>> look() override;
  Result<PerPhase<ActiveEnergy>> energy_until(Instant time) override;
  void forget_before(Instant time) override;

 private:
  Result<SampleBlock> take(std::int64_t count);

  std::unique_ptr<SampleInput> input_;
  Frequency nominal_;
  ports::MonotonicClock clock_;
  std::optional<reference::EnergyMeter> energy_;
  std::optional<SampleBlock> seen_;  // long enough to be read
  bool running_ = false;
  std::int64_t taken_ = 0;  // samples since begin()
  Instant begun_;           // by clock_
};

}  // namespace meterrig::campaign
