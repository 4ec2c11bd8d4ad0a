// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "meterrig/verdict/measurement_model.h"

namespace meterrig::verdict {

struct Interval {
  double low;
  double high;
};

/// Distribution of a model's result, found by drawing its inputs (JCGM 101:2008, 7).
struct Simulated {
  double estimate;              ///< mean of the results (7.6)
  double standard_uncertainty;  ///< their standard deviation (7.6)
  Interval symmetric;           ///< as much probability below it as above (7.7.2)
  Interval shortest;            ///< of all with this probability (7.7.2, note 2)
  double probability;           ///< that of both intervals
  std::int64_t trials;
};

/// A fixed number of trials (7.2).
struct FixedTrials {
  std::uint64_t seed = 1;
  double probability = 0.95;
  std::int64_t trials = 1000000;  ///< 1e6 give an interval of 95 % one or two digits (7.2.2)
};

/// As many blocks of max(1e4, 100 / (1 - p)) trials as it takes until estimate, uncertainty and
/// both ends of the symmetric interval are stable: twice the standard deviation of their means over
/// the blocks is at most the numerical tolerance (7.9).
struct AdaptiveTrials {
  std::uint64_t seed = 1;
  double probability = 0.95;
  int significant_digits = 2;    ///< of the uncertainty that are to be right, 1 to 6
  double tolerance_divisor = 1;  ///< of the tolerance; 5 when a budget is to be validated (8.2)
  std::int64_t most_trials = 10000000;
};

/// delta = 10^l / 2 of an uncertainty c 10^l, c a whole number of so many digits (7.9.2): 0.5 for
/// u = 32 to two digits. NaN unless u is above 0 and finite.
[[nodiscard]] double numerical_tolerance(double standard_uncertainty, int significant_digits);

/// The same seed gives the same draws on every machine: they come from Philox words (noise.h) by
/// arithmetic and functions of our own, and each depends on its trial and its input alone.
/// Correlated inputs must all be normal.
/// Errors: those of check(); invalid_argument for other correlated inputs, correlations that
/// contradict each other, a probability outside (0, 1) or fewer trials than the interval needs;
/// out_of_range when the model has no value in a trial, or is not stable after `most_trials`.
[[nodiscard]] Result<Simulated> simulate(const MeasurementModel& model, const FixedTrials& run);
[[nodiscard]] Result<Simulated> simulate(const MeasurementModel& model, const AdaptiveTrials& run);

/// How far the interval y +- U of a budget is from that of a simulation.
struct Validation {
  double low_difference;   ///< d_low = |y - U - y_low|
  double high_difference;  ///< d_high = |y + U - y_high|
  double tolerance;        ///< delta, of the budget's u
  bool valid;              ///< neither difference exceeds it
};

/// Validates y +- U, of the probability of the simulation, against its symmetric interval (JCGM
/// 101:2008, 8.1). `significant_digits` are those of u that are regarded as meaningful. Not valid
/// when anything is unknown.
[[nodiscard]] Validation validate(double estimate, const Expanded& budget,
                                  const Simulated& simulated, int significant_digits);

/// U of a budget from the distributions of its lines instead of k from Student's table: half the
/// symmetric interval of their sum, each about 0; k is U / u. Right where one rectangular line
/// outweighs the others: k falls to 1.65. A line with degrees of freedom is Student's t whatever it
/// says; a trapezoidal, curvilinear or exponential one, whose shape a budget lacks, is normal.
/// Errors: those of simulate().
[[nodiscard]] Result<Expanded> expand_by_simulation(std::span<const Contribution> contributions,
                                                    const FixedTrials& run);

}  // namespace meterrig::verdict
