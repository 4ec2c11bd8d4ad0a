// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace meterrig::verdict {

/// What is known beforehand of the true errors of the devices that come to the test: a normal
/// distribution, from earlier results.
struct Process {
  double mean = 0;
  double deviation = 0;  ///< standard deviation, at least 0
};

/// Shares of all devices, accepted or not (JCGM 106:2012, 9.5): to be told from the risk at one
/// result, probability_of_false_acceptance().
struct GlobalRisk {
  double consumer;  ///< the true error is outside [-L, L] and the device is accepted
  double producer;  ///< the true error is inside and the device is rejected
};

/// Of a rule that accepts |e| <= `acceptance_limit`; all in one unit. One-dimensional integral over
/// the true error (JCGM 106, 9.5.2), so that a small risk keeps its digits. Both are NaN when an
/// argument is unknown, infinite, or (but for the mean) below 0.
[[nodiscard]] GlobalRisk global_risk(const Process& process, double standard_uncertainty,
                                     double limit, double acceptance_limit);

}  // namespace meterrig::verdict
