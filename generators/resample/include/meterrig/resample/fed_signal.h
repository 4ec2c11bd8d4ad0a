// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "meterrig/resample/kernel.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::resample {

/// A signal that somebody feeds, block after block, at one rate, and that is read at another: the
/// samples at a device's terminals as its converter takes them. What comes before the first sample
/// fed is 0. A sample that was read is the same however the feed was cut into blocks.
class FedSignal final : public Signal {
 public:
  /// Holds at most `capacity` samples that were fed and may still be needed. Errors: out_of_range
  /// for a rate that is not above 0, or rates whose ratio is beyond 1000 or does not fit.
  [[nodiscard]] static Result<FedSignal> create(Rational fed_rate, Rational read_rate,
                                                std::size_t capacity);

  /// Takes the samples that follow those fed so far; the first block may begin at any sample up to
  /// 0. Errors, which leave the signal as it was: invalid_argument (another rate, a sample that is
  /// not finite), failed_precondition (a gap, a repeat, or more than room()).
  [[nodiscard]] Result<void> feed(const SampleBlock& block);
  /// Samples that can be fed now.
  [[nodiscard]] std::size_t room() const { return capacity_ - held(); }
  /// Number of the sample that is to be fed next.
  [[nodiscard]] std::int64_t next_fed() const { return next_; }

  [[nodiscard]] Rational rate() const override { return read_rate_; }
  /// Samples of a block that lies at or after the last one read; what only earlier ones need is
  /// dropped. Errors: invalid_argument (another rate), out_of_range (an earlier sample than is
  /// still held), failed_precondition when it needs samples that were not fed yet, saying how many.
  [[nodiscard]] Result<void> read(SampleBlock& block) override;

  /// Number of samples, from 0, that must be fed before sample `last` can be read.
  [[nodiscard]] std::int64_t needed_for(std::int64_t last) const;
  /// Fed samples that a value depends on beyond its own time.
  [[nodiscard]] std::size_t reach() const { return kernel_.taps() / 2; }

 private:
  FedSignal(Rational fed_rate, Rational read_rate, Rational step, std::size_t capacity);
  [[nodiscard]] std::size_t held() const { return rows_[0].size() - dropped_; }
  void drop_before(std::int64_t sample);

  Rational fed_rate_;
  Rational read_rate_;
  Rational step_;  // fed samples for each sample read
  Kernel kernel_;
  std::size_t capacity_ = 0;
  bool begun_ = false;
  std::int64_t next_ = 0;
  std::int64_t first_ = 0;   // number of the sample at rows_[..][dropped_]
  std::size_t dropped_ = 0;  // at the front of the rows, not yet given back
  bool dropped_any_ = false;
  std::array<std::vector<double>, 2 * phase_count> rows_;
  std::vector<double> weights_;
};

}  // namespace meterrig::resample
