// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/propagation.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "worked_examples.h"

using namespace meterrig;
using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// JCGM 100 H.2: five simultaneous observations of voltage in V, current in A and phase in rad.
constexpr std::array volts{5.007, 4.994, 5.005, 4.990, 4.999};
constexpr std::array amperes{19.663e-3, 19.639e-3, 19.640e-3, 19.685e-3, 19.678e-3};
constexpr std::array phases{1.0456, 1.0438, 1.0468, 1.0428, 1.0433};

template <class Function>
MeasurementModel impedance(Function function) {
  return {{observed_input("voltage", volts), observed_input("current", amperes),
           observed_input("phase", phases)},
          {{0, 1, correlation_of_means(volts, amperes)},
           {0, 2, correlation_of_means(volts, phases)},
           {1, 2, correlation_of_means(amperes, phases)}},
          function};
}

double resistance(std::span<const double> x) { return x[0] / x[1] * std::cos(x[2]); }
double reactance(std::span<const double> x) { return x[0] / x[1] * std::sin(x[2]); }
double magnitude(std::span<const double> x) { return x[0] / x[1]; }

}  // namespace

BOOST_AUTO_TEST_SUITE(propagation)

BOOST_AUTO_TEST_CASE(end_gauge_of_gum_h1_from_its_inputs) {
  const auto gauge = propagate(end_gauge_of_the_guide());
  BOOST_REQUIRE(gauge);
  BOOST_TEST(std::round(gauge->estimate) == 838.0);  // nm above 50 mm
  BOOST_TEST(std::round(gauge->standard_uncertainty) == 32.0);
  // H.1.7: the terms of second order make it 34.
  BOOST_TEST(std::round(gauge->second_order_uncertainty) == 34.0);
  const Expanded e = expand(gauge->budget, 0.99);
  BOOST_TEST(std::floor(e.effective_degrees_of_freedom) == 16.0);
  BOOST_TEST(e.coverage_factor == 2.92);
  BOOST_TEST(std::round(e.expanded) == 93.0);
  // The sensitivities by hand: 1, 1, -ls theta, -ls dalpha = 0, -ls dtheta = 0, -ls alphas.
  BOOST_TEST(gauge->sensitivities[1] == 1.0, tolerance(1e-9));
  // A difference of lengths of 5e7 nm, known to 7e-9 nm each, over 2.9 nm.
  BOOST_TEST(gauge->sensitivities[2] == 50000623.0 * 0.1, tolerance(2e-8));
  BOOST_TEST(std::abs(gauge->sensitivities[3]) < 1e-3);
  BOOST_TEST(gauge->sensitivities[5] == -50000623.0 * 11.5e-6, tolerance(1e-9));
  BOOST_TEST(gauge->budget[1].name == "comparison");
}

BOOST_AUTO_TEST_CASE(resistance_and_reactance_of_gum_h2_are_correlated_as_published) {
  const auto r = propagate(impedance(resistance));
  const auto x = propagate(impedance(reactance));
  const auto z = propagate(impedance(magnitude));
  BOOST_REQUIRE((r && x && z));
  BOOST_TEST(correlation_of_means(volts, amperes) == -0.36, tolerance(0.02));
  BOOST_TEST(correlation_of_means(volts, phases) == 0.86, tolerance(0.01));
  BOOST_TEST(correlation_of_means(amperes, phases) == -0.65, tolerance(0.01));
  const auto rounded = [](double value, double unit) { return std::round(value / unit); };
  BOOST_TEST(rounded(r->estimate, 0.001) == 127732.0);
  BOOST_TEST(rounded(x->estimate, 0.001) == 219847.0);
  BOOST_TEST(rounded(z->estimate, 0.001) == 254260.0);
  // The guide goes on with rounded numbers: one unit of the last digit.
  BOOST_TEST(std::abs(r->standard_uncertainty - 0.071) < 0.001);
  BOOST_TEST(std::abs(x->standard_uncertainty - 0.295) < 0.001);
  BOOST_TEST(std::abs(z->standard_uncertainty - 0.236) < 0.001);
  const auto model = impedance(resistance);
  const auto correlation = [&](const Propagated& a, const Propagated& b) {
    return covariance(model.inputs, model.correlations, a.sensitivities, b.sensitivities) /
           (a.standard_uncertainty * b.standard_uncertainty);
  };
  BOOST_TEST(std::abs(correlation(*r, *x) + 0.588) < 0.004);
  BOOST_TEST(std::abs(correlation(*r, *z) + 0.485) < 0.004);
  BOOST_TEST(std::abs(correlation(*x, *z) - 0.993) < 0.001);

  // The guide's second way: the resistance of each set, and the scatter of their mean.
  std::array<double, 5> single{};
  for (std::size_t i = 0; i < single.size(); ++i)
    single[i] = resistance(std::array{volts[i], amperes[i], phases[i]});
  const Contribution scatter = repeatability("resistance", single);
  // Apart by what the model bends over the scatter of the sets, a thousandth or so of each input.
  BOOST_TEST(r->standard_uncertainty == scatter.standard_uncertainty, tolerance(5e-3));
  BOOST_REQUIRE(r->budget.size() == 1);
  BOOST_TEST(r->budget[0].name == "voltage, current, phase (correlated)");
  BOOST_TEST(r->budget[0].type == 'A');
  BOOST_TEST(r->budget[0].degrees_of_freedom == scatter.degrees_of_freedom);
  BOOST_TEST(expand(r->budget).coverage_factor == 2.87);
}

