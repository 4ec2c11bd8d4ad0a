// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/sequential.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace meterrig::verdict {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t most_looks = 200;
constexpr std::int64_t most_observations = 300;
// Looks that tell almost the same are taken as a little less alike, for the sake of the integral:
// the bound only rises (Slepian 1962).
constexpr double least_rise = 1.001;
// A normal distribution beyond so many standard deviations is left out: 1e-15.
constexpr double reach = 8.0;

double upper_tail(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double normal_quantile(double upper) {
  return quantile(complement(boost::math::normal_distribution<double>(), upper));
}

struct Node {
  double at;
  double weight;
};

// Gauss-Legendre nodes of an interval cut into panels no longer than `panel`.
std::vector<Node> nodes_of(double from, double to, double panel) {
  using Rule = boost::math::quadrature::gauss<double, 10>;
  const auto panels = std::max(1, static_cast<int>(std::ceil((to - from) / panel)));
  const double half = 0.5 * (to - from) / panels;
  std::vector<Node> nodes;
  nodes.reserve(static_cast<std::size_t>(panels) * 10);
  for (int p = 0; p < panels; ++p) {
    const double middle = from + (2 * p + 1) * half;
    for (std::size_t i = 0; i < Rule::abscissa().size(); ++i) {
      const double weight = half * Rule::weights()[i];
      nodes.push_back({middle - half * Rule::abscissa()[i], weight});
      nodes.push_back({middle + half * Rule::abscissa()[i], weight});
    }
  }
  return nodes;
}

double density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi); }

// The continuation region of a look.
std::pair<double, double> going_on(double bound, Sides sides) {
  return {sides == Sides::two ? std::max(-bound, -reach) : -reach, std::min(bound, reach)};
}

// Student's t with n observations as S_n / sqrt(V_n), between -sqrt(n) and sqrt(n).
double as_ratio(double t, double n) { return t * std::sqrt(n / (t * t + n - 1.0)); }

// Function on a uniform grid of at least four points, between them the cubic through the nearest
// four; its end values outside.
class Tabulated {
 public:
  template <class Function>
  Tabulated(double from, double to, std::size_t points, const Function& function)
      : from_(from), step_((to - from) / static_cast<double>(points - 1)) {
    values_.reserve(points);
    for (std::size_t i = 0; i < points; ++i)
      values_.push_back(function(from + step_ * static_cast<double>(i)));
  }

  [[nodiscard]] double operator()(double x) const {
    const auto last = static_cast<double>(values_.size() - 1);
    const double place = std::clamp((x - from_) / step_, 0.0, last);
    const double first = std::clamp(std::floor(place) - 1.0, 0.0, last - 3.0);
    const double* y = &values_[static_cast<std::size_t>(first)];
    const double t = place - first;
    return -(t - 1.0) * (t - 2.0) * (t - 3.0) / 6.0 * y[0] +
           t * (t - 2.0) * (t - 3.0) / 2.0 * y[1] - t * (t - 1.0) * (t - 3.0) / 2.0 * y[2] +
           t * (t - 1.0) * (t - 2.0) / 6.0 * y[3];
  }

 private:
  double from_;
  double step_;
  std::vector<double> values_;
};

// With fewer observations the chain has kinks that a coarse grid smears.
constexpr double few = 8.0;

// One step of the chain: the ratio z of n observations becomes z cos psi + sin psi, psi having a
// density proportional to cos^(n-1) in [-pi/2, pi/2].
class Step {
 public:
  explicit Step(double n)
      : n_(n),
        half_(std::min(std::numbers::pi / 2, 9.0 / std::sqrt(n))),
        panel_(n < 4.0   ? 0.02
               : n < few ? 0.1
                         : 2.0 / std::sqrt(n)),
        scale_(std::exp(std::lgamma(0.5 * (n + 1.0)) - std::lgamma(0.5 * n)) /
               std::sqrt(std::numbers::pi)) {
    for (const Node& node : nodes_of(-half_, half_, panel_))
      everywhere_.push_back({std::cos(node.at), std::sin(node.at),
                             node.weight * scale_ * std::pow(std::cos(node.at), n_ - 1.0)});
  }

