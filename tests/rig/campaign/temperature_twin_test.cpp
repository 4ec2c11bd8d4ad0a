// SPDX-License-Identifier: GPL-3.0-or-later
// The temperature coefficient of a simulated device in a chamber is the drift of its gain.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "shipped_inputs.h"
#include "twin_run.h"

using namespace meterrig;

namespace {

// `drift` in %/K, of the currents.
std::string twin_with(double drift) {
  return test::twin_text(fmt::format(R"(
    voltage: [{{gain: 0 %}}, {{gain: 0 %}}, {{gain: 0 %}}]
    current: [{{gain_drift: {0} %}}, {{gain_drift: {0} %}}, {{gain_drift: {0} %}}]
)",
                                     drift));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(temperature_twin)

BOOST_AUTO_TEST_CASE(a_drift_of_the_gain_is_the_coefficient) {
  campaign::Inputs inputs =
      test::shipped_inputs(test::shipped_suite("iec-62053-22-0.5s-influence"));
  inputs.bench.message.mutable_bench()->mutable_simulated()->set_chamber(true);
  for (const double drift : {0.02, 0.05}) {
    const v1::Run run = test::run_on_twin(inputs, {"22.TC1"}, twin_with(drift));
    int coefficients = 0;
    for (const v1::PointResult& result : run.results()) {
      if (result.unit() != "%/K" || !result.has_value()) continue;
      ++coefficients;
      // Pulses come on a grid of 1 ms: either error is known to 1 ms in 10 s, over 18 K.
      BOOST_TEST(std::abs(result.value() - drift) < 2 * 100 * 0.001 / 10 / 18,
                 result.point() << ": " << result.value());
      BOOST_TEST(result.outcome() == (drift > 0.03 ? v1::OUTCOME_FAIL : v1::OUTCOME_PASS),
                 result.point() << ": " << result.reason());
    }
    BOOST_TEST(coefficients == 4);
  }
}

BOOST_AUTO_TEST_SUITE_END()
