// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/risk.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/owens_t.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "meterrig/verdict/decision.h"
#include "meterrig/vocabulary/noise.h"

using namespace meterrig;
using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

double phi(double x) { return cdf(boost::math::normal(), x); }

// P(X <= h, Z <= k) of two standard normal variables with correlation r, by Owen's T function
// (Owen 1956); h and k not 0.
double both_below(double h, double k, double r) {
  const double root = std::sqrt(1 - r * r);
  const double shared = h * k > 0 ? 0 : 0.5;
  return 0.5 * (phi(h) + phi(k)) - boost::math::owens_t(h, (k / h - r) / root) -
         boost::math::owens_t(k, (h / k - r) / root) - shared;
}

// The closed form: true error and result are normal with one mean and correlation s / sqrt(s^2 +
// u^2).
GlobalRisk by_owens_t(const Process& p, double u, double L, double A) {
  const double total = std::hypot(p.deviation, u);
  const double r = p.deviation / total;
  const auto rectangle = [&](double y, double e) {
    return both_below((y - p.mean) / p.deviation, (e - p.mean) / total, r);
  };
  const double conforming_accepted =
      rectangle(L, A) - rectangle(-L, A) - rectangle(L, -A) + rectangle(-L, -A);
  const double conforming = phi((L - p.mean) / p.deviation) - phi((-L - p.mean) / p.deviation);
  const double accepted = phi((A - p.mean) / total) - phi((-A - p.mean) / total);
  return {accepted - conforming_accepted, conforming - conforming_accepted};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(risk)

BOOST_AUTO_TEST_CASE(quadrature_agrees_with_the_closed_form) {
  for (const double mean : {0.1, -0.3, 0.9}) {
    for (const double deviation : {0.02, 0.3, 1.0, 5.0}) {
      for (const double u : {0.01, 0.1, 0.5}) {
        for (const double A : {0.6, 0.8, 1.0, 1.2}) {
          const Process p{mean, deviation};
          const GlobalRisk found = global_risk(p, u, 1, A);
          const GlobalRisk exact = by_owens_t(p, u, 1, A);
          BOOST_TEST_CONTEXT("mean " << mean << " deviation " << deviation << " u " << u << " A "
                                     << A) {
            // The closed form is a difference of numbers near 1.
            BOOST_TEST(std::abs(found.consumer - exact.consumer) < 1e-13);
            BOOST_TEST(std::abs(found.producer - exact.producer) < 1e-13);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(four_to_one_has_the_risks_that_calibration_laboratories_quote) {
  // Limits at two standard deviations of the devices, L = 4 U, no guard band: 0.8 % and 1.5 %.
  const GlobalRisk found = global_risk({0, 1.0 / 2}, 1.0 / 8, 1, 1);
  BOOST_TEST(std::round(1000 * found.consumer) == 8.0);
  BOOST_TEST(std::round(1000 * found.producer) == 15.0);
}

BOOST_AUTO_TEST_CASE(counted_devices_agree) {
  const Process p{0.2, 0.5};
  constexpr double u = 0.15;
  constexpr double A = 0.85;
  constexpr std::size_t devices = 2000000;
  std::vector<double> truth(devices, p.mean);
  std::vector<double> error(devices);
  add_noise({11, 0}, 0, p.deviation, truth);
  add_noise({11, 1}, 0, u, error);
  double consumer = 0;
  double producer = 0;
  for (std::size_t i = 0; i < devices; ++i) {
    const bool accepted = std::abs(truth[i] + error[i]) <= A;
    const bool conforms = std::abs(truth[i]) <= 1;
    if (accepted && !conforms) consumer += 1.0 / devices;
    if (!accepted && conforms) producer += 1.0 / devices;
  }
  const GlobalRisk found = global_risk(p, u, 1, A);
  // Five standard deviations of a count.
  BOOST_TEST(std::abs(found.consumer - consumer) < 5 * std::sqrt(consumer / devices));
  BOOST_TEST(std::abs(found.producer - producer) < 5 * std::sqrt(producer / devices));
}

BOOST_AUTO_TEST_CASE(a_small_risk_keeps_its_digits) {
  // True error in a thin process just outside: accepted with Phi(-(1.1 - 0.5) / 0.05) = Phi(-12).
  const GlobalRisk found = global_risk({1.1, 1e-6}, 0.05, 1, 0.5);
  BOOST_TEST(found.consumer == 1.776482e-33, tolerance(1e-4));
  BOOST_TEST(found.producer == 0.0);
}

BOOST_AUTO_TEST_CASE(a_wide_process_looks_like_no_knowledge) {
  // With a flat prior the share at one result is what probability_of_false_acceptance() says; over
  // all results within +-A, its integral.
  const double u = 0.1;
  const double s = 1000;
  double integral = 0;
  for (int i = 0; i < 1600; ++i) {
    const double e = -0.8 + 1.6 * (i + 0.5) / 1600;
    integral += probability_of_false_acceptance(e, u, 1) * 1.6 / 1600;
  }
  const double density = 1 / (s * std::sqrt(2 * std::acos(-1.0)));
  BOOST_TEST(global_risk({0, s}, u, 1, 0.8).consumer == density * integral, tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(without_uncertainty_or_spread_the_risk_is_none_or_plain) {
  const Process p{0.1, 0.5};
  BOOST_TEST(global_risk(p, 0, 1, 1).consumer == 0.0);
  BOOST_TEST(global_risk(p, 0, 1, 1).producer == 0.0);
  // Devices between A and L are lost to their maker.
  const double between = phi((1 - 0.1) / 0.5) - phi((0.8 - 0.1) / 0.5) + phi((-0.8 - 0.1) / 0.5) -
                         phi((-1 - 0.1) / 0.5);
  BOOST_TEST(global_risk(p, 0, 1, 0.8).producer == between, tolerance(1e-12));
  BOOST_TEST(global_risk({1.0, 0}, 0.1, 1, 1).producer == 0.5, tolerance(1e-12));
  BOOST_TEST(global_risk({1.2, 0}, 0.1, 1, 1).consumer == phi(-2), tolerance(1e-12));
  BOOST_TEST(global_risk({1.2, 0}, 0, 1, 1).consumer == 0.0);
}

BOOST_AUTO_TEST_CASE(what_is_unknown_has_no_risk_to_state) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  for (const GlobalRisk& r :
       {global_risk({unknown, 1}, 0.1, 1, 1), global_risk({0, unknown}, 0.1, 1, 1),
        global_risk({0, 1}, unknown, 1, 1), global_risk({0, 1}, 0.1, unknown, 1),
        global_risk({0, 1}, 0.1, 1, unknown), global_risk({0, 1}, -0.1, 1, 1)}) {
    BOOST_TEST(std::isnan(r.consumer));
    BOOST_TEST(std::isnan(r.producer));
  }
}

BOOST_AUTO_TEST_SUITE_END()
