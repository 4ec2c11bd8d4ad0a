// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/risk.h"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace meterrig::verdict {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Beyond so many standard deviations a normal distribution is 0 in double precision.
constexpr int reach = 39;

// Probability that a device of true error y is found within +-A; erfc keeps the digits of a tail.
double accepted(double y, double u, double A) {
  if (u == 0.0) return std::abs(y) <= A ? 1.0 : 0.0;
  const double scale = u * std::numbers::sqrt2;
  return 0.5 * (std::erfc((std::abs(y) - A) / scale) - std::erfc((std::abs(y) + A) / scale));
}

double rejected(double y, double u, double A) {
  if (u == 0.0) return std::abs(y) <= A ? 0.0 : 1.0;
  const double scale = u * std::numbers::sqrt2;
  return 0.5 * (std::erfc((A - y) / scale) + std::erfc((A + y) / scale));
}

// Ends of pieces over which both distributions are smooth: at most one standard deviation of either
// where it changes.
std::vector<double> pieces(const Process& process, double u, double L, double A) {
  std::vector<double> ends{-L, L, -A, A};
  for (int j = -reach; j <= reach; ++j) {
    ends.push_back(process.mean + j * process.deviation);
    ends.push_back(-A + j * u);
    ends.push_back(A + j * u);
  }
  std::sort(ends.begin(), ends.end());
  return ends;
}

}  // namespace

GlobalRisk global_risk(const Process& process, double standard_uncertainty, double limit,
                       double acceptance_limit) {
  const double u = standard_uncertainty;
  const double s = process.deviation;
  for (const double x : {s, u, limit, acceptance_limit})
    if (!(std::isfinite(x) && x >= 0.0)) return {unknown, unknown};
  if (!std::isfinite(process.mean)) return {unknown, unknown};
  GlobalRisk risk{0.0, 0.0};
  if (s == 0.0) {
    if (std::abs(process.mean) > limit)
      risk.consumer = accepted(process.mean, u, acceptance_limit);
    else
      risk.producer = rejected(process.mean, u, acceptance_limit);
    return risk;
  }
  const auto density = [&](double y) {
    const double z = (y - process.mean) / s;
    return std::exp(-0.5 * z * z) / (s * std::sqrt(2.0 * std::numbers::pi));
  };
  const std::vector<double> ends = pieces(process, u, limit, acceptance_limit);
  using Rule = boost::math::quadrature::gauss<double, 20>;
  for (std::size_t i = 1; i < ends.size(); ++i) {
    const double from = ends[i - 1];
    const double to = ends[i];
    if (!(to > from)) continue;
    const bool outside = std::abs(0.5 * (from + to)) > limit;
    const auto wrong = [&](double y) {
      return density(y) *
             (outside ? accepted(y, u, acceptance_limit) : rejected(y, u, acceptance_limit));
    };
    (outside ? risk.consumer : risk.producer) += Rule::integrate(wrong, from, to);
  }
  return risk;
}

}  // namespace meterrig::verdict
