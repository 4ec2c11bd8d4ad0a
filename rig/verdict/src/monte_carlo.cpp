// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/monte_carlo.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "budget_input.h"
#include "random_input.h"

namespace meterrig::verdict {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::int64_t block_trials = 10000;  // JCGM 101, 7.9.4 b

// Lower triangle of Cholesky's factor of the correlations, row by row; the unit matrix without any.
Result<std::vector<double>> correlating_factor(const MeasurementModel& model) {
  const std::size_t n = model.inputs.size();
  std::vector<double> matrix(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) matrix[i * n + i] = 1.0;
  for (const Correlation& r : model.correlations) {
    for (const std::size_t i : {r.first, r.second}) {
      const InputQuantity& x = model.inputs[i];
      if (r.coefficient != 0.0 && x.distribution != Distribution::normal)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the {} input {} is correlated; only normal ones can be drawn so",
                                name(x.distribution), x.name));
    }
    matrix[r.first * n + r.second] = r.coefficient;
    matrix[r.second * n + r.first] = r.coefficient;
  }
  constexpr double rounding = 1e-12;
  std::vector<double> factor(n * n, 0.0);
  for (std::size_t j = 0; j < n; ++j) {
    double pivot = 1.0;
    for (std::size_t k = 0; k < j; ++k) pivot -= factor[j * n + k] * factor[j * n + k];
    if (pivot < -rounding)
      return fail(ErrorCode::invalid_argument, "the correlations contradict each other");
    factor[j * n + j] = std::sqrt(std::max(0.0, pivot));
    for (std::size_t i = j + 1; i < n; ++i) {
      double rest = matrix[i * n + j];
      for (std::size_t k = 0; k < j; ++k) rest -= factor[i * n + k] * factor[j * n + k];
      if (pivot > rounding)
        factor[i * n + j] = rest / factor[j * n + j];
      else if (std::abs(rest) > rounding)
        return fail(ErrorCode::invalid_argument, "the correlations contradict each other");
    }
  }
  return factor;
}

// Results of a model, trial by trial.
class Trials {
 public:
  static Result<Trials> of(const MeasurementModel& model, std::uint64_t seed) {
    if (const Result<void> sound = check(model); !sound) return tl::unexpected(sound.error());
    auto factor = correlating_factor(model);
    if (!factor) return tl::unexpected(factor.error());
    return Trials(model, seed, *std::move(factor));
  }

  /// Appends the results of the next `count` trials.
  Result<void> run(std::int64_t count, std::vector<double>& results) {
    for (std::int64_t i = 0; i < count; ++i, ++trial_) {
      draw_inputs();
      results.push_back(model_->function(values_));
      if (!std::isfinite(results.back()))
        return fail(ErrorCode::out_of_range,
                    fmt::format("the model has the value {} in trial {}, at {:.9g}", results.back(),
                                trial_, fmt::join(values_, ", ")));
    }
    return {};
  }

 private:
  Trials(const MeasurementModel& model, std::uint64_t seed, std::vector<double> factor)
      : model_(&model),
        seed_(seed),
        factor_(std::move(factor)),
        normals_(model.inputs.size()),
        values_(model.inputs.size()) {}

  void draw_inputs() {
    const std::size_t n = values_.size();
    if (model_->correlations.empty()) {
      for (std::size_t i = 0; i < n; ++i)
        values_[i] = draw(model_->inputs[i], random_words(seed_, trial_, i));
      return;
    }
    for (std::size_t i = 0; i < n; ++i)
      normals_[i] = standard_normal(random_words(seed_, trial_, i));
    for (std::size_t i = 0; i < n; ++i) {
      const InputQuantity& x = model_->inputs[i];
      if (x.distribution != Distribution::normal) {
        values_[i] = draw(x, random_words(seed_, trial_, i));
        continue;
      }
      double z = 0.0;
      for (std::size_t k = 0; k <= i; ++k) z += factor_[i * n + k] * normals_[k];
      values_[i] = x.centre + x.scale * z;
    }
  }

  const MeasurementModel* model_;
  std::uint64_t seed_;
  std::vector<double> factor_;
  std::vector<double> normals_;
  std::vector<double> values_;
  std::uint64_t trial_ = 0;
};

