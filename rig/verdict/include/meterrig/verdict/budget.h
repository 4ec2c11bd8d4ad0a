// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace meterrig::verdict {

enum class Distribution : std::uint8_t {
  normal,
  rectangular,
  triangular,
  student,
  trapezoidal,
  curvilinear,  ///< rectangular with unsure limits, JCGM 101's curvilinear trapezoid
  arcsine,      ///< U-shaped
  exponential,
};

/// Such as "rectangular".
[[nodiscard]] std::string_view name(Distribution distribution);

/// One line of an uncertainty budget (JCGM 100:2008, 4). All numbers of a budget are in the unit of
/// its result, the sensitivity coefficient already multiplied in.
struct Contribution {
  std::string name;
  char type = 'B';  ///< 'A' or 'B'
  Distribution distribution = Distribution::normal;
  double standard_uncertainty = std::numeric_limits<double>::quiet_NaN();  ///< NaN is unknown
  double degrees_of_freedom = std::numeric_limits<double>::infinity();     ///< at least 1
};

/// Type B, from limits +-half_width within which every value is as likely: a / sqrt(3) (4.3.7).
[[nodiscard]] Contribution rectangular(std::string name, double half_width, double sensitivity = 1);

/// Type B, the difference of two equal rectangular ones is triangular: a / sqrt(6) (4.3.9).
[[nodiscard]] Contribution triangular(std::string name, double half_width, double sensitivity = 1);

/// Type B, a sine of amplitude a met at an unknown phase is U-shaped: a / sqrt(2) (JCGM 101:2008,
/// 6.4.6).
[[nodiscard]] Contribution arcsine(std::string name, double half_width, double sensitivity = 1);

/// Type B, from a certificate that states an expanded uncertainty and its coverage factor (4.3.3).
[[nodiscard]] Contribution from_certificate(
    std::string name, double expanded_uncertainty, double coverage_factor, double sensitivity = 1,
    double degrees_of_freedom = std::numeric_limits<double>::infinity());

/// Type A, of the mean of repeated observations: s / sqrt(n), n - 1 degrees of freedom (4.2).
/// Unknown with fewer than two.
[[nodiscard]] Contribution repeatability(std::string name, std::span<const double> observations,
                                         double sensitivity = 1);

struct Budget {
  std::vector<Contribution> contributions;  ///< taken as uncorrelated
};

/// What a budget comes to. Everything is NaN (unknown, never 0) when the budget is empty or one of
/// its contributions is unknown, negative or has less than one degree of freedom.
struct Expanded {
  double standard;                      ///< u_c = sqrt(sum u_i^2) (5.1.2)
  double coverage_factor;               ///< k
  double expanded;                      ///< U = k u_c
  double effective_degrees_of_freedom;  ///< Welch-Satterthwaite (G.2b), not yet truncated
};

/// k is Student's t of `probability`, two-sided, for the effective degrees of freedom truncated to
/// a whole number (G.4.1), rounded to two decimals so that it is the same on every machine. 0.9545
/// gives 2.00 for infinite degrees of freedom. `probability` is in (0, 1), else all is unknown.
[[nodiscard]] Expanded expand(std::span<const Contribution> contributions,
                              double probability = 0.9545);

}  // namespace meterrig::verdict
