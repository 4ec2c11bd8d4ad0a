// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig::verdict {

/// How the boundary falls from look to look.
enum class BoundaryShape : std::uint8_t {
  pocock,  ///< the same probability at every look (Pocock 1977): stops a good meter earliest
  obrien_fleming,  ///< c / sqrt(share of the information) (O'Brien and Fleming 1979): strict at
                   ///< first
};

/// When one looks at an error that comes in observations (blocks of pulses), and at what risk.
struct SequentialPlan {
  std::int64_t first_look = 3;  ///< observations before it; at least 1, 2 for an estimated spread
  std::int64_t last_look = 20;  ///< observations at which one stops whatever is known
  std::int64_t step = 1;        ///< observations from look to look
  double risk = 0.025;  ///< greatest probability that a meter just beyond its limit is accepted
  BoundaryShape shape = BoundaryShape::pocock;
};

/// What the boundary is met by at one look: |mean| + factor u(mean) against the limit.
struct Look {
  std::int64_t observations;
  double factor;
};

/// Looks and factors of a plan. The factors of one look would be the normal or Student's quantile
/// of the risk; those of many are larger, so that the risk over all looks is the plan's.
struct StoppingBoundary {
  std::vector<Look> looks;
  std::optional<double> spread;  ///< known standard deviation of one observation; else estimated
  double unaveraged = 0;         ///< standard uncertainty that no observation reduces
};

/// Boundary for observations of known spread (standard deviation of one) beside an uncertainty that
/// does not average, u_B: u(mean)^2 = u_B^2 + spread^2 / n. The means of all looks are jointly
/// normal with the covariances of a sum of independent steps, so the probability of crossing
/// follows by repeated integration (Armitage, McPherson and Rowe 1969), and the factor by root
/// finding. Errors: invalid_argument for a plan that makes no sense, a spread not above 0, a u_B
/// below 0 or more than 200 looks.
[[nodiscard]] Result<StoppingBoundary> boundary_for_known_spread(const SequentialPlan& plan,
                                                                 double spread,
                                                                 double unaveraged = 0);

/// Boundary for a spread that the observations themselves show: u(mean) = s / sqrt(n), the factor
/// Student's quantile with n - 1 degrees of freedom of the probability that a known spread would
/// have at that look. The risk is exact, not that of large samples: S_n / sqrt(V_n), sum over root
/// of the sum of squares about the limit, is a Markov chain whatever the spread, and is integrated
/// back from the last look. What does not average must be taken off the limit by the caller.
/// Errors: as above, and for more than 300 observations.
[[nodiscard]] Result<StoppingBoundary> boundary_for_estimated_spread(const SequentialPlan& plan);

enum class SequentialOutcome : std::uint8_t {
  go_on,
  accept,     ///< |mean| + factor u <= limit
  reject,     ///< |mean| - factor u > limit: at the same risk for a meter within it
  undecided,  ///< neither at the last look: a decision rule must tell, on the mean and its U
};

/// Takes the observations of one error. `limit` is in their unit, less what the caller guards.
class SequentialTest {
 public:
  SequentialTest(StoppingBoundary boundary, double limit);

  /// What the next observation leads to; once it is not `go_on` it stays. NaN never accepts.
  SequentialOutcome observe(double error);

  [[nodiscard]] std::int64_t observations() const { return count_; }
  [[nodiscard]] double mean() const { return mean_; }
  /// u(mean) as in StoppingBoundary; NaN before there is enough to tell.
  [[nodiscard]] double standard_uncertainty() const;

 private:
  StoppingBoundary boundary_;
  double limit_;
  std::size_t next_look_ = 0;
  std::int64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // of the deviations from the mean
  SequentialOutcome outcome_ = SequentialOutcome::go_on;
};

enum class Sides : std::uint8_t { one, two };

/// Probability that a normal variable with this information at each look (rising; only the ratios
/// count) and mean 0 is beyond the bound, in its standard deviations, at one of them.
[[nodiscard]] double crossing_probability(std::span<const double> information,
                                          std::span<const double> bounds, Sides sides);

/// The same for Student's t of observations, one after the other: beyond `bound` at `observations`
/// (rising, at least 2), on the one side.
[[nodiscard]] double student_crossing_probability(std::span<const Look> looks);

/// Bounds, in standard deviations, that are crossed with probability `risk`.
[[nodiscard]] std::vector<double> sequential_bounds(std::span<const double> information,
                                                    BoundaryShape shape, double risk, Sides sides);

}  // namespace meterrig::verdict
