// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "next_coordinates.h"

namespace meterrig::campaign {

/// Interpolates errors between places: a Gaussian process with a constant mean and a covariance
/// that falls with the square of the distance (Rasmussen and Williams, Gaussian Processes for
/// Machine Learning, 2006, algorithm 2.1). Its lengths are those, of a few, that make the errors
/// most likely.
class GaussianProcess {
 public:
  /// `places` and `errors` belong together and are not empty; errors are finite. `least_deviation`
  /// is how much errors vary at least where nothing is known, in their unit.
  GaussianProcess(std::vector<Coordinates> places, const std::vector<double>& errors,
                  double least_deviation);

  struct Estimate {
    double error = 0;
    double deviation = 0;  ///< standard
  };
  [[nodiscard]] Estimate at(const Coordinates& place) const;

 private:
  void fit(double length);
  [[nodiscard]] double covariance(const Coordinates& a, const Coordinates& b) const;
  [[nodiscard]] std::vector<double> forward(std::vector<double> right) const;

  std::vector<Coordinates> places_;
  std::vector<double> values_;  // errors in units of their deviation, about their mean
  double mean_ = 0;
  double deviation_ = 1;
  double length_ = 1;
  double likelihood_ = 0;       // logarithm, up to a constant
  std::vector<double> factor_;  // lower triangle, row by row, of the covariances
  std::vector<double> weights_;
};

}  // namespace meterrig::campaign
