// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/iio/context.h"
#include "meterrig/iio/frequency_response.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::iio {

/// A channel of a converter and the amplifier behind it, up to a terminal of the meter.
struct DacChannel {
  std::string device;   ///< its label, or its name where only one has it
  std::string channel;  ///< such as "voltage0"
  Phase phase = Phase::L1;
  ChannelKind kind = ChannelKind::voltage;  ///< voltage or current
  double gain = 1;                          ///< V/V or A/V, above or below 0
  Angle phase_shift = degree(0);            ///< of the output against the input, at any frequency
  Duration delay = second(0);               ///< of the output against the input
  double greatest = 0;                      ///< r.m.s., V or A at the terminal
  /// For a driver that does not tell its scale.
  std::optional<double> millivolts_per_code{};
  /// What the chain does beside gain, phase_shift and delay.
  FrequencyResponse correction{};
};

struct DacSettings {
  std::vector<DacChannel> channels;
  Rational rate{1, 1};  ///< samples a second asked for; the board may round it
  Frequency lowest = hertz(40);
  Frequency highest = hertz(70);
  /// Boards without `dma_sync` begin together by a trigger that the lab has wired.
  bool common_trigger = false;
  std::size_t most_cyclic_samples = 1U << 20U;  ///< of each channel, that a buffer may have
  std::size_t stream_samples = 4096;            ///< of each channel in a block of a stream
  std::size_t stream_blocks = 4;                ///< that the board queues
};

/// Converters that put out a meter's voltages and currents through amplifiers. A signal whose whole
/// periods fit a buffer is put out as a cyclic one, which the board repeats by itself; any other is
/// streamed by a thread. Both end in zeros. Between two signals the buffer is opened anew: the
/// board then gives its last code, or 0 V, for a moment.
class DacSource final : public Source {
 public:
  /// Finds the channels, sets the rate and puts out zeros. Errors: not_found, invalid_argument
  /// (channels that cannot be), failed_precondition (several boards that nothing starts together,
  /// boards that make different rates of the one asked for, somebody else's output), and those of
  /// the boards.
  [[nodiscard]] static Result<std::unique_ptr<DacSource>> open(std::shared_ptr<Context> context,
                                                               DacSettings settings);
  DacSource(const DacSource&) = delete;
  DacSource& operator=(const DacSource&) = delete;
  ~DacSource() override;

  [[nodiscard]] Result<InstrumentIdentity> identify() override;
  [[nodiscard]] SourceRange range() const override;
  /// Samples a second, as the boards say.
  [[nodiscard]] Rational rate() const;

  [[nodiscard]] Result<void> apply(const OperatingPoint& point) override;
  /// The same for a recipe of dc and harmonics, each corrected at its frequency. Errors as of
  /// apply(), and invalid_argument for anything else in it: noise, which does not repeat, forms,
  /// tones, modulations and changes.
  [[nodiscard]] Result<void> apply(const SignalRecipe& recipe);
  /// Streams a signal at rate(), or sets the boards to its rate. The gains count, not the other
  /// corrections. A signal that ends (out_of_range) is followed by zeros. What goes wrong later is
  /// told by read_back() and off().
  [[nodiscard]] Result<void> play(std::unique_ptr<Signal> signal, Rational frequency) override;
  /// What was set, when the board still answers: a converter does not measure.
  [[nodiscard]] Result<OutputState> read_back() override;
  /// Connects anew when the connection was lost.
  [[nodiscard]] Result<void> off() override;

 private:
  class State;
  explicit DacSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::iio
