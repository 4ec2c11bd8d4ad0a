// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "meterrig/vocabulary/noise.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::reference {

/// Errors of a current transformer at one primary current.
struct TransformerPoint {
  Current current;      ///< r.m.s.
  Percent ratio_error;  ///< secondary too large when positive (IEC 61869-2, 3.4.3)
  Angle phase_error;    ///< secondary leads when positive (IEC 61869-2, 3.4.4)
};

/// Errors of one converter channel.
struct ChannelModel {
  Percent gain;    ///< error of the gain
  Percent offset;  ///< of full scale
  Percent noise;   ///< r.m.s. on each sample, of full scale
};

/// Analog front end of a meter, from its terminals to the codes of its converter.
struct FrontEndModel {
  Rational nominal_rate{1, 1};  ///< samples a second of the device's own clock
  int adc_bits = 24;            ///< 8..31
  Voltage voltage_full_scale;   ///< peak
  Current current_full_scale;   ///< peak
  Percent clock_error;          ///< the device's second is too short when positive
  PerPhase<ChannelModel> voltage;
  PerPhase<ChannelModel> current;
  std::vector<TransformerPoint> transformer;  ///< rising currents; empty for shunts or an ideal one
};

/// Whether a model makes sense. Errors: out_of_range, naming the field.
[[nodiscard]] Result<void> check(const FrontEndModel& model);

/// Codes of the converter; sample i is number first_sample + i. Full scale is 2^(bits - 1) - 1,
/// where it saturates, on both sides.
struct CodeBlock {
  std::int64_t first_sample = 0;
  PerPhase<std::vector<std::int32_t>> volts;
  PerPhase<std::vector<std::int32_t>> amperes;
};

/// Converts what is at the terminals. For a model that check() accepts.
class FrontEnd {
 public:
  FrontEnd(FrontEndModel model, std::uint64_t seed);

  /// Nominal rate times (1 + clock error), in real samples a second: take the terminals at this
  /// rate.
  [[nodiscard]] Rational true_rate() const { return true_rate_; }

  /// Samples by which the codes lag the terminals, all channels alike: 0 without transformers, else
  /// what the transformers' phase lead needs.
  [[nodiscard]] std::size_t latency() const { return latency_; }

  /// Converts a block at true_rate(). Blocks follow one another; `out` gets as many samples with
  /// the same numbers. `fundamental` turns phase errors into time.
  void convert(const SampleBlock& terminals, Frequency fundamental, CodeBlock& out);

  /// Forgets what was converted: the next block may begin anywhere.
  void reset();

 private:
  FrontEndModel model_;
  std::uint64_t seed_ = 0;
  Rational true_rate_;
  std::size_t latency_ = 0;
};

}  // namespace meterrig::reference
