// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/monte_carlo.h"

#include <array>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>

#include "meterrig/verdict/propagation.h"
#include "worked_examples.h"

using namespace meterrig;
using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

double sum(std::span<const double> x) {
  double total = 0;
  for (const double value : x) total += value;
  return total;
}

Simulated million(const MeasurementModel& model, double probability = 0.95) {
  return simulate(model, FixedTrials{.probability = probability, .trials = 1000000}).value();
}

// Five standard deviations of a share p of n trials.
double share_bound(double p, double n) { return 5 * std::sqrt(p * (1 - p) / n); }

// A single input against its cumulative distribution and its moments.
template <class Cumulative>
void check_distribution(const InputQuantity& input, double mean, double deviation,
                        Cumulative cumulative) {
  BOOST_TEST_CONTEXT(name(input.distribution)) {
    constexpr double n = 400000;
    for (const double p : {0.5, 0.9, 0.99}) {
      const auto found =
          simulate({{input}, {}, sum}, FixedTrials{.seed = 7, .probability = p, .trials = 400000});
      BOOST_REQUIRE(found);
      const double tail = (1 - p) / 2;
      BOOST_TEST(std::abs(cumulative(found->symmetric.low) - tail) < share_bound(tail, n));
      BOOST_TEST(std::abs(cumulative(found->symmetric.high) - (1 - tail)) < share_bound(tail, n));
      const double covered = cumulative(found->shortest.high) - cumulative(found->shortest.low);
      BOOST_TEST(std::abs(covered - p) < 3 * share_bound(p, n));
      BOOST_TEST(found->shortest.high - found->shortest.low <=
                 found->symmetric.high - found->symmetric.low);
      BOOST_TEST(std::abs(found->estimate - mean) < 5 * deviation / std::sqrt(n));
      BOOST_TEST(found->standard_uncertainty == deviation, tolerance(0.01));
    }
    BOOST_TEST(estimate(input) == mean, tolerance(1e-12));
  }
}

