// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "meterrig/verdict/measurement_model.h"

namespace meterrig::verdict {

/// Result of the law of propagation of uncertainty, in the unit of the model's result.
struct Propagated {
  double estimate;                    ///< y = f(x1, ..., xN)
  std::vector<double> sensitivities;  ///< c_i = df/dx_i at the estimates
  double standard_uncertainty;        ///< u_c of JCGM 100:2008, 5.1.2, and 5.2.2 with correlations
  /// u_c with the terms of second order (5.1.2, note), which tell how far the model is from a
  /// straight line. They hold for symmetric distributions; NaN with correlated inputs.
  double second_order_uncertainty;
  /// For expand(): one line per input. Inputs that are correlated, also by way of others, share
  /// one, so that the lines are not; it has the fewest degrees of freedom of them, which is exact
  /// for means of simultaneous observations.
  std::vector<Contribution> budget;
};

/// Partial derivatives by central differences over +-u and +-u/2 of each input (5.1.3, note 2, and
/// Richardson's extrapolation: right for polynomials up to the fourth degree).
/// Errors: those of check(); out_of_range when the model has no value within +-2 u.
[[nodiscard]] Result<Propagated> propagate(const MeasurementModel& model);

/// u(y, z) of two results with the same inputs, from the sensitivities of each (JCGM 100:2008,
/// H.2.3). The inputs' list is that of the model, the sensitivities as many.
[[nodiscard]] double covariance(std::span<const InputQuantity> inputs,
                                std::span<const Correlation> correlations,
                                std::span<const double> of_first,
                                std::span<const double> of_second);

}  // namespace meterrig::verdict
