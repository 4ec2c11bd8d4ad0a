// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

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

/// Converts what is at the terminals. For a model that check() accepts; an unknown percentage
/// counts as none.
class FrontEnd {
 public:
  FrontEnd(FrontEndModel model, std::uint64_t seed);

  /// Nominal rate times (1 + clock error), in real samples a second: take the terminals at this
  /// rate.
  [[nodiscard]] Rational true_rate() const { return true_rate_; }

  /// Samples by which the codes lag the terminals, all channels alike: 0 when no transformer has a
  /// phase error, else what its lead needs down to 10 Hz.
  [[nodiscard]] std::size_t latency() const { return latency_; }

  /// Converts a block at true_rate(); `out` gets as many samples with the same numbers. Blocks
  /// follow one another: a gap counts as reset(). `fundamental` turns phase errors into time and
  /// sets the period; it may change from block to block. Transformer errors follow the r.m.s.
  /// current over the last two periods, weighted by a triangle, and change once a period; before
  /// the first whole period they are those of the lowest current. Noise depends on the seed and the
  /// sample number alone.
  void convert(const SampleBlock& terminals, Frequency fundamental, CodeBlock& out);

  /// Forgets what was converted: the next block may begin anywhere.
  void reset();

 private:
  static constexpr std::size_t half_taps = 4;
  static constexpr std::size_t taps = 2 * half_taps;

  struct TransformerErrors {
    double ratio = 0;  // fraction
    double turns = 0;  // lead
  };
  // One current channel's transformer.
  struct Transformer {
    double rising = 0;         // sum of x i^2 over the period, x from 0 to 1
    double falling = 0;        // sum of (1 - x) i^2
    double rising_before = 0;  // of the period before
    TransformerErrors errors;
    std::size_t oldest = 0;  // of the taps, before the sample converted
    std::array<double, taps> weights{};
  };

  [[nodiscard]] TransformerErrors errors_at(double amperes_square) const;
  void set_delay(Transformer& transformer) const;
  void end_of_period();
  void transform(std::size_t begin, std::size_t end);
  void weigh_currents(std::size_t begin, std::size_t end);
  void convert_channel(std::span<const double> row, const ChannelModel& model, double full_scale,
                       std::uint32_t channel, std::int64_t first_sample,
                       std::vector<std::int32_t>& codes);

  FrontEndModel model_;
  std::uint64_t seed_ = 0;
  Rational true_rate_;
  double full_code_ = 0;
  std::vector<double> logarithms_;  // of the transformer's points
  double longest_lead_ = 0;         // samples
  std::size_t latency_ = 0;
  std::size_t kept_ = 0;  // samples kept of the block before

  std::int64_t next_sample_ = 0;
  bool running_ = false;
  double cycles_ = 0;       // a sample
  std::uint64_t turn_ = 0;  // place in the period
  std::uint64_t step_ = 0;
  double rising_weight_ = 0;
  double falling_weight_ = 0;
  double rising_weight_before_ = 0;
  PerPhase<Transformer> transformers_;
  PerPhase<std::vector<double>> volts_;  // kept samples, then the block's
  PerPhase<std::vector<double>> amperes_;
  PerPhase<std::vector<double>> secondary_;
  std::vector<double> row_;
};

}  // namespace meterrig::reference
