// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "meterrig/reference/front_end_model.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::reference {

/// Codes of the converter; sample i is number first_sample + i. Full scale is 2^(bits - 1) - 1,
/// where it saturates, on both sides.
struct CodeBlock {
  std::int64_t first_sample = 0;
  PerPhase<std::vector<std::int32_t>> volts;
  PerPhase<std::vector<std::int32_t>> amperes;
};

/// Converts what is at the terminals: divider or current sensor, anti-alias filter, moment of
/// sampling, converter. For a model that check() accepts.
///
/// Divider, coil and filter are made by the bilinear transform without prewarping: at f they are
/// what the analog ones are at rate / pi tan(pi f / rate), so that their phase is right to
/// (pi f / rate)^2 / 3 of itself: at 8 kS/s 1.3e-4 at 50 Hz, 5 % at 1 kHz, 24 % at 2 kHz. Whatever
/// is beyond half the rate at the terminals is aliased already and no filter here takes it out.
class FrontEnd {
 public:
  FrontEnd(FrontEndModel model, std::uint64_t seed);
  FrontEnd(FrontEnd&& other) noexcept;
  FrontEnd& operator=(FrontEnd&& other) noexcept;
  FrontEnd(const FrontEnd&) = delete;
  FrontEnd& operator=(const FrontEnd&) = delete;
  ~FrontEnd();

  /// Nominal rate times (1 + clock error at this temperature), in real samples a second: take the
  /// terminals at this rate.
  [[nodiscard]] Rational true_rate() const;

  /// Samples by which the codes lag the terminals, all channels alike, skew aside: 0 when no
  /// transformer has a phase error, no channel a skew and the clock no jitter, else what the
  /// longest lead needs down to 10 Hz.
  [[nodiscard]] std::size_t latency() const;

  /// Of the whole front end, from the next block on: gains, offsets and the rate drift at once.
  /// What is being filtered or delayed goes on, though at a new rate, so that the change of a rate
  /// shows as a step in time. Beyond -273.15 degC to 1000 degC, or unknown, it counts as 23 degC.
  void set_temperature(Temperature temperature);

  /// Converts a block at true_rate(); `out` gets as many samples with the same numbers. Blocks
  /// follow one another: a gap counts as reset(). `fundamental` turns phase errors into time and
  /// sets the period; it may change from block to block. The errors of a transformer's points
  /// follow the r.m.s. current over the last two periods, weighted by a triangle, and change once a
  /// period; before the first whole period they are those of the lowest current. Whatever is random
  /// depends on the seed, the channel and the number of a sample alone; only a coil's integrator
  /// adds it up, from reset() on. Sample numbers are 0 or above.
  void convert(const SampleBlock& terminals, Frequency fundamental, CodeBlock& out);

  /// Forgets what was converted: the next block may begin anywhere. Cores have their initial flux.
  void reset();

 private:
  class Stages;
  std::unique_ptr<Stages> stages_;
};

}  // namespace meterrig::reference