std::string complaint(double probability, std::int64_t trials) {
  if (!(probability > 0.0 && probability < 1.0))
    return fmt::format("the probability is {:.6g}, expected between 0 and 1", probability);
  // 1 / (1 - p) trials would leave no result outside.
  const double least = std::ceil(2.0 / std::min(probability, 1.0 - probability));
  if (static_cast<double>(trials) < least)
    return fmt::format("{} trials, expected {:.0f} or more for a probability of {:.6g}", trials,
                       least, probability);
  return "";
}

// Mean and sum of squared deviations.
struct Moments {
  double mean;
  double squares;
};

Moments moments(std::span<const double> values) {
  Moments m{0.0, 0.0};
  for (const double y : values) m.mean += y;
  m.mean /= static_cast<double>(values.size());
  for (const double y : values) m.squares += (y - m.mean) * (y - m.mean);
  return m;
}

// Of `count` sorted results that many lie in an interval (7.7.1).
std::size_t inside(double probability, std::size_t count) {
  const auto q =
      static_cast<std::size_t>(std::floor(probability * static_cast<double>(count) + 0.5));
  return std::clamp<std::size_t>(q, 1, count - 1);
}

Interval symmetric_interval(std::span<const double> sorted, double probability) {
  const std::size_t q = inside(probability, sorted.size());
  const std::size_t r = std::max<std::size_t>(1, (sorted.size() - q + 1) / 2);  // counted from 1
  return {sorted[r - 1], sorted[std::min(r + q, sorted.size()) - 1]};
}

Interval shortest_interval(std::span<const double> sorted, double probability) {
  const std::size_t q = inside(probability, sorted.size());
  Interval best{sorted[0], sorted[q]};
  for (std::size_t r = 1; r + q < sorted.size(); ++r) {
    if (sorted[r + q] - sorted[r] < best.high - best.low) best = {sorted[r], sorted[r + q]};
  }
  return best;
}

Simulated summary(std::vector<double> results, double probability) {
  const Moments m = moments(results);
  std::sort(results.begin(), results.end());
  const auto count = static_cast<double>(results.size());
  return {.estimate = m.mean,
          .standard_uncertainty = std::sqrt(m.squares / (count - 1.0)),
          .symmetric = symmetric_interval(results, probability),
          .shortest = shortest_interval(results, probability),
          .probability = probability,
          .trials = static_cast<std::int64_t>(results.size())};
}

// Twice the standard deviation of the mean of one number over the blocks.
double twice_deviation(std::span<const double> of_blocks) {
  const auto h = static_cast<double>(of_blocks.size());
  return 2.0 * std::sqrt(moments(of_blocks).squares / (h * (h - 1.0)));
}

// What the blocks of an adaptive run came to, each number by itself.
struct Blocks {
  std::vector<double> estimate;
  std::vector<double> uncertainty;
  std::vector<double> low;
  std::vector<double> high;

  void add(const Simulated& block) {
    estimate.push_back(block.estimate);
    uncertainty.push_back(block.standard_uncertainty);
    low.push_back(block.symmetric.low);
    high.push_back(block.symmetric.high);
  }

  /// u of all results together, each block having `trials` of them.
  [[nodiscard]] double pooled_uncertainty(double trials) const {
    double squares = trials * moments(estimate).squares;
    for (const double u : uncertainty) squares += u * u * (trials - 1.0);
    return std::sqrt(squares / (trials * static_cast<double>(estimate.size()) - 1.0));
  }

  [[nodiscard]] bool stable(double tolerance) const {
    return twice_deviation(estimate) <= tolerance && twice_deviation(uncertainty) <= tolerance &&
           twice_deviation(low) <= tolerance && twice_deviation(high) <= tolerance;
  }
};

}  // namespace

