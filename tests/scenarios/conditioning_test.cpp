// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

LoadResult<v1::SuiteFile> suite(const std::string& conditioning, const std::string& id) {
  return parse_suite(R"(suite:
  id: s
  title: T
  standard: std
  accuracy_class: "1"
  decision_rule: {kind: simple_acceptance}
  methods: [pulses]
  settle: 1 s
  minimum_duration: 1 s
  maximum_duration: 1 h
  conditioning: )" + conditioning +
                         R"(
  tests:
    - {id: )" + id + R"(, title: T, no_load: {row: NL}}
)",
                     "f");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(conditioning)

BOOST_AUTO_TEST_CASE(a_suite_says_what_the_meter_carries_before_its_first_point) {
  const auto loaded = suite("{duration: 2 h, current: 1 In}", "t");
  BOOST_TEST(findings_of(loaded) == "");
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(loaded->message.suite().conditioning().duration() == 7200);
  BOOST_TEST(loaded->message.suite().conditioning().has_current());
}

BOOST_AUTO_TEST_CASE(a_test_is_not_called_like_the_step) {
  BOOST_TEST(findings_of(suite("{duration: 2 h}", "warm-up")) ==
             "f:13:12: suite.tests[0].id: found 'warm-up'; expected another id: the step of the "
             "suite's conditioning is called so");
}

BOOST_AUTO_TEST_CASE(a_duration_is_a_time_within_a_day) {
  BOOST_TEST(findings_of(suite("{duration: 2 days}", "t")) != "");
  BOOST_TEST(findings_of(suite("{duration: 25 h}", "t")) != "");
  BOOST_TEST(findings_of(suite("{current: 1 In}", "t")) != "");
}

BOOST_AUTO_TEST_SUITE_END()