BOOST_AUTO_TEST_CASE(mass_of_jcgm101_needs_the_second_order) {
  const auto mass = propagate(mass_calibration());
  BOOST_REQUIRE(mass);
  const auto rounded = [](double value) { return std::round(value * 1e4) / 1e4; };
  BOOST_TEST(rounded(mass->estimate) == 1.2340);
  BOOST_TEST(rounded(mass->standard_uncertainty) == 0.0539);
  BOOST_TEST(rounded(mass->second_order_uncertainty) == 0.0750);
}

BOOST_AUTO_TEST_CASE(derivatives_are_those_of_the_function) {
  // x y^2 + exp(z): y^2, 2 x y, exp(z).
  const MeasurementModel model{
      {normal_input("x", 2, 0.01), normal_input("y", -3, 0.02), normal_input("z", 0.5, 0.01)},
      {},
      [](std::span<const double> v) { return v[0] * v[1] * v[1] + std::exp(v[2]); }};
  const auto found = propagate(model);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->sensitivities[0] == 9.0, tolerance(1e-10));
  BOOST_TEST(found->sensitivities[1] == -12.0, tolerance(1e-10));
  BOOST_TEST(found->sensitivities[2] == std::exp(0.5), tolerance(1e-9));
  // Second order of x y^2 and exp(z), all by hand: 1/2 f_ij^2 + f_i f_ijj, times u_i^2 u_j^2.
  const double uu = 1e-4;
  const double vv = 4e-4;
  const double e = std::exp(0.5);
  const double second = 36 * uu * vv + 0.5 * 16 * vv * vv + 9 * 2 * uu * vv + 1.5 * e * e * uu * uu;
  BOOST_TEST(found->second_order_uncertainty == std::sqrt(81 * uu + 144 * vv + e * e * uu + second),
             tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(inputs_without_uncertainty_have_a_sensitivity_and_no_share) {
  const MeasurementModel model{{normal_input("exact", 1e6, 0), normal_input("x", 2, 0.1)},
                               {},
                               [](std::span<const double> v) { return 3 * v[0] * v[1]; }};
  const auto found = propagate(model);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->sensitivities[0] == 6.0, tolerance(1e-9));
  BOOST_TEST(found->budget[0].standard_uncertainty == 0.0);
  BOOST_TEST(found->standard_uncertainty == 3e5, tolerance(1e-9));
  BOOST_TEST(found->second_order_uncertainty == 3e5, tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(fully_correlated_inputs_add_or_cancel) {
  const auto of = [](double r, double sign) {
    MeasurementModel model{
        {normal_input("a", 0, 3), normal_input("b", 0, 4), normal_input("c", 0, 12)},
        {{0, 1, r}},
        [sign](std::span<const double> v) { return v[0] + sign * v[1] + v[2]; }};
    return propagate(model).value();
  };
  BOOST_TEST(of(1, 1).standard_uncertainty == std::sqrt(49.0 + 144.0), tolerance(1e-9));
  BOOST_TEST(of(1, -1).standard_uncertainty == std::sqrt(1.0 + 144.0), tolerance(1e-9));
  BOOST_TEST(of(0, 1).standard_uncertainty == 13.0, tolerance(1e-9));
  BOOST_REQUIRE(of(1, 1).budget.size() == 2);
  BOOST_TEST(of(1, 1).budget[0].name == "a, b (correlated)");
  BOOST_TEST(of(1, 1).budget[0].standard_uncertainty == 7.0, tolerance(1e-9));
  BOOST_TEST(of(0, 1).budget.size() == 3);
  BOOST_TEST(std::isnan(of(1, 1).second_order_uncertainty));
}

BOOST_AUTO_TEST_CASE(inputs_correlated_by_way_of_another_share_a_line) {
  const MeasurementModel model{{normal_input("a", 0, 1, 9), normal_input("b", 0, 1),
                                normal_input("c", 0, 1, 4), normal_input("d", 0, 1)},
                               {{2, 3, 0.5}, {0, 2, 0.1}},
                               [](std::span<const double> v) { return v[0] + v[1] + v[2] + v[3]; }};
  const auto found = propagate(model);
  BOOST_REQUIRE((found && found->budget.size() == 2));
  BOOST_TEST(found->budget[0].name == "a, c, d (correlated)");
  BOOST_TEST(found->budget[0].degrees_of_freedom == 4.0);
  BOOST_TEST(found->budget[1].name == "b");
  BOOST_TEST(found->budget[1].degrees_of_freedom == infinite);
  BOOST_TEST(expand(found->budget).standard == found->standard_uncertainty, tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_model_that_makes_no_sense_is_refused_with_the_reason) {
  const auto identity = [](std::span<const double> v) { return v[0]; };
  const auto reason = [](const MeasurementModel& model) {
    const auto refused = propagate(model);
    BOOST_REQUIRE(!refused);
    return refused.error().message;
  };
  const InputQuantity good = normal_input("x", 1, 0.1);
  BOOST_TEST(reason({{good}, {}, {}}) == "the model has no function");
  BOOST_TEST(reason({{}, {}, identity}) == "the model has no inputs");
  BOOST_TEST(reason({{normal_input("x", 1, -0.1)}, {}, identity}) ==
             "the normal input x has no width");
  BOOST_TEST(reason({{observed_input("x", std::array{1.0})}, {}, identity}) ==
             "the student input x has no width");
  BOOST_TEST(reason({{observed_input("x", {})}, {}, identity}) ==
             "the student input x has no estimate");
  BOOST_TEST(reason({{normal_input("x", 1, 0.1, 0.5)}, {}, identity}) ==
             "the normal input x has less than one degree of freedom");
  BOOST_TEST(reason({{trapezoidal_input("x", 0, 1, 1.5)}, {}, identity}) ==
             "the trapezoidal input x has beta = 1.5, expected 0 to 1");
  BOOST_TEST(reason({{curvilinear_input("x", 0, 1, 0.6)}, {}, identity}) ==
             "the curvilinear input x has limits that are unsure by 0.6, expected 0 to 0.5");
  BOOST_TEST(reason({{certificate_input("x", 1, 0.1, 0)}, {}, identity}) ==
             "the normal input x has no width");
  BOOST_TEST(reason({{good, good}, {{0, 1, 1.5}}, identity}) ==
             "the correlation of inputs 1 and 2 is 1.5, expected -1 to 1");
  BOOST_TEST(reason({{good, good}, {{0, 2, 0.5}}, identity}) ==
             "the correlation of inputs 1 and 3: expected two of the 2");
  BOOST_TEST(reason({{good, good}, {{1, 1, 0.5}}, identity}) ==
             "the correlation of inputs 2 and 2: expected two of the 2");
  BOOST_TEST(reason({{good, good}, {{0, 1, 0.5}, {1, 0, 0.5}}, identity}) ==
             "the correlation of inputs 2 and 1 is stated twice");
  BOOST_TEST(
      reason({{normal_input("x", 0, 1)}, {}, [](std::span<const double> v) { return 1 / v[0]; }}) ==
      "the model has the value inf and the variance 25 at the estimates of its inputs");
  BOOST_TEST(std::isnan(correlation_of_means(std::array{1.0, 1.0}, std::array{1.0, 2.0})));
  BOOST_TEST(std::isnan(correlation_of_means(std::array{1.0}, std::array{1.0})));
}

BOOST_AUTO_TEST_SUITE_END()
