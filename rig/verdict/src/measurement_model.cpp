// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/measurement_model.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <utility>

namespace meterrig::verdict {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

InputQuantity between(std::string name, Distribution distribution, double low, double high) {
  return {.name = std::move(name),
          .distribution = distribution,
          .centre = 0.5 * (low + high),
          .scale = 0.5 * (high - low)};
}

double mean_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double x : values) sum += x;
  return sum / static_cast<double>(values.size());
}

// What is wrong with a distribution; empty when nothing is.
std::string complaint(const InputQuantity& x) {
  if (!std::isfinite(x.centre)) return "has no estimate";
  if (!std::isfinite(x.scale) || x.scale < 0.0) return "has no width";
  if (!(x.degrees_of_freedom >= 1.0)) return "has less than one degree of freedom";
  if (x.distribution == Distribution::trapezoidal && !(x.shape >= 0.0 && x.shape <= 1.0))
    return fmt::format("has beta = {:.6g}, expected 0 to 1", x.shape);
  if (x.distribution == Distribution::curvilinear && !(x.shape >= 0.0 && x.shape <= x.scale))
    return fmt::format("has limits that are unsure by {:.6g}, expected 0 to {:.6g}", x.shape,
                       x.scale);
  return "";
}

}  // namespace

InputQuantity normal_input(std::string name, double estimate, double standard_uncertainty,
                           double degrees_of_freedom) {
  return {.name = std::move(name),
          .centre = estimate,
          .scale = standard_uncertainty,
          .degrees_of_freedom = degrees_of_freedom};
}

InputQuantity rectangular_input(std::string name, double low, double high) {
  return between(std::move(name), Distribution::rectangular, low, high);
}

InputQuantity triangular_input(std::string name, double low, double high) {
  return between(std::move(name), Distribution::triangular, low, high);
}

InputQuantity trapezoidal_input(std::string name, double low, double high, double beta) {
  InputQuantity x = between(std::move(name), Distribution::trapezoidal, low, high);
  x.shape = beta;
  return x;
}

InputQuantity curvilinear_input(std::string name, double low, double high, double d) {
  InputQuantity x = between(std::move(name), Distribution::curvilinear, low, high);
  x.shape = d;
  return x;
}

InputQuantity arcsine_input(std::string name, double low, double high) {
  return between(std::move(name), Distribution::arcsine, low, high);
}

InputQuantity exponential_input(std::string name, double mean) {
  return {.name = std::move(name), .distribution = Distribution::exponential, .scale = mean};
}

InputQuantity student_input(std::string name, double estimate, double standard_uncertainty,
                            double degrees_of_freedom) {
  return {.name = std::move(name),
          .distribution = Distribution::student,
          .centre = estimate,
          .scale = standard_uncertainty,
          .degrees_of_freedom = degrees_of_freedom};
}

InputQuantity observed_input(std::string name, std::span<const double> observations) {
  const Contribution spread = repeatability("", observations);
  InputQuantity x =
      student_input(std::move(name), observations.empty() ? unknown : mean_of(observations),
                    spread.standard_uncertainty, spread.degrees_of_freedom);
  x.type = 'A';
  return x;
}

InputQuantity certificate_input(std::string name, double estimate, double expanded_uncertainty,
                                double coverage_factor, double degrees_of_freedom) {
  const double u = coverage_factor > 0.0 ? expanded_uncertainty / coverage_factor : unknown;
  if (std::isinf(degrees_of_freedom)) return normal_input(std::move(name), estimate, u);
  return student_input(std::move(name), estimate, u, degrees_of_freedom);
}

double estimate(const InputQuantity& x) {
  return x.distribution == Distribution::exponential ? x.centre + x.scale : x.centre;
}

double standard_uncertainty(const InputQuantity& x) {
  const double a = x.scale;
  switch (x.distribution) {
    case Distribution::normal:
    case Distribution::student:
    case Distribution::exponential:
      return a;
    case Distribution::rectangular:
      return a / std::sqrt(3.0);
    case Distribution::triangular:
      return a / std::sqrt(6.0);
    case Distribution::trapezoidal:
      return a * std::sqrt((1.0 + x.shape * x.shape) / 6.0);
    case Distribution::curvilinear:
      return std::sqrt(a * a / 3.0 + x.shape * x.shape / 9.0);
    case Distribution::arcsine:
      return a / std::sqrt(2.0);
  }
  return unknown;
}

double correlation_of_means(std::span<const double> first, std::span<const double> second) {
  if (first.size() != second.size() || first.size() < 2) return unknown;
  const double x_mean = mean_of(first);
  const double y_mean = mean_of(second);
  double xx = 0.0;
  double yy = 0.0;
  double xy = 0.0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double x = first[i] - x_mean;
    const double y = second[i] - y_mean;
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  if (xx == 0.0 || yy == 0.0) return unknown;
  return xy / std::sqrt(xx * yy);
}

Result<void> check(const MeasurementModel& model) {
  if (!model.function) return fail(ErrorCode::invalid_argument, "the model has no function");
  if (model.inputs.empty()) return fail(ErrorCode::invalid_argument, "the model has no inputs");
  for (const InputQuantity& x : model.inputs) {
    if (const std::string what = complaint(x); !what.empty())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("the {} input {} {}", name(x.distribution), x.name, what));
  }
  for (std::size_t i = 0; i < model.correlations.size(); ++i) {
    const Correlation& r = model.correlations[i];
    const std::string which =
        fmt::format("the correlation of inputs {} and {}", r.first + 1, r.second + 1);
    if (r.first >= model.inputs.size() || r.second >= model.inputs.size() || r.first == r.second)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{}: expected two of the {}", which, model.inputs.size()));
    if (!(std::abs(r.coefficient) <= 1.0))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{} is {:.6g}, expected -1 to 1", which, r.coefficient));
    for (std::size_t j = 0; j < i; ++j) {
      const Correlation& other = model.correlations[j];
      if (std::minmax(r.first, r.second) == std::minmax(other.first, other.second))
        return fail(ErrorCode::invalid_argument, which + " is stated twice");
    }
  }
  return {};
}

}  // namespace meterrig::verdict
