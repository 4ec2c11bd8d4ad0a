// SPDX-License-Identifier: GPL-3.0-or-later
// Self-heating of a simulated device that computes from samples: gain drift times rise is the
// shift.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "shipped_inputs.h"
#include "twin_run.h"

using namespace meterrig;

namespace {

const std::string point_id = "self-heating/22.SH1/import/Imax/1";

constexpr double rise = 20;            // K
constexpr double time_constant = 600;  // s

// `drift` in %/K, of the currents.
std::string twin_with(double drift) {
  return test::twin_text(fmt::format(R"(
    voltage: [{{gain: 0 %}}, {{gain: 0 %}}, {{gain: 0 %}}]
    current: [{{gain_drift: {0} %}}, {{gain_drift: {0} %}}, {{gain_drift: {0} %}}]
    self_warming: {{rise: {1}, time_constant: {2} s}}
)",
                                     drift, rise, time_constant));
}

v1::PointResult result_of(double drift) {
  const v1::Run run =
      test::run_on_twin(test::shipped_inputs(test::shipped_suite("iec-62053-22-0.5s-influence")),
                        {point_id}, twin_with(drift));
  for (const v1::PointResult& result : run.results()) {
    if (result.point() == point_id) return result;
  }
  BOOST_FAIL("no result of " << point_id);
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(self_heating_twin)

BOOST_AUTO_TEST_CASE(what_warms_beyond_the_limit_fails_and_what_does_not_passes) {
  for (const double drift : {0.005, 0.02}) {
    const v1::PointResult result = result_of(drift);
    const double shift = drift * rise;
    // From the mean of the first 20 s to the end of an hour, six time constants.
    const double hidden = 1 - time_constant / 20 * (1 - std::exp(-20 / time_constant));
    const double wanted = shift * (1 - std::exp(-6.0) - hidden);
    // Pulses come on a grid of 1 ms: either error is known to 1 ms in 20 s.
    BOOST_TEST(std::abs(result.value() - wanted) < 2 * 100 * 0.001 / 20,
               result.value() << " % instead of " << wanted << " %");
    BOOST_TEST(result.outcome() == (shift > 0.2 ? v1::OUTCOME_FAIL : v1::OUTCOME_PASS),
               result.reason());
    BOOST_TEST(result.errors_over_time_size() > 150);
  }
}

BOOST_AUTO_TEST_SUITE_END()