// The interval of an example of JCGM 101 and how sure its last digit is.
void check_interval(const Interval& found, Interval published, double within) {
  BOOST_TEST(std::abs(found.low - published.low) <= within);
  BOOST_TEST(std::abs(found.high - published.high) <= within);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(monte_carlo)

BOOST_AUTO_TEST_CASE(bounded_inputs_have_their_distribution) {
  check_distribution(rectangular_input("x", 1, 5), 3, 2 / std::sqrt(3.0),
                     [](double x) { return (x - 1) / 4; });
  check_distribution(triangular_input("x", -1, 1), 0, 1 / std::sqrt(6.0), [](double x) {
    return x < 0 ? (1 + x) * (1 + x) / 2 : 1 - (1 - x) * (1 - x) / 2;
  });
  check_distribution(trapezoidal_input("x", -1, 1, 0.5), 0, std::sqrt(1.25 / 6), [](double x) {
    const auto tail = [](double y) { return y * y / 1.5; };  // y from the foot, at most 1/2
    if (std::abs(x) <= 0.5) return 0.5 + x / 1.5;
    return x < 0 ? tail(1 + x) : 1 - tail(1 - x);
  });
  // A rectangular one with each half-width from 0.6 to 1.4, by summing over them.
  check_distribution(curvilinear_input("x", -1, 1, 0.4), 0, std::sqrt(1.0 / 3 + 0.16 / 9),
                     [](double x) {
                       double share = 0;
                       for (int i = 0; i < 1000; ++i) {
                         const double a = 0.6 + 0.8 * (i + 0.5) / 1000;
                         share += std::clamp((x + a) / (2 * a), 0.0, 1.0) / 1000;
                       }
                       return share;
                     });
  check_distribution(arcsine_input("x", -2, 2), 0, std::sqrt(2.0),
                     [](double x) { return 0.5 + std::asin(x / 2) / std::numbers::pi; });
}

BOOST_AUTO_TEST_CASE(unbounded_inputs_have_their_distribution) {
  const boost::math::normal normal;
  check_distribution(normal_input("x", 10, 2), 10, 2,
                     [&](double x) { return cdf(normal, (x - 10) / 2); });
  check_distribution(exponential_input("x", 3), 3, 3,
                     [](double x) { return 1 - std::exp(-x / 3); });
  for (const double degrees : {5.5, 18.0, 200.0, 1e6}) {
    const boost::math::students_t student(degrees);
    check_distribution(student_input("x", -1, 0.5, degrees), -1,
                       0.5 * std::sqrt(degrees / (degrees - 2)),
                       [&](double x) { return cdf(student, (x + 1) / 0.5); });
  }
  check_distribution(student_input("x", 0, 1, infinite), 0, 1,
                     [&](double x) { return cdf(normal, x); });
}

BOOST_AUTO_TEST_CASE(few_degrees_of_freedom_have_the_tails_of_students_distribution) {
  // No variance to compare, but the quantiles.
  for (const double degrees : {1.0, 2.0, 2.5}) {
    const boost::math::students_t student(degrees);
    const auto found = million({{student_input("x", 0, 1, degrees)}, {}, sum}, 0.9545);
    const double tail = (1 - 0.9545) / 2;
    BOOST_TEST(std::abs(cdf(student, found.symmetric.low) - tail) < share_bound(tail, 1e6));
    BOOST_TEST(std::abs(cdf(student, -found.symmetric.high) - tail) < share_bound(tail, 1e6));
  }
}

BOOST_AUTO_TEST_CASE(standard_uncertainties_are_those_of_the_distributions) {
  BOOST_TEST(standard_uncertainty(trapezoidal_input("x", 0, 2, 1)) ==
                 standard_uncertainty(rectangular_input("x", 0, 2)),
             tolerance(1e-15));
  BOOST_TEST(standard_uncertainty(trapezoidal_input("x", 0, 2, 0)) ==
                 standard_uncertainty(triangular_input("x", 0, 2)),
             tolerance(1e-15));
  BOOST_TEST(standard_uncertainty(certificate_input("x", 0, 0.05, 2)) == 0.025);
  BOOST_TEST((certificate_input("x", 0, 0.05, 2, 9).distribution == Distribution::student));
  const auto observed = observed_input("x", std::array{1.0, 2.0, 3.0, 4.0});
  BOOST_TEST(estimate(observed) == 2.5);
  BOOST_TEST(standard_uncertainty(observed) == std::sqrt(5.0 / 12.0), tolerance(1e-15));
  BOOST_TEST(arcsine("ripple", 3.0, -2.0).standard_uncertainty == std::sqrt(18.0),
             tolerance(1e-15));
}

// JCGM 101:2008, 9.2: the sum of four.
BOOST_AUTO_TEST_CASE(sum_of_normal_inputs_validates_the_budget) {
  MeasurementModel model;
  for (const char* name : {"1", "2", "3", "4"}) model.inputs.push_back(normal_input(name, 0, 1));
  model.function = sum;
  const auto budget = propagate(model).value();
  const auto u = expand(budget.budget, 0.95);
  BOOST_TEST(u.expanded == 3.92, tolerance(1e-9));
  const auto found = million(model);
  BOOST_TEST(found.standard_uncertainty == 2.0, tolerance(0.003));
  check_interval(found.symmetric, {-3.92, 3.92}, 0.02);
  const Validation v = validate(budget.estimate, u, found, 2);
  BOOST_TEST(v.tolerance == 0.05);
  BOOST_TEST(v.valid);
}

BOOST_AUTO_TEST_CASE(sum_of_rectangular_inputs_is_narrower_than_the_budget) {
  const double a = std::sqrt(3.0);
  MeasurementModel model;
  for (int i = 0; i < 4; ++i) model.inputs.push_back(rectangular_input("x", -a, a));
  model.function = sum;
  const auto found = million(model);
  // Exact: t^4 / 24 of the sum of four uniform numbers is 0.025 at t = 0.6^(1/4).
  const double exact = 2 * a * (2 - std::pow(0.6, 0.25));
  BOOST_TEST(exact == 3.88, tolerance(1e-3));
  check_interval(found.symmetric, {-exact, exact}, 0.02);
  const auto budget = propagate(model).value();
  const Validation v = validate(budget.estimate, expand(budget.budget, 0.95), found, 2);
  BOOST_TEST(std::abs(v.low_difference - 0.04) < 0.02);
  BOOST_TEST(v.valid);
}

BOOST_AUTO_TEST_CASE(sum_with_one_dominating_rectangular_input_does_not_validate_the_budget) {
  const double a = std::sqrt(3.0);
  MeasurementModel model;
  for (int i = 0; i < 3; ++i) model.inputs.push_back(rectangular_input("x", -a, a));
  model.inputs.push_back(rectangular_input("x", -10 * a, 10 * a));
  model.function = sum;
  const auto found = million(model);
  BOOST_TEST(std::round(found.standard_uncertainty * 10) / 10 == 10.1);
  check_interval(found.symmetric, {-17.0, 17.0}, 0.05);
  const auto budget = propagate(model).value();
  const auto u = expand(budget.budget, 0.95);
  BOOST_TEST(std::round(u.expanded * 10) / 10 == 19.9);
  const Validation v = validate(budget.estimate, u, found, 2);
  BOOST_TEST(v.tolerance == 0.5);
  BOOST_TEST(!v.valid);
  // The budget's own lines, by their distributions.
  const auto mended = expand_by_simulation(budget.budget, FixedTrials{.trials = 1000000});
  BOOST_REQUIRE(mended);
  BOOST_TEST(mended->expanded == 17.0, tolerance(0.005));
  BOOST_TEST(mended->standard == u.standard);
}

// JCGM 101:2008, 9.3, table 6.
BOOST_AUTO_TEST_CASE(mass_calibration_has_the_published_figures) {
  const auto found = million(mass_calibration());
  BOOST_TEST(std::abs(found.estimate - 1.2341) < 0.0003);
  BOOST_TEST(std::abs(found.standard_uncertainty - 0.0754) < 0.0003);
  check_interval(found.shortest, {1.0834, 1.3825}, 0.0015);
  BOOST_TEST(found.shortest.high - found.shortest.low == 1.3825 - 1.0834, tolerance(0.003));
  const auto budget = propagate(mass_calibration()).value();
  const auto first = expand(budget.budget, 0.95);
  BOOST_TEST(std::abs(budget.estimate - first.expanded - 1.1285) < 1e-4);
  BOOST_TEST(std::abs(budget.estimate + first.expanded - 1.3395) < 1e-4);
  const Validation v = validate(budget.estimate, first, found, 1);
  BOOST_TEST(v.tolerance == 0.005);
  BOOST_TEST(std::abs(v.low_difference - 0.0451) < 0.0015);
  BOOST_TEST(std::abs(v.high_difference - 0.0430) < 0.0015);
  BOOST_TEST(!v.valid);
  // With the terms of second order the budget is valid.
  const double U = 1.96 * budget.second_order_uncertainty;
  BOOST_TEST(
      validate(budget.estimate, {budget.second_order_uncertainty, 1.96, U, infinite}, found, 1)
          .valid);
}

// JCGM 101:2008, 9.4, in 1e-6: x1^2 + x2^2, u = 0.005 each, the second estimate 0.
BOOST_AUTO_TEST_CASE(comparison_loss_has_the_published_figures) {
  struct Published {
    double x1;
    double correlation;
    double estimate;
    double uncertainty;
    Interval shortest;
  };
  constexpr std::array table{Published{0.000, 0.0, 50, 50, {0, 150}},
                             Published{0.010, 0.0, 150, 112, {0, 367}},
                             Published{0.050, 0.0, 2551, 502, {1590, 3543}},
                             Published{0.000, 0.9, 50, 67, {0, 185}},
                             Published{0.010, 0.9, 150, 121, {13, 398}},
                             Published{0.050, 0.9, 2551, 505, {1628, 3555}}};
  for (const Published& row : table) {
    BOOST_TEST_CONTEXT("x1 = " << row.x1 << ", r = " << row.correlation) {
      MeasurementModel model{
          {normal_input("real", row.x1, 0.005), normal_input("imaginary", 0, 0.005)},
          {{0, 1, row.correlation}},
          [](std::span<const double> x) { return 1e6 * (x[0] * x[0] + x[1] * x[1]); }};
      const auto found = million(model);
      BOOST_TEST(std::abs(found.estimate - row.estimate) < 1.5);
      BOOST_TEST(std::abs(found.standard_uncertainty - row.uncertainty) < 1.0);
      // The shortest interval lies in a flat minimum: its place is known less well than its width.
      BOOST_TEST(found.shortest.high - found.shortest.low == row.shortest.high - row.shortest.low,
                 tolerance(0.005));
      check_interval(found.shortest, row.shortest, 0.04 * row.uncertainty);
      if (row.correlation == 0) {
        // The square of a normal variable about x1, plus one about 0: noncentral chi squared.
        const double scale = 25;  // 1e6 u^2
        const boost::math::non_central_chi_squared exact(2, 1e6 * row.x1 * row.x1 / scale);
        check_interval(found.symmetric,
                       {scale * quantile(exact, 0.025), scale * quantile(exact, 0.975)},
                       0.01 * row.uncertainty);
      }
    }
  }
  // Where the estimates are 0 the law of propagation finds nothing.
  MeasurementModel flat{{normal_input("real", 0, 0.005), normal_input("imaginary", 0, 0.005)},
                        {},
                        [](std::span<const double> x) { return x[0] * x[0] + x[1] * x[1]; }};
  BOOST_TEST(propagate(flat)->standard_uncertainty < 1e-12);
  BOOST_TEST(propagate(flat)->second_order_uncertainty == 50e-6, tolerance(1e-9));
}

// JCGM 101:2008, 9.5, and the guide's H.1.
BOOST_AUTO_TEST_CASE(end_gauge_has_the_published_figures) {
  const auto found = million(end_gauge_of_the_supplement(), 0.99);
  BOOST_TEST(std::round(found.estimate) == 838.0);
  BOOST_TEST(std::round(found.standard_uncertainty) == 36.0);
  check_interval(found.symmetric, {745, 932}, 1);
  check_interval(found.shortest, {745, 932}, 2);
  // The guide's budget, 838 +- 93, is good to one digit of u: d = 0 and 1, delta = 5.
  const auto gauge = propagate(end_gauge_of_the_guide()).value();
  const Validation v = validate(gauge.estimate, expand(gauge.budget, 0.99), found, 1);
  BOOST_TEST(v.tolerance == 5.0);
  BOOST_TEST(v.valid);
}

BOOST_AUTO_TEST_CASE(end_gauge_agrees_with_a_simulation_that_someone_else_ran) {
  const auto path = std::filesystem::path(METERRIG_SOURCE) / "../shared/vectors/gum-h1.json";
  std::ifstream file(path);
  if (!file) {
    std::cout << "SKIPPED: there is no " << path.string() << '\n';
    return;
  }
  const auto vectors = nlohmann::json::parse(file);
  const auto& theirs = vectors.at("monte_carlo_jcgm101").at("computed");
  const auto found = million(end_gauge_of_the_supplement(), theirs.at("p").get<double>());
  // Five standard deviations of a million draws.
  BOOST_TEST(std::abs(found.estimate - theirs.at("mean").get<double>()) < 5 * 36e-3);
  BOOST_TEST(found.standard_uncertainty == theirs.at("std").get<double>(), tolerance(0.005));
  check_interval(found.symmetric,
                 {theirs.at("sym").at(0).get<double>(), theirs.at("sym").at(1).get<double>()}, 0.8);
  const auto gauge = propagate(end_gauge_of_the_guide()).value();
  BOOST_TEST(
      gauge.standard_uncertainty == vectors.at("computed_first_order").at("u_nm").get<double>(),
      tolerance(1e-3));
  const Expanded e = expand(gauge.budget, 0.99);
  const auto& published = vectors.at("published");
  BOOST_TEST(std::floor(e.effective_degrees_of_freedom) == published.at("nu_eff").get<double>());
  BOOST_TEST(e.coverage_factor == published.at("k99").get<double>());
  BOOST_TEST(std::round(e.expanded) == published.at("U99_nm").get<double>());
}

BOOST_AUTO_TEST_CASE(a_seed_gives_the_same_bits_everywhere) {
  const auto found =
      simulate(end_gauge_of_the_supplement(), FixedTrials{.seed = 5, .trials = 1000});
  BOOST_REQUIRE(found);
  BOOST_TEST(found->symmetric.low == 766.31325712800026);
  BOOST_TEST(found->symmetric.high == 908.69949556142092);
  const auto other =
      simulate(end_gauge_of_the_supplement(), FixedTrials{.seed = 6, .trials = 1000});
  BOOST_TEST(other->symmetric.low != found->symmetric.low);
}

BOOST_AUTO_TEST_CASE(an_adaptive_run_stops_when_its_figures_are_stable) {
  MeasurementModel model;
  for (const char* name : {"1", "2", "3", "4"}) model.inputs.push_back(normal_input(name, 0, 1));
  model.function = sum;
  std::int64_t before = 0;
  for (const double divisor : {1.0, 2.0, 5.0}) {
    const auto found = simulate(model, AdaptiveTrials{.tolerance_divisor = divisor});
    BOOST_REQUIRE(found);
    BOOST_TEST(found->trials % 10000 == 0);
    BOOST_TEST(found->trials > before);
    before = found->trials;
    check_interval(found->symmetric, {-3.92, 3.92}, 0.05 / divisor * 2);
    // The same draws as a fixed run of that many.
    const auto fixed = simulate(model, FixedTrials{.trials = found->trials});
    BOOST_TEST(fixed->symmetric.low == found->symmetric.low);
    BOOST_TEST(fixed->estimate == found->estimate);
  }
  // A quantile of a normal distribution needs about (2 * 2.67 * 2 / 0.05)^2 trials.
  const auto one = simulate(model, AdaptiveTrials{});
  BOOST_TEST(one->trials > 15000);
  BOOST_TEST(one->trials < 140000);
  const auto refused =
      simulate(model, AdaptiveTrials{.significant_digits = 4, .most_trials = 100000});
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == ErrorCode::out_of_range));
  BOOST_TEST(refused.error().message ==
             "the simulation is not stable to 0.0005 after 100000 trials");
}

