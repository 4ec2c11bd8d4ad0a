// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/propagation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace meterrig::verdict {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// The model about its estimates, each input in steps of its u.
struct Neighbourhood {
  const MeasurementModel& model;
  std::vector<double> centre;
  std::vector<double> step;

  /// f with input i moved by `a` steps and input j by `b`; both may be one.
  [[nodiscard]] double at(std::size_t i, double a, std::size_t j = 0, double b = 0.0) const {
    std::vector<double> x = centre;
    x[i] += a * step[i];
    x[j] += b * step[j];
    return model.function(x);
  }
};

Neighbourhood about_estimates(const MeasurementModel& model) {
  Neighbourhood f{model, {}, {}};
  for (const InputQuantity& x : model.inputs) {
    const double value = estimate(x);
    const double u = standard_uncertainty(x);
    f.centre.push_back(value);
    // An input without uncertainty has a sensitivity all the same.
    f.step.push_back(u > 0.0 ? u : 1e-4 * std::max(1.0, std::abs(value)));
  }
  return f;
}

// Richardson's extrapolation of a difference that is right to h^2 and takes a fraction h of a step.
template <class Difference>
double extrapolated(const Difference& difference) {
  return (4.0 * difference(0.5) - difference(1.0)) / 3.0;
}

// df/dx_i times a step.
double slope(const Neighbourhood& f, std::size_t i) {
  return extrapolated([&](double h) { return (f.at(i, h) - f.at(i, -h)) / (2.0 * h); });
}

// d2f/dx_i dx_j times a step of each.
double curvature(const Neighbourhood& f, std::size_t i, std::size_t j) {
  return extrapolated([&](double h) {
    if (i == j) return (f.at(i, h) - 2.0 * f.at(i, 0.0) + f.at(i, -h)) / (h * h);
    return (f.at(i, h, j, h) - f.at(i, h, j, -h) - f.at(i, -h, j, h) + f.at(i, -h, j, -h)) /
           (4.0 * h * h);
  });
}

// d3f/dx_i dx_j^2 times a step of i and two of j.
double twist(const Neighbourhood& f, std::size_t i, std::size_t j) {
  return extrapolated([&](double h) {
    const auto bend = [&](double a) {
      return f.at(i, a, j, h) - 2.0 * f.at(i, a) + f.at(i, a, j, -h);
    };
    return (bend(h) - bend(-h)) / (2.0 * h * h * h);
  });
}

double second_order_variance(const Neighbourhood& f, std::span<const InputQuantity> inputs,
                             double first_order_variance) {
  double variance = first_order_variance;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (standard_uncertainty(inputs[i]) == 0.0) continue;
    const double c = slope(f, i);
    for (std::size_t j = 0; j < inputs.size(); ++j) {
      if (standard_uncertainty(inputs[j]) == 0.0) continue;
      const double bent = curvature(f, i, j);
      variance += 0.5 * bent * bent + c * twist(f, i, j);
    }
  }
  return variance;
}

// For each input the first one that it is correlated with, also by way of others.
std::vector<std::size_t> groups_of(const MeasurementModel& model) {
  std::vector<std::size_t> group(model.inputs.size());
  std::iota(group.begin(), group.end(), std::size_t{0});
  for (const Correlation& r : model.correlations) {
    if (r.coefficient == 0.0) continue;
    const std::size_t kept = std::min(group[r.first], group[r.second]);
    const std::size_t gone = std::max(group[r.first], group[r.second]);
    std::replace(group.begin(), group.end(), gone, kept);
  }
  return group;
}

// One line of the budget for the inputs of a group.
Contribution line_of(const MeasurementModel& model, std::span<const double> sensitivities,
                     std::span<const std::size_t> group, std::size_t which) {
  std::vector<double> of_group(sensitivities.begin(), sensitivities.end());
  Contribution line;
  std::size_t members = 0;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    if (group[i] != which) {
      of_group[i] = 0.0;
      continue;
    }
    const InputQuantity& x = model.inputs[i];
    line.name += (members == 0 ? "" : ", ") + x.name;
    line.type = members == 0 || line.type == x.type ? x.type : 'B';
    line.distribution = members == 0 ? x.distribution : Distribution::normal;
    line.degrees_of_freedom = std::min(line.degrees_of_freedom, x.degrees_of_freedom);
    ++members;
  }
  if (members > 1) line.name += " (correlated)";
  const double variance = covariance(model.inputs, model.correlations, of_group, of_group);
  line.standard_uncertainty = std::sqrt(std::max(0.0, variance));
  return line;
}

}  // namespace

double covariance(std::span<const InputQuantity> inputs, std::span<const Correlation> correlations,
                  std::span<const double> of_first, std::span<const double> of_second) {
  double sum = 0.0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double u = standard_uncertainty(inputs[i]);
    sum += of_first[i] * u * of_second[i] * u;
  }
  for (const Correlation& r : correlations) {
    const double u_first = standard_uncertainty(inputs[r.first]);
    const double u_second = standard_uncertainty(inputs[r.second]);
    sum += (of_first[r.first] * of_second[r.second] + of_first[r.second] * of_second[r.first]) *
           u_first * u_second * r.coefficient;
  }
  return sum;
}

Result<Propagated> propagate(const MeasurementModel& model) {
  if (const Result<void> sound = check(model); !sound) return tl::unexpected(sound.error());
  const Neighbourhood f = about_estimates(model);
  Propagated result{};
  result.estimate = model.function(f.centre);
  result.sensitivities.reserve(model.inputs.size());
  for (std::size_t i = 0; i < model.inputs.size(); ++i)
    result.sensitivities.push_back(slope(f, i) / f.step[i]);
  const double variance =
      covariance(model.inputs, model.correlations, result.sensitivities, result.sensitivities);
  if (!std::isfinite(result.estimate) || !std::isfinite(variance))
    return fail(ErrorCode::out_of_range,
                fmt::format("the model has the value {:.6g} and the variance {:.6g} at the "
                            "estimates of its inputs",
                            result.estimate, variance));
  result.standard_uncertainty = std::sqrt(std::max(0.0, variance));
  result.second_order_uncertainty = unknown;
  if (model.correlations.empty()) {
    const double higher = second_order_variance(f, model.inputs, variance);
    if (!std::isfinite(higher))
      return fail(ErrorCode::out_of_range,
                  "the model has no value within two standard "
                  "uncertainties of the estimates of its inputs");
    result.second_order_uncertainty = std::sqrt(std::max(0.0, higher));
  }
  const std::vector<std::size_t> group = groups_of(model);
  for (std::size_t i = 0; i < group.size(); ++i)
    if (group[i] == i) result.budget.push_back(line_of(model, result.sensitivities, group, i));
  return result;
}

}  // namespace meterrig::verdict
