// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "change_course.h"
#include "meterrig/vocabulary/signal.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::synthesis {

/// Cycles since sample 0, in units of 2^-64.
__extension__ using Cycles = __int128;

/// A modulating wave at every sample.
class ModulationCourse {
 public:
  template <class Depth>
  ModulationCourse(const Modulation<Depth>& modulation, Rational cycles_per_sample)
      : shape_(modulation.shape),
        cycles_per_sample_(cycles_per_sample),
        phase_(turn_of(modulation.phase)) {}

  /// From -1 to 1.
  [[nodiscard]] double at(std::int64_t sample) const;
  /// Integral of it since sample 0, in periods of the modulation.
  [[nodiscard]] double integral(std::int64_t sample) const;

 private:
  [[nodiscard]] Turn turn(std::int64_t sample) const;

  ModulationShape shape_;
  Rational cycles_per_sample_;
  Turn phase_;
};

/// The phase of a frequency that may be modulated and may change. Steady, it is exact: floor(2^64 n
/// f / rate) at sample n. What modulations and changes add is right to 1e-15 of its turns or
/// 2^-64, whichever is more.
class PhaseCourse {
 public:
  /// Errors: out_of_range for a frequency that does not stay above 0, invalid_argument for values
  /// that are not finite; they name what it is of by `name`.
  [[nodiscard]] static Result<PhaseCourse> create(
      const std::string& name, Rational frequency, Rational rate,
      const std::vector<Modulation<Frequency>>& modulations,
      const std::vector<Change<Frequency>>& changes);

  [[nodiscard]] bool steady() const { return modulations_.empty() && changes_.empty(); }
  /// The highest frequency that it may have, hertz.
  [[nodiscard]] double highest() const { return highest_; }
  /// The same, `divisor` times slower. Error: out_of_range when the ratio does not fit.
  [[nodiscard]] Result<PhaseCourse> slower(std::int32_t divisor) const;

  /// Of the frequency itself, also of a slower one.
  [[nodiscard]] Cycles at(std::int64_t sample) const;
  /// From sample `first` on, as many as `out` holds.
  void turns(std::int64_t first, std::span<Turn> out) const;
  /// First sample at or after `cycles`, and by how much of a sample interval.
  [[nodiscard]] Beginning first_at(Cycles cycles) const;

 private:
  PhaseCourse() = default;
  [[nodiscard]] Cycles deviation(std::int64_t sample) const;

  template <class Course>
  struct Weighted {
    long double weight;  // turns for a unit of the integral
    Course course;
  };
  Rational cycles_per_sample_;
  std::int32_t divisor_ = 1;
  Rational slow_cycles_per_sample_;
  double highest_ = 0;
  std::vector<Weighted<ModulationCourse>> modulations_;
  std::vector<Weighted<ChangeCourse>> changes_;
};

}  // namespace meterrig::synthesis