BOOST_AUTO_TEST_CASE(a_probability_near_one_takes_larger_blocks) {
  const MeasurementModel model{{normal_input("x", 0, 1)}, {}, sum};
  const auto found =
      simulate(model, AdaptiveTrials{.probability = 0.9995, .significant_digits = 1});
  BOOST_REQUIRE(found);
  BOOST_TEST(found->trials % 200000 == 0);
}

BOOST_AUTO_TEST_CASE(a_result_without_scatter_is_stable_at_once) {
  const MeasurementModel model{{normal_input("x", 2, 0)}, {}, sum};
  const auto found = simulate(model, AdaptiveTrials{});
  BOOST_REQUIRE(found);
  BOOST_TEST(found->trials == 20000);
  BOOST_TEST(found->symmetric.low == 2.0);
  BOOST_TEST(found->symmetric.high == 2.0);
  BOOST_TEST(found->standard_uncertainty == 0.0);
}

BOOST_AUTO_TEST_CASE(correlated_normal_inputs_have_their_covariance) {
  // u^2 of a + 2 b - c: 1 + 4 + 1 + 2 (2 0.5 - 2 (-0.25) - 0.3)
  const MeasurementModel model{
      {normal_input("a", 1, 1), normal_input("b", 2, 1), rectangular_input("d", -1, 1),
       normal_input("c", 3, 1)},
      {{0, 1, 0.5}, {1, 3, -0.25}, {3, 0, 0.3}},
      [](std::span<const double> x) { return x[0] + 2 * x[1] - x[3] + 0 * x[2]; }};
  const double exact = std::sqrt(6 + 2 * (2 * 0.5 + 2 * 0.25 - 0.3));
  const auto found = million(model);
  BOOST_TEST(found.standard_uncertainty == exact, tolerance(0.004));
  BOOST_TEST(found.estimate == 2.0, tolerance(0.01));
  BOOST_TEST(propagate(model)->standard_uncertainty == exact, tolerance(1e-9));
  // Wholly correlated ones move together.
  const auto rigid = million({{normal_input("a", 0, 1), normal_input("b", 0, 1)},
                              {{0, 1, 1.0}},
                              [](std::span<const double> x) { return x[0] - x[1]; }});
  BOOST_TEST(rigid.standard_uncertainty == 0.0);
}