  /// Expectation over the next ratio of 1 beyond `bound` and of `later` else.
  template <class Function>
  [[nodiscard]] double expect(double z, double bound, const Function& later) const {
    // z cos psi + sin psi = root sin(psi + atan z) exceeds the bound between two angles.
    const double root = std::sqrt(1.0 + z * z);
    if (bound >= root) return over_all(z, later);
    const double turned = std::atan(z);
    const double enter = std::asin(bound / root) - turned;
    if (enter >= half_) return over_all(z, later);
    const double leave = std::numbers::pi - std::asin(bound / root) - turned;
    const auto certain = [](double) { return 1.0; };
    return over(-half_, std::min(enter, half_), z, later) +
           over(std::max(enter, -half_), std::min(leave, half_), z, certain) +
           over(std::max(leave, -half_), half_, z, later);
  }

 private:
  struct Turned {
    double cosine;
    double sine;
    double weight;
  };

  template <class Function>
  [[nodiscard]] double over_all(double z, const Function& value) const {
    double sum = 0.0;
    for (const Turned& node : everywhere_) sum += node.weight * value(z * node.cosine + node.sine);
    return sum;
  }

  template <class Function>
  [[nodiscard]] double over(double from, double to, double z, const Function& value) const {
    if (!(to > from)) return 0.0;
    double sum = 0.0;
    for (const Node& node : nodes_of(from, to, panel_)) {
      const double cosine = std::cos(node.at);
      sum += node.weight * std::pow(cosine, n_ - 1.0) * value(z * cosine + std::sin(node.at));
    }
    return scale_ * sum;
  }

  double n_;
  double half_;
  double panel_;
  double scale_;
  std::vector<Turned> everywhere_;
};

std::vector<double> shaped(std::span<const double> information, BoundaryShape shape, double c) {
  std::vector<double> bounds;
  bounds.reserve(information.size());
  for (const double amount : information)
    bounds.push_back(shape == BoundaryShape::pocock ? c
                                                    : c * std::sqrt(information.back() / amount));
  return bounds;
}

// c at which a probability that falls with it is `risk`: between that of a single look and that of
// looks that have nothing in common.
template <class Probability>
double solve(double risk_of_a_side, std::size_t looks, const Probability& probability,
             double risk) {
  const double low = normal_quantile(risk_of_a_side);
  if (looks == 1) return low;
  const double high = normal_quantile(risk_of_a_side / static_cast<double>(looks));
  std::uintmax_t iterations = 60;
  const auto excess = [&](double c) { return probability(c) - risk; };
  // Integrals are off by 1e-9 or so: the bracket may just miss.
  const auto [below, above] = boost::math::tools::toms748_solve(
      excess, low - 1e-3, high + 1e-3, boost::math::tools::eps_tolerance<double>(28), iterations);
  return std::max(below, above);
}

std::vector<std::int64_t> looks_of(const SequentialPlan& plan) {
  std::vector<std::int64_t> looks;
  for (std::int64_t n = plan.first_look; n < plan.last_look; n += plan.step) looks.push_back(n);
  looks.push_back(plan.last_look);
  return looks;
}

std::string complaint(const SequentialPlan& plan, std::int64_t least) {
  if (plan.first_look < least || plan.last_look < plan.first_look || plan.step < 1)
    return fmt::format(
        "looks from {} to {} observations in steps of {}, expected from {} on, rising",
        plan.first_look, plan.last_look, plan.step, least);
  if ((plan.last_look - plan.first_look) / plan.step + 2 > most_looks)
    return fmt::format("looks from {} to {} observations in steps of {}, expected at most {} looks",
                       plan.first_look, plan.last_look, plan.step, most_looks);
  if (!(plan.risk > 0.0 && plan.risk < 0.5))
    return fmt::format("the risk is {:.6g}, expected between 0 and 0.5", plan.risk);
  return "";
}

}  // namespace

