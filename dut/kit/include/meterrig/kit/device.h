// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/kit/core.h"
#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::kit {

/// Both sides of a device around a core. Its time moves by advance() alone, which gives the core
/// the scans whose time has come: sample n is n / rate seconds after apply_samples(). So the same
/// codes give the same pulses and values, bit for bit, in whatever steps time advances. Until
/// samples are applied the core sees codes of 0.
///
/// It takes codes of the core's converter; recipes, volts and amperes are unimplemented. A seed has
/// nothing to seed. For one thread at a time.
class Device final : public Terminals, public Meter {
 public:
  /// Switches the core on, which must outlive the device. Error: invalid_argument for a description
  /// that is no device's, naming what is wrong.
  [[nodiscard]] static Result<std::unique_ptr<Device>> create(Core& core);

  [[nodiscard]] Result<TerminalsDescription> describe() override;
  [[nodiscard]] Result<void> power_cycle() override;
  [[nodiscard]] Result<Instant> apply(const SignalRecipe& recipe,
                                      std::uint64_t device_seed) override;
  [[nodiscard]] Result<FeedTerms> apply_samples(const SampleFeed& samples,
                                                std::uint64_t device_seed) override;
  [[nodiscard]] Result<FeedState> feed(const SampleBlock& block) override;
  [[nodiscard]] Result<FeedState> feed(const CodeBlock& block) override;
  [[nodiscard]] Result<std::vector<Pulse>> advance(Instant until) override;

  [[nodiscard]] Result<MeterIdentity> identify() override;
  [[nodiscard]] Result<std::vector<Reading>> read(std::span<const QuantityId> ids) override;
  [[nodiscard]] Result<std::vector<MeterParameter>> read_parameters() override;

 private:
  Device(Core& core, CoreDescription description);
  void switch_on();
  [[nodiscard]] Result<void> check(const CodeBlock& block) const;
  [[nodiscard]] std::size_t room() const;
  void take(const Scan& scan, std::vector<Pulse>& pulses);

  Core& core_;
  CoreDescription description_;
  Instant now_;
  Instant applied_at_;
  std::int64_t taken_ = 0;            // scans since then
  bool fed_ = false;                  // samples are applied; if not, the terminals are dead
  std::optional<std::int64_t> next_;  // sample that comes next, once one came
  std::vector<Scan> held_;            // fed and not taken yet
};

}  // namespace meterrig::kit