BOOST_AUTO_TEST_CASE(the_tolerance_is_half_a_unit_of_the_last_digit_that_counts) {
  BOOST_TEST(numerical_tolerance(0.00035, 2) == 0.5e-5);
  BOOST_TEST(numerical_tolerance(0.00035, 1) == 0.5e-4);
  BOOST_TEST(numerical_tolerance(32, 2) == 0.5);
  BOOST_TEST(numerical_tolerance(32, 1) == 5.0);
  BOOST_TEST(numerical_tolerance(0.0996, 2) == 0.005);  // reads 0.10
  BOOST_TEST(std::isnan(numerical_tolerance(0, 2)));
  BOOST_TEST(std::isnan(numerical_tolerance(infinite, 2)));
  BOOST_TEST(std::isnan(numerical_tolerance(1, 0)));
}

BOOST_AUTO_TEST_CASE(what_is_unknown_validates_nothing) {
  const auto found = simulate({{normal_input("x", 0, 1)}, {}, sum}, FixedTrials{.trials = 1000});
  BOOST_REQUIRE(found);
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(!validate(unknown, {1, 2, 2, infinite}, *found, 2).valid);
  BOOST_TEST(!validate(0, {unknown, unknown, unknown, unknown}, *found, 2).valid);
}

BOOST_AUTO_TEST_CASE(a_run_that_makes_no_sense_is_refused_with_the_reason) {
  const InputQuantity x = normal_input("x", 0, 1);
  const auto reason = [](const MeasurementModel& model, const FixedTrials& run) {
    const auto refused = simulate(model, run);
    BOOST_REQUIRE(!refused);
    return refused.error().message;
  };
  const MeasurementModel good{{x}, {}, sum};
  BOOST_TEST(reason(good, {.probability = 1}) == "the probability is 1, expected between 0 and 1");
  BOOST_TEST(reason(good, {.trials = 39}) ==
             "39 trials, expected 40 or more for a probability of 0.95");
  BOOST_TEST(reason({{x}, {}, {}}, {}) == "the model has no function");
  BOOST_TEST(reason({{x, rectangular_input("y", 0, 1)}, {{0, 1, 0.5}}, sum}, {}) ==
             "the rectangular input y is correlated; only normal ones can be drawn so");
  BOOST_TEST(reason({{x, x, x}, {{0, 1, 0.9}, {1, 2, 0.9}, {0, 2, -0.9}}, sum}, {}) ==
             "the correlations contradict each other");
  BOOST_TEST(reason({{x, x, x}, {{0, 1, 1}, {1, 2, 0.9}, {0, 2, -0.9}}, sum}, {}) ==
             "the correlations contradict each other");
  const auto holed =
      reason({{x}, {}, [](std::span<const double> v) { return std::sqrt(v[0]); }}, {});
  BOOST_TEST(holed.starts_with("the model has the value "));
  BOOST_TEST(holed.find("nan in trial ") != std::string::npos);
  BOOST_TEST(!simulate(good, AdaptiveTrials{.significant_digits = 0}));
  BOOST_TEST(!simulate(good, AdaptiveTrials{.tolerance_divisor = 0.5}));
  BOOST_TEST(!simulate(good, AdaptiveTrials{.probability = 0}));
}

BOOST_AUTO_TEST_SUITE_END()