double crossing_probability(std::span<const double> information, std::span<const double> bounds,
                            Sides sides) {
  const double both = sides == Sides::two ? 2.0 : 1.0;
  double crossed = both * upper_tail(bounds[0]);
  std::vector<Node> nodes;
  std::vector<double> weighted;  // density of what has not crossed, times the node's weight
  for (std::size_t k = 1; k < information.size(); ++k) {
    const double root = std::sqrt(information[k]);
    const double root_before = std::sqrt(information[k - 1]);
    const double step = std::sqrt(information[k] - information[k - 1]);
    // The narrowest kernel to come, on the scale of either look.
    const auto width = [&](std::size_t j) {
      return std::sqrt((information[j] - information[j - 1]) / information[j]);
    };
    if (k == 1) {
      const auto [from, to] = going_on(bounds[0], sides);
      nodes = nodes_of(from, to, std::min(1.0, 2.0 * width(1)));
      for (const Node& v : nodes) weighted.push_back(v.weight * density(v.at));
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const double before = nodes[i].at * root_before;
      crossed += weighted[i] * upper_tail((bounds[k] * root - before) / step);
      if (sides == Sides::two)
        crossed += weighted[i] * upper_tail((bounds[k] * root + before) / step);
    }
    if (k + 1 == information.size()) break;
    const auto [from, to] = going_on(bounds[k], sides);
    const double narrow = std::min(width(k), width(k + 1));
    std::vector<Node> next = nodes_of(from, to, std::min(1.0, 2.0 * narrow));
    std::vector<double> next_weighted;
    next_weighted.reserve(next.size());
    for (const Node& z : next) {
      double sum = 0.0;
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        const double moved = (z.at * root - nodes[i].at * root_before) / step;
        if (std::abs(moved) < reach) sum += weighted[i] * density(moved);
      }
      next_weighted.push_back(z.weight * sum * root / step);
    }
    nodes = std::move(next);
    weighted = std::move(next_weighted);
  }
  return crossed;
}

double student_crossing_probability(std::span<const Look> looks) {
  constexpr double never = std::numeric_limits<double>::infinity();
  // Probability of crossing after n observations, as a function of their ratio; from behind.
  std::size_t left = looks.size();
  const auto nothing = [](double) { return 0.0; };
  Tabulated later(-1.0, 1.0, 4, nothing);
  double bound = never;
  for (std::int64_t n = looks.back().observations; n >= 1; --n) {
    const auto count = static_cast<double>(n);
    const double widest = std::min(std::sqrt(count), 9.0);
    double to = widest;
    const double next_bound = bound;
    bound = never;
    if (left > 0 && looks[left - 1].observations == n) {
      --left;
      bound = as_ratio(looks[left].factor, count);
      to = std::min(widest, bound);
    }
    if (n == looks.back().observations) continue;  // nothing is later than the last look
    const Step step(count);
    // One observation has the ratio -1 or 1.
    if (n == 1)
      return 0.5 * (step.expect(-1.0, next_bound, later) + step.expect(1.0, next_bound, later));
    const std::size_t points = count < few ? 1500 : 500;
    later =
        Tabulated(-widest, to, points, [&](double z) { return step.expect(z, next_bound, later); });
  }
  return unknown;  // not reached: the first look comes after the first observation
}

std::vector<double> sequential_bounds(std::span<const double> information, BoundaryShape shape,
                                      double risk, Sides sides) {
  const double of_a_side = sides == Sides::two ? 0.5 * risk : risk;
  const double c = solve(
      of_a_side, information.size(),
      [&](double trial) {
        return crossing_probability(information, shaped(information, shape, trial), sides);
      },
      risk);
  return shaped(information, shape, c);
}

