// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_uncertainty.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "meterrig/verdict/budget.h"
#include "meterrig/verdict/messages.h"

using namespace meterrig;

namespace {

// 0.1 % with that one line and what the law of propagation makes of it.
v1::PointResult result_of(const verdict::Contribution& line) {
  v1::PointResult result;
  result.set_point("p");
  result.set_value(0.1);
  *result.add_budget() = verdict::message_from(line);
  result.set_expanded_uncertainty(verdict::expand({&line, 1}).expanded);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulated_uncertainty)

// Of a rectangle of half-width a 95.45 % lie within 0.9545 a, where 2 u is 1.155 a. The ends of
// 4000 trials scatter by 2 a sqrt(0.0227 x 0.9773 / 4000) = 0.0047 a.
BOOST_AUTO_TEST_CASE(a_rectangular_line_is_drawn_as_one_and_differs_from_2_u) {
  v1::PointResult result = result_of(verdict::rectangular("steps", 0.04));
  campaign::simulate_uncertainty(1, result);
  BOOST_TEST_REQUIRE(result.has_simulated_uncertainty());
  const v1::SimulatedUncertainty& found = result.simulated_uncertainty();
  BOOST_TEST(std::abs(found.high() - (0.1 + 0.9545 * 0.04)) < 4 * 0.0047 * 0.04);
  BOOST_TEST(std::abs(found.low() - (0.1 - 0.9545 * 0.04)) < 4 * 0.0047 * 0.04);
  BOOST_TEST(!found.agrees());
  BOOST_TEST(campaign::simulation_disagrees(result) == "");
}

BOOST_AUTO_TEST_CASE(a_normal_line_agrees_and_what_was_changed_is_found) {
  v1::PointResult result = result_of({.name = "reference", .standard_uncertainty = 0.01});
  campaign::simulate_uncertainty(1, result);
  BOOST_TEST_REQUIRE(result.has_simulated_uncertainty());
  BOOST_TEST(result.simulated_uncertainty().agrees());
  result.mutable_simulated_uncertainty()->set_low(0);
  BOOST_TEST(campaign::simulation_disagrees(result) != "");
}

BOOST_AUTO_TEST_SUITE_END()
