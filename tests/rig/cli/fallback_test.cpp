// SPDX-License-Identifier: GPL-3.0-or-later
// Who must switch off when a source process dies, by what the bench may put out.
#include "fallback.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace meterrig;

namespace {

std::string judged(v1::Fallback fallback, double volts, Duration watchdog, double harmless = 50) {
  v1::HardwareBench bench;
  bench.set_fallback(fallback);
  bench.set_read_back_interval(1);
  safety::Limits limits;
  limits.voltage = volt(volts);
  const auto done = cli::check_fallback(bench, limits, watchdog, volt(harmless));
  return done ? "" : done.error().message;
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fallback)

BOOST_AUTO_TEST_CASE(only_a_harmless_voltage_needs_nobody_and_what_is_harmless_is_given) {
  BOOST_TEST(judged(v1::FALLBACK_NONE, 50, Duration()) == "");
  BOOST_TEST(
      says(judged(v1::FALLBACK_NONE, 51, Duration()),
           "a limit of 51 V, above extra-low voltage (50 V), and nothing that switches off"));
  BOOST_TEST(says(judged(v1::FALLBACK_NONE, 50, Duration(), 25), "extra-low voltage (25 V)"));
}

BOOST_AUTO_TEST_CASE(an_instrument_that_acts_has_a_watchdog_longer_than_the_pause_between_looks) {
  BOOST_TEST(judged(v1::FALLBACK_WATCHDOG_RELAY, 300, Duration()) == "");
  BOOST_TEST(judged(v1::FALLBACK_INSTRUMENT_TIMEOUT, 300, second(2)) == "");
  BOOST_TEST(says(judged(v1::FALLBACK_INSTRUMENT_TIMEOUT, 300, Duration()), "without a watchdog"));
  BOOST_TEST(says(judged(v1::FALLBACK_INSTRUMENT_TIMEOUT, 300, second(1)), "a watchdog of 1 s"));
}

BOOST_AUTO_TEST_SUITE_END()