Result<StoppingBoundary> boundary_for_known_spread(const SequentialPlan& plan, double spread,
                                                   double unaveraged) {
  if (const std::string what = complaint(plan, 1); !what.empty())
    return fail(ErrorCode::invalid_argument, what);
  if (!(spread > 0.0 && std::isfinite(spread) && unaveraged >= 0.0 && std::isfinite(unaveraged)))
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("a spread of {:.6g} beside {:.6g} that does not average, expected above "
                    "0 and at least 0",
                    spread, unaveraged));
  const std::vector<std::int64_t> looks = looks_of(plan);
  std::vector<double> information;
  information.reserve(looks.size());
  const double ratio = unaveraged / spread;
  for (const std::int64_t n : looks) {
    const double amount = 1.0 / (ratio * ratio + 1.0 / static_cast<double>(n));
    information.push_back(information.empty() ? amount
                                              : std::max(amount, least_rise * information.back()));
  }
  const std::vector<double> bounds =
      sequential_bounds(information, plan.shape, plan.risk, Sides::one);
  StoppingBoundary boundary{.looks = {}, .spread = spread, .unaveraged = unaveraged};
  boundary.looks.reserve(looks.size());
  for (std::size_t i = 0; i < looks.size(); ++i) boundary.looks.push_back({looks[i], bounds[i]});
  return boundary;
}

Result<StoppingBoundary> boundary_for_estimated_spread(const SequentialPlan& plan) {
  if (const std::string what = complaint(plan, 2); !what.empty())
    return fail(ErrorCode::invalid_argument, what);
  if (plan.last_look > most_observations)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} observations, expected at most {} with an estimated spread",
                            plan.last_look, most_observations));
  const std::vector<std::int64_t> looks = looks_of(plan);
  std::vector<double> information(looks.begin(), looks.end());
  const auto with = [&](double c) {
    const std::vector<double> bounds = shaped(information, plan.shape, c);
    std::vector<Look> result;
    result.reserve(looks.size());
    for (std::size_t i = 0; i < looks.size(); ++i) {
      const boost::math::students_t_distribution<double> student(information[i] - 1.0);
      result.push_back({looks[i], quantile(complement(student, upper_tail(bounds[i])))});
    }
    return result;
  };
  const double c = solve(
      plan.risk, looks.size(),
      [&](double trial) { return student_crossing_probability(with(trial)); }, plan.risk);
  return StoppingBoundary{.looks = with(c), .spread = std::nullopt};
}

SequentialTest::SequentialTest(StoppingBoundary boundary, double limit)
    : boundary_(std::move(boundary)), limit_(limit) {}

double SequentialTest::standard_uncertainty() const {
  const auto n = static_cast<double>(count_);
  if (boundary_.spread) {
    if (count_ < 1) return unknown;
    const double spread = *boundary_.spread;
    return std::sqrt(boundary_.unaveraged * boundary_.unaveraged + spread * spread / n);
  }
  if (count_ < 2) return unknown;
  return std::sqrt(squares_ / ((n - 1.0) * n));
}

SequentialOutcome SequentialTest::observe(double error) {
  if (outcome_ != SequentialOutcome::go_on || boundary_.looks.empty()) return outcome_;
  ++count_;
  const double deviation = error - mean_;
  mean_ += deviation / static_cast<double>(count_);
  squares_ += deviation * (error - mean_);
  const Look& look = boundary_.looks[next_look_];
  if (count_ < look.observations) return outcome_;
  ++next_look_;
  const double guard = look.factor * standard_uncertainty();
  if (std::abs(mean_) + guard <= limit_)
    outcome_ = SequentialOutcome::accept;
  else if (std::abs(mean_) - guard > limit_)
    outcome_ = SequentialOutcome::reject;
  else if (next_look_ == boundary_.looks.size())
    outcome_ = SequentialOutcome::undecided;
  return outcome_;
}

}  // namespace meterrig::verdict
