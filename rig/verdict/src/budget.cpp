// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/budget.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <utility>

namespace meterrig::verdict {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

namespace policies = boost::math::policies;
// A failure gives NaN or infinity instead of an exception.
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;

double two_decimals(double k) { return std::round(k * 100.0) / 100.0; }

double coverage_factor(double degrees_of_freedom, double probability) {
  const double tail = (1.0 - probability) / 2.0;
  if (std::isinf(degrees_of_freedom)) {
    const boost::math::normal_distribution<double, Quiet> normal;
    return two_decimals(quantile(complement(normal, tail)));
  }
  const boost::math::students_t_distribution<double, Quiet> student(std::floor(degrees_of_freedom));
  return two_decimals(quantile(complement(student, tail)));
}

bool usable(const Contribution& c) {
  return std::isfinite(c.standard_uncertainty) && c.standard_uncertainty >= 0.0 &&
         c.degrees_of_freedom >= 1.0;
}

}  // namespace

std::string_view name(Distribution distribution) {
  switch (distribution) {
    case Distribution::normal:
      return "normal";
    case Distribution::rectangular:
      return "rectangular";
    case Distribution::triangular:
      return "triangular";
    case Distribution::student:
      return "student";
    case Distribution::trapezoidal:
      return "trapezoidal";
    case Distribution::curvilinear:
      return "curvilinear";
    case Distribution::arcsine:
      return "arcsine";
    case Distribution::exponential:
      return "exponential";
  }
  return "unknown";
}

Contribution rectangular(std::string name, double half_width, double sensitivity) {
  return {std::move(name), 'B', Distribution::rectangular,
          std::abs(sensitivity) * half_width / std::sqrt(3.0), infinite};
}

Contribution triangular(std::string name, double half_width, double sensitivity) {
  return {std::move(name), 'B', Distribution::triangular,
          std::abs(sensitivity) * half_width / std::sqrt(6.0), infinite};
}

Contribution arcsine(std::string name, double half_width, double sensitivity) {
  return {std::move(name), 'B', Distribution::arcsine,
          std::abs(sensitivity) * half_width / std::sqrt(2.0), infinite};
}

Contribution from_certificate(std::string name, double expanded_uncertainty, double coverage_factor,
                              double sensitivity, double degrees_of_freedom) {
  const double u = coverage_factor > 0.0 ? expanded_uncertainty / coverage_factor : unknown;
  return {std::move(name), 'B', Distribution::normal, std::abs(sensitivity) * u,
          degrees_of_freedom};
}

Contribution repeatability(std::string name, std::span<const double> observations,
                           double sensitivity) {
  Contribution result{std::move(name), 'A', Distribution::student, unknown, infinite};
  if (observations.size() < 2) return result;
  const auto n = static_cast<double>(observations.size());
  double mean = 0.0;
  for (const double x : observations) mean += x / n;
  double sum_of_squares = 0.0;
  for (const double x : observations) sum_of_squares += (x - mean) * (x - mean);
  result.degrees_of_freedom = n - 1.0;
  result.standard_uncertainty = std::abs(sensitivity) * std::sqrt(sum_of_squares / ((n - 1.0) * n));
  return result;
}

Expanded expand(std::span<const Contribution> contributions, double probability) {
  Expanded result{unknown, unknown, unknown, unknown};
  if (contributions.empty() || !(probability > 0.0 && probability < 1.0)) return result;
  double variance = 0.0;
  for (const Contribution& c : contributions) {
    if (!usable(c)) return result;
    variance += c.standard_uncertainty * c.standard_uncertainty;
  }
  result.standard = std::sqrt(variance);

  // JCGM 100 G.2b on the shares u_i / u_c, which neither overflow nor underflow when raised to the
  // fourth power.
  double sum = 0.0;
  for (const Contribution& c : contributions) {
    if (result.standard == 0.0) break;
    const double share = c.standard_uncertainty / result.standard;
    sum += share * share * share * share / c.degrees_of_freedom;
  }
  double degrees = sum > 0.0 ? 1.0 / sum : infinite;
  // 1 / (1 / 49) is a little less than 49 in binary and must not be truncated to 48.
  if (std::isfinite(degrees) && std::abs(degrees - std::round(degrees)) < 1e-9 * degrees) {
    degrees = std::round(degrees);
  }
  result.effective_degrees_of_freedom = degrees;
  result.coverage_factor = coverage_factor(degrees, probability);
  result.expanded = result.coverage_factor * result.standard;
  return result;
}

}  // namespace meterrig::verdict