double numerical_tolerance(double standard_uncertainty, int significant_digits) {
  if (!(standard_uncertainty > 0.0 && std::isfinite(standard_uncertainty)) ||
      significant_digits < 1)
    return unknown;
  // The exponent after rounding: 0.0996 has two digits as 1.0e-01.
  const std::string text = fmt::format("{:.{}e}", standard_uncertainty, significant_digits - 1);
  const int exponent = std::atoi(text.c_str() + text.find('e') + 1) - (significant_digits - 1);
  return std::strtod(fmt::format("0.5e{}", exponent).c_str(), nullptr);
}

Result<Simulated> simulate(const MeasurementModel& model, const FixedTrials& run) {
  if (const std::string what = complaint(run.probability, run.trials); !what.empty())
    return fail(ErrorCode::invalid_argument, what);
  auto trials = Trials::of(model, run.seed);
  if (!trials) return tl::unexpected(trials.error());
  std::vector<double> results;
  results.reserve(static_cast<std::size_t>(run.trials));
  if (const Result<void> ran = trials->run(run.trials, results); !ran)
    return tl::unexpected(ran.error());
  return summary(std::move(results), run.probability);
}

Result<Simulated> simulate(const MeasurementModel& model, const AdaptiveTrials& run) {
  if (const std::string what = complaint(run.probability, run.most_trials); !what.empty())
    return fail(ErrorCode::invalid_argument, what);
  if (run.significant_digits < 1 || run.significant_digits > 6 || !(run.tolerance_divisor >= 1.0))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} significant digits and a tolerance divided by {:.6g}, expected 1 "
                            "to 6 and at least 1",
                            run.significant_digits, run.tolerance_divisor));
  auto trials = Trials::of(model, run.seed);
  if (!trials) return tl::unexpected(trials.error());
  // 100 / (1 - 0.9995) is a little more than 200000 in binary.
  const double least = std::ceil(100.0 / (1.0 - run.probability) * (1.0 - 1e-9));
  const std::int64_t block = std::max(block_trials, static_cast<std::int64_t>(least));
  std::vector<double> results;
  Blocks blocks;
  double tolerance = unknown;
  while (static_cast<std::int64_t>(results.size()) + block <= run.most_trials) {
    std::vector<double> one;
    one.reserve(static_cast<std::size_t>(block));
    if (const Result<void> ran = trials->run(block, one); !ran) return tl::unexpected(ran.error());
    results.insert(results.end(), one.begin(), one.end());
    blocks.add(summary(std::move(one), run.probability));
    if (blocks.estimate.size() < 2) continue;
    const double u = blocks.pooled_uncertainty(static_cast<double>(block));
    tolerance = numerical_tolerance(u, run.significant_digits) / run.tolerance_divisor;
    // Without scatter nothing is left to settle.
    if (u == 0.0 || blocks.stable(tolerance)) return summary(std::move(results), run.probability);
  }
  return fail(ErrorCode::out_of_range,
              fmt::format("the simulation is not stable to {:.3g} after {} trials", tolerance,
                          results.size()));
}

Validation validate(double estimate, const Expanded& budget, const Simulated& simulated,
                    int significant_digits) {
  Validation result{};
  result.low_difference = std::abs(estimate - budget.expanded - simulated.symmetric.low);
  result.high_difference = std::abs(estimate + budget.expanded - simulated.symmetric.high);
  result.tolerance = numerical_tolerance(budget.standard, significant_digits);
  result.valid =
      result.low_difference <= result.tolerance && result.high_difference <= result.tolerance;
  return result;
}

Result<Expanded> expand_by_simulation(std::span<const Contribution> contributions,
                                      const FixedTrials& run) {
  MeasurementModel sum;
  sum.function = [](std::span<const double> x) {
    double total = 0.0;
    for (const double value : x) total += value;
    return total;
  };
  for (const Contribution& line : contributions) sum.inputs.push_back(input_of(line));
  const auto simulated = simulate(sum, run);
  if (!simulated) return tl::unexpected(simulated.error());
  Expanded result = expand(contributions, run.probability);
  if (result.standard == 0.0) return result;
  const double half = 0.5 * (simulated->symmetric.high - simulated->symmetric.low);
  result.coverage_factor = std::round(half / result.standard * 100.0) / 100.0;
  result.expanded = result.coverage_factor * result.standard;
  return result;
}

}  // namespace meterrig::verdict
