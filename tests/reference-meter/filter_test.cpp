// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <numbers>

#include "front_end_response.h"
#include "meterrig/reference/front_end.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

constexpr double rate = 8000;
// At harmonic 40 a period has four different samples: half a code of 31 bits, 1e-8 A of 7 A, in the
// sine and in the cosine.
constexpr double rounding = 2e-9;

// j w as the bilinear transform has it, w in radians a second.
std::complex<double> s_of(double frequency) {
  return {0, 2 * rate * std::tan(std::numbers::pi * frequency / rate)};
}

// Butterworth's polynomial by its poles, all of them.
std::complex<double> low_pass(int order, double corner, std::complex<double> s) {
  std::complex<double> response = 1;
  for (int k = 1; k <= order; ++k) {
    const auto pole = std::polar(2 * std::numbers::pi * corner,
                                 std::numbers::pi * (2 * k + order - 1) / (2 * order));
    response *= -pole / (s - pole);
  }
  return response;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(front_end_filter)

BOOST_AUTO_TEST_CASE(an_anti_alias_filter_is_butterworth_s_in_every_channel) {
  for (const int order : {1, 2, 3, 5, 8})
    for (const double corner : {1500.0, 3300.0, 20000.0})
      for (const std::int32_t harmonic : {1, 5, 40, 63}) {
        FrontEndModel model = ideal_front_end(31);
        model.anti_alias = {.order = order, .corner = hertz(corner)};
        const auto found = response_of(model, harmonic, 1600);
        const auto expected = low_pass(order, corner, s_of(50 * harmonic));
        BOOST_TEST_INFO(order << " " << corner << " Hz, harmonic " << harmonic);
        BOOST_TEST(std::abs(found.voltage[0] - expected) < rounding);
        BOOST_TEST(std::abs(found.voltage[2] - expected) < rounding);
        BOOST_TEST(std::abs(found.current[1] - expected) < rounding);
      }
}

// (pi f / rate)^2 / 3 of the analog phase, and no prewarping that would spoil it at 50 Hz.
BOOST_AUTO_TEST_CASE(a_filter_s_phase_is_the_analog_one_within_the_bound_stated) {
  for (const double corner : {2000.0, 10000.0})
    for (const std::int32_t harmonic : {1, 20, 40}) {
      FrontEndModel model = ideal_front_end(31);
      model.anti_alias = {.order = 1, .corner = hertz(corner)};
      const double f = 50 * harmonic;
      const double analog = -std::atan(f / corner);
      const double found = std::arg(response_of(model, harmonic, 1600).voltage[1]);
      const double warp = std::pow(std::numbers::pi * f / rate, 2) / 3;
      BOOST_TEST_INFO(corner << " Hz, harmonic " << harmonic);
      // tan x / x - 1 is x^2 / 3 and 30 % more at pi / 4
      BOOST_TEST(std::abs(found - analog) < 1.4 * warp * std::abs(analog) + rounding);
      BOOST_TEST(std::abs(found - analog) > 0.2 * warp * std::abs(analog) - rounding);
    }
}

BOOST_AUTO_TEST_CASE(a_divider_has_its_ratio_error_and_the_phase_of_its_time_constant) {
  FrontEndModel model = ideal_front_end(31);
  model.divider = VoltageDivider{.ratio_error = percent(0.7), .time_constant = second(12e-6)};
  for (const std::int32_t harmonic : {1, 13, 50}) {
    const auto found = response_of(model, harmonic, 1600);
    const auto expected = 1.007 / (1.0 + s_of(50 * harmonic) * 12e-6);
    BOOST_TEST(std::abs(found.voltage[1] - expected) < rounding);
    BOOST_TEST(std::abs(found.current[1] - 1.0) < rounding);
  }
  model.divider = VoltageDivider{.ratio_error = percent(-2), .time_constant = {}};
  BOOST_TEST(std::abs(response_of(model, 1, 0).voltage[2] - 0.98) < rounding);
}

BOOST_AUTO_TEST_SUITE_END()
