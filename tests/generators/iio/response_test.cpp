// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "meterrig/iio/frequency_response.h"
#include "sine_fit.h"
#include "whole_periods.h"

using namespace meterrig;
using namespace meterrig::iio;

BOOST_AUTO_TEST_SUITE(iio_arithmetic)

BOOST_AUTO_TEST_CASE(whole_periods_are_the_fewest_samples_that_repeat) {
  BOOST_TEST((whole_periods({50, 1}, {256'000, 1}, 1, 1U << 20U) == 5120));
  BOOST_TEST((whole_periods({60, 1}, {256'000, 1}, 1, 1U << 20U) == 12'800));  // three periods
  BOOST_TEST((whole_periods({50, 1}, {1001, 20}, 4, 1U << 20U) == 4004));
  BOOST_TEST((whole_periods({4997, 100}, {32'000, 1}, 1, 1U << 20U) == std::nullopt));
  BOOST_TEST((whole_periods({50, 1}, {256'000, 1}, 1, 5119) == std::nullopt));
  // A whole number of aligned blocks, too.
  BOOST_TEST((whole_periods({50, 1}, {750, 1}, 4, 100) == 60));
}

BOOST_AUTO_TEST_CASE(a_response_is_linear_in_modulus_and_angle) {
  const auto at = [](double modulus, double degrees) {
    return std::polar(modulus, degrees * std::numbers::pi / 180);
  };
  const auto response = FrequencyResponse::create({{.frequency = hertz(50), .gain = at(1, 170)},
                                                   {.frequency = hertz(150), .gain = at(2, -170)}});
  BOOST_REQUIRE(response.has_value());
  // From 170 deg on to 190 deg, not back through 0.
  BOOST_TEST(std::abs(*response->at(hertz(100)) - at(1.5, 180)) < 1e-12);
  BOOST_TEST(std::abs(*response->at(hertz(150)) - at(2, -170)) < 1e-12);
  BOOST_TEST((response->at(hertz(49)).error().code == ErrorCode::out_of_range));
  BOOST_TEST((response->at(Frequency()).error().code == ErrorCode::out_of_range));
  BOOST_TEST((*FrequencyResponse().at(hertz(1e6)) == 1.0));
}

BOOST_AUTO_TEST_CASE(a_response_that_cannot_be_is_refused) {
  for (const std::vector<ResponsePoint>& points :
       std::vector<std::vector<ResponsePoint>>{{{.frequency = hertz(0)}},
                                               {{.frequency = hertz(50)}, {.frequency = hertz(50)}},
                                               {{.frequency = hertz(50)}, {.frequency = hertz(40)}},
                                               {{.frequency = hertz(50), .gain = 0}},
                                               {{.frequency = hertz(50), .gain = {NAN, 0}}}})
    BOOST_TEST((FrequencyResponse::create(points).error().code == ErrorCode::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_fit_finds_sines_that_do_not_fit_the_row) {
  const std::vector<double> frequencies{0.0123, 0.0615};
  std::vector<double> row;
  for (int n = 0; n < 1000; ++n)
    row.push_back(3 +
                  std::numbers::sqrt2 * 230 * std::sin(2 * std::numbers::pi * 0.0123 * n + 0.7) +
                  std::numbers::sqrt2 * 2 * std::sin(2 * std::numbers::pi * 0.0615 * n - 1.1));
  const auto phasors = fit_sines(row, frequencies);
  BOOST_TEST(std::abs(phasors.at(0) - std::polar(230.0, 0.7)) < 1e-9);
  BOOST_TEST(std::abs(phasors.at(1) - std::polar(2.0, -1.1)) < 1e-9);
}

BOOST_AUTO_TEST_SUITE_END()
