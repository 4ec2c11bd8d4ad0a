// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/iio/context.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::iio {

/// A channel of a converter and the sensor before it: a divider, a shunt, a transformer.
struct AdcChannel {
  std::string channel;  ///< such as "voltage0"
  Phase phase = Phase::L1;
  ChannelKind kind = ChannelKind::voltage;  ///< voltage or current
  double gain = 1;                          ///< V/V or V/A
  /// For a driver that does not tell its scale.
  std::optional<double> millivolts_per_code{};
};

/// A channel of a converter that a pulse output of the meter drives. A pulse begins above the
/// threshold and is over below the threshold less the hysteresis; an active low one the other way
/// round.
struct AdcPulseInput {
  std::string channel;  ///< such as "voltage6"
  std::string output;   ///< of the meter, such as "S0-2"
  Voltage threshold;    ///< at the converter
  Voltage hysteresis;   ///< at least 0, and above the noise of the line
  bool active_low = false;
  /// For a driver that does not tell its scale.
  std::optional<double> millivolts_per_code{};
};

struct AdcSettings {
  std::string device;  ///< its label, or its name where only one has it
  std::vector<AdcChannel> channels;
  std::vector<AdcPulseInput> pulse_inputs{};
  Rational rate{1, 1};               ///< samples a second asked for; the board may round it
  std::size_t block_samples = 1024;  ///< that come at once: well under a second of them
  std::size_t blocks = 16;           ///< that the board queues while nobody reads
  /// Attribute of the device that counts lost samples since the start; empty when it has none.
  std::string lost_samples_attribute{};
};

/// A converter whose channels are sampled together. Lost samples are found by its `timestamp`
/// channel, where it has one, and by the attribute named. Phases without a channel read 0.
class AdcInput final : public SampleInput {
 public:
  /// Errors: not_found, invalid_argument (channels that cannot be), failed_precondition (no scale),
  /// and those of the board.
  [[nodiscard]] static Result<std::unique_ptr<AdcInput>> open(std::shared_ptr<Context> context,
                                                              AdcSettings settings);
  AdcInput(const AdcInput&) = delete;
  AdcInput& operator=(const AdcInput&) = delete;
  ~AdcInput() override;

  [[nodiscard]] Result<InstrumentIdentity> identify() override;
  [[nodiscard]] Rational rate() const override;
  [[nodiscard]] std::string time_base() const override;
  [[nodiscard]] Result<void> start() override;
  [[nodiscard]] Result<SampleBlock> read(std::size_t count) override;
  /// An edge lies between the last sample at rest and the first of the pulse: it is stamped in
  /// their middle.
  [[nodiscard]] std::vector<Pulse> take_pulses() override;
  /// The edge is anywhere up to half a sample before or after its stamp (rectangular, JCGM 100,
  /// 4.3.7): that divided by the square root of 3.
  [[nodiscard]] Duration timestamp_standard_uncertainty() const override;
  [[nodiscard]] Result<void> stop() override;

 private:
  class State;
  explicit AdcInput(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::iio
