// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "compensated_sum.h"
#include "meterrig/vocabulary/element.h"
#include "sample_integral.h"

namespace meterrig::reference {

/// A place between samples, counted from the first one fed.
struct Position {
  std::int64_t sample = 0;
  double part = 0;  ///< [0, 1)
};

/// Samples of the power of three phases and their integral.
class PowerHistory {
 public:
  /// Writes the products of voltages and currents behind the samples counted; says whether all are
  /// finite, or at times no when they are.
  [[nodiscard]] bool put(const std::array<std::span<const double>, 2 * phase_count>& rows);
  /// Counts in the first so many samples that were put there.
  void count_put(std::size_t samples);
  [[nodiscard]] std::int64_t count() const { return count_; }

  /// Integral from the first sample to `position`, in watts times sample intervals; none outside
  /// what is kept or beyond one sample after the last. Who has step_weights(position.part) saves
  /// their computation.
  [[nodiscard]] std::optional<PerPhase<double>> integral_until(
      Position position, const StepWeights* known_weights = nullptr) const;

  void forget_before(std::int64_t sample);

 private:
  static constexpr std::int64_t chunk_size = 1024;
  struct Chunk {
    Chunk() {}  // leaves the samples as they are
    PerPhase<std::array<double, chunk_size>> watts;
    PerPhase<CompensatedSum> before;  // sum of all earlier samples
  };

  [[nodiscard]] std::int64_t kept_from() const { return first_chunk_ * chunk_size; }
  void copy(std::size_t phase, std::int64_t first, std::span<double> out) const;
  [[nodiscard]] double sum_before(std::size_t phase, std::int64_t sample) const;
  [[nodiscard]] double inner_integral(std::size_t phase, std::int64_t sample,
                                      const StepWeights& weights) const;

  std::deque<Chunk> chunks_;
  std::int64_t first_chunk_ = 0;
  std::int64_t count_ = 0;
  PerPhase<CompensatedSum> total_;  // of the full chunks
  PerPhase<double> start_{};        // what inner_integral lacks at the start of the record
};

}  // namespace meterrig::reference
