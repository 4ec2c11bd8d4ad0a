// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/budget.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <utility>

using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// GUM H.1, the end gauge: standard uncertainties in nm, as the guide gives them.
std::array<Contribution, 4> end_gauge() {
  return {Contribution{"standard", 'B', Distribution::normal, 25.0, 18.0},
          Contribution{"comparison", 'A', Distribution::student, 9.7, 25.6},
          Contribution{"difference of expansion", 'B', Distribution::rectangular,
                       50.000623 * 0.1 * 0.58, 50.0},
          Contribution{"difference of temperature", 'B', Distribution::rectangular,
                       50.000623 * 11.5 * 0.029, 2.0}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(budget)

BOOST_AUTO_TEST_CASE(end_gauge_of_gum_h1_gives_the_published_figures) {
  const auto gauge = end_gauge();
  const Expanded e = expand(gauge, 0.99);
  BOOST_TEST(std::round(e.standard) == 32.0);
  BOOST_TEST(std::floor(e.effective_degrees_of_freedom) == 16.0);
  BOOST_TEST(e.coverage_factor == 2.92);
  BOOST_TEST(std::round(e.expanded) == 93.0);
  // Guide's budget in full digits: sqrt(25^2 + 9.7^2 + 2.9000361^2 + 16.675207...^2).
  const double gradient = 50.000623 * 11.5 * 0.029;
  const double expansion = 50.000623 * 0.1 * 0.58;
  BOOST_TEST(e.standard == std::sqrt(625.0 + 94.09 + expansion * expansion + gradient * gradient),
             tolerance(1e-14));
  BOOST_TEST(e.standard == 31.67911102366984, tolerance(1e-3));  // first order, all inputs
}

BOOST_AUTO_TEST_CASE(coverage_factors_are_those_of_gum_table_g2) {
  // Column 95.45 %, to two decimals.
  constexpr std::array<std::pair<double, double>, 14> table{{{1, 13.97},
                                                             {2, 4.53},
                                                             {3, 3.31},
                                                             {4, 2.87},
                                                             {5, 2.65},
                                                             {6, 2.52},
                                                             {7, 2.43},
                                                             {8, 2.37},
                                                             {9, 2.32},
                                                             {10, 2.28},
                                                             {20, 2.13},
                                                             {30, 2.09},
                                                             {50, 2.05},
                                                             {infinite, 2.00}}};
  for (const auto& [degrees, k] : table) {
    const std::array one{Contribution{"only", 'A', Distribution::student, 1.0, degrees}};
    BOOST_TEST_CONTEXT("degrees of freedom " << degrees) {
      BOOST_TEST(expand(one).coverage_factor == k);
      BOOST_TEST(expand(one).effective_degrees_of_freedom == degrees);
    }
  }
  const std::array huge{Contribution{"only", 'A', Distribution::student, 1.0, 1e15}};
  BOOST_TEST(expand(huge).coverage_factor == 2.00);
}

BOOST_AUTO_TEST_CASE(whole_degrees_of_freedom_are_not_lost_to_binary_rounding) {
  // A single contribution has its own degrees of freedom; two equal ones have twice theirs.
  for (double degrees = 1; degrees <= 500; ++degrees) {
    const std::array one{Contribution{"a", 'A', Distribution::student, 0.1, degrees}};
    BOOST_TEST(expand(one).effective_degrees_of_freedom == degrees);
    const std::array two{one[0], one[0]};
    BOOST_TEST(expand(two).effective_degrees_of_freedom == 2 * degrees);
  }
}

BOOST_AUTO_TEST_CASE(scale_of_the_unit_does_not_matter) {
  for (const double scale : {1e-120, 1.0, 1e120}) {
    std::array gauge = end_gauge();
    for (Contribution& c : gauge) c.standard_uncertainty *= scale;
    BOOST_TEST(expand(gauge).effective_degrees_of_freedom ==
                   expand(end_gauge()).effective_degrees_of_freedom,
               tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(unknown_is_never_zero) {
  BOOST_TEST(std::isnan(expand({}).expanded));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [u, degrees] :
       {std::pair{nan, infinite}, {-0.1, infinite}, {infinite, infinite}, {0.1, 0.5}, {0.1, nan}}) {
    const std::array budget{Contribution{"good", 'B', Distribution::normal, 1.0, infinite},
                            Contribution{"bad", 'B', Distribution::normal, u, degrees}};
    const Expanded e = expand(budget);
    BOOST_TEST(std::isnan(e.standard));
    BOOST_TEST(std::isnan(e.expanded));
    BOOST_TEST(std::isnan(e.coverage_factor));
  }
  const std::array good{Contribution{"good", 'B', Distribution::normal, 1.0, infinite}};
  for (const double probability : {0.0, 1.0, -1.0, nan}) {
    BOOST_TEST(std::isnan(expand(good, probability).expanded));
  }
  BOOST_TEST(std::isnan(Contribution{}.standard_uncertainty));
}

BOOST_AUTO_TEST_CASE(a_budget_of_zeros_is_zero) {
  const std::array none{rectangular("counted, not measured", 0.0)};
  const Expanded e = expand(none);
  BOOST_TEST(e.standard == 0.0);
  BOOST_TEST(e.expanded == 0.0);
  BOOST_TEST(e.coverage_factor == 2.0);
}

BOOST_AUTO_TEST_CASE(contributions_have_the_variances_of_their_distributions) {
  // Second moments by summing over the densities, not by the formulas in use.
  constexpr int n = 20000;
  double flat = 0;
  double tent = 0;
  double weight = 0;
  for (int i = 0; i < n; ++i) {
    const double x = -3.0 + 6.0 * (i + 0.5) / n;
    flat += x * x / n;
    tent += x * x * (3.0 - std::abs(x));
    weight += 3.0 - std::abs(x);
  }
  // The midpoint rule over n cells is off by about 1/n^2.
  BOOST_TEST(rectangular("r", 3.0).standard_uncertainty == std::sqrt(flat), tolerance(1e-8));
  BOOST_TEST(triangular("t", 3.0).standard_uncertainty == std::sqrt(tent / weight),
             tolerance(1e-8));
  BOOST_TEST(rectangular("r", 3.0, -2.0).standard_uncertainty ==
             2.0 * rectangular("r", 3.0).standard_uncertainty);
  BOOST_TEST(from_certificate("c", 0.05, 2.0).standard_uncertainty == 0.025);
  BOOST_TEST(std::isnan(from_certificate("c", 0.05, 0.0).standard_uncertainty));
}

BOOST_AUTO_TEST_CASE(repeatability_is_that_of_the_mean) {
  // 1, 2, 3, 4: s^2 = 5/3, of the mean 5/12.
  const std::array<double, 4> x{1, 2, 3, 4};
  const Contribution c = repeatability("spread", x);
  BOOST_TEST(c.standard_uncertainty == std::sqrt(5.0 / 12.0), tolerance(1e-15));
  BOOST_TEST(c.degrees_of_freedom == 3.0);
  BOOST_TEST(c.type == 'A');
  BOOST_TEST(std::isnan(repeatability("one", std::span(x).first(1)).standard_uncertainty));
  BOOST_TEST(std::isnan(repeatability("none", {}).standard_uncertainty));
}

BOOST_AUTO_TEST_SUITE_END()
