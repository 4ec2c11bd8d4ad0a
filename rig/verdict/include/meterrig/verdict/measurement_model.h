// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "meterrig/verdict/budget.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::verdict {

/// An input quantity of a measurement model and what is known of it. Made by the functions below,
/// which say what the numbers mean.
struct InputQuantity {
  std::string name;
  Distribution distribution = Distribution::normal;
  double centre = 0;  ///< middle of the distribution; of the exponential its lower end
  double scale = 0;   ///< half-width; u of the normal, s of Student's, mean of the exponential
  double shape = 0;   ///< beta of the trapezoid, d of the curvilinear one
  /// Of u, for the law of propagation; Student's distribution has as many.
  double degrees_of_freedom = std::numeric_limits<double>::infinity();
  char type = 'B';
};

/// JCGM 101:2008, 6.4.7.
[[nodiscard]] InputQuantity normal_input(
    std::string name, double estimate, double standard_uncertainty,
    double degrees_of_freedom = std::numeric_limits<double>::infinity());
/// Between two limits every value is as likely (6.4.2).
[[nodiscard]] InputQuantity rectangular_input(std::string name, double low, double high);
/// Sum of two equal rectangular ones (6.4.5).
[[nodiscard]] InputQuantity triangular_input(std::string name, double low, double high);
/// Sum of two rectangular ones; the top is beta (0 to 1) as wide as the foot (6.4.4).
[[nodiscard]] InputQuantity trapezoidal_input(std::string name, double low, double high,
                                              double beta);
/// Rectangular, each limit known to within +-d only (6.4.3).
[[nodiscard]] InputQuantity curvilinear_input(std::string name, double low, double high, double d);
/// U-shaped: a sine of unknown phase between the limits (6.4.6).
[[nodiscard]] InputQuantity arcsine_input(std::string name, double low, double high);
/// Not below 0, with this mean (6.4.10).
[[nodiscard]] InputQuantity exponential_input(std::string name, double mean);
/// Student's t, scaled and shifted (6.4.9): `standard_uncertainty` is s / sqrt(n) as in JCGM 100,
/// whatever the greater deviation of the distribution.
[[nodiscard]] InputQuantity student_input(std::string name, double estimate,
                                          double standard_uncertainty, double degrees_of_freedom);
/// Mean of repeated observations, n - 1 degrees of freedom, type A (6.4.9.2). Unknown with fewer
/// than two.
[[nodiscard]] InputQuantity observed_input(std::string name, std::span<const double> observations);
/// A certificate's value, U and k (6.4.9.7): Student's t, or normal without degrees of freedom.
[[nodiscard]] InputQuantity certificate_input(
    std::string name, double estimate, double expanded_uncertainty, double coverage_factor,
    double degrees_of_freedom = std::numeric_limits<double>::infinity());

/// Best estimate x: the mean.
[[nodiscard]] double estimate(const InputQuantity& input);
/// u(x) as the law of propagation takes it: the standard deviation, of Student's t only its s.
[[nodiscard]] double standard_uncertainty(const InputQuantity& input);

/// r of two inputs, each in its place in the list.
struct Correlation {
  std::size_t first = 0;
  std::size_t second = 0;
  double coefficient = 0;  ///< in [-1, 1]
};

/// r(x, y) of two means of simultaneous observations (JCGM 100:2008, 5.2.3). NaN with fewer than
/// two pairs, unequal counts or without scatter.
[[nodiscard]] double correlation_of_means(std::span<const double> first,
                                          std::span<const double> second);

/// Y = f(X1, ..., XN).
struct MeasurementModel {
  std::vector<InputQuantity> inputs;
  std::vector<Correlation> correlations;  ///< of pairs not listed: 0
  std::function<double(std::span<const double>)> function;
};

/// Errors: invalid_argument for a model without function or inputs, a distribution that makes no
/// sense or is unknown, a correlation of an input that is not there, with itself, listed twice, or
/// beyond [-1, 1].
[[nodiscard]] Result<void> check(const MeasurementModel& model);

}  // namespace meterrig::verdict
