// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/exit_status.h"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace meterrig;
using namespace meterrig::verdict;

namespace {

int status(std::initializer_list<PointOutcome> points) {
  return exit_status(std::vector<PointOutcome>(points));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exit_statuses)

BOOST_AUTO_TEST_CASE(each_outcome_alone_has_its_status) {
  BOOST_TEST(status({{Outcome::pass}}) == 0);
  BOOST_TEST(status({{Outcome::fail}}) == 1);
  BOOST_TEST(status({{Outcome::conditional_fail}}) == 1);
  BOOST_TEST(status({{Outcome::not_valid}}) == 3);
  BOOST_TEST(status({{Outcome::conditional_pass}}) == 4);
  BOOST_TEST(status({{Outcome::manual}}) == 4);
  BOOST_TEST(status({{Outcome::not_run}}) == 4);
}

BOOST_AUTO_TEST_CASE(the_gravest_outcome_decides_whatever_its_place) {
  const PointOutcome pass{Outcome::pass};
  BOOST_TEST(status({pass, {Outcome::manual}, {Outcome::not_valid}, {Outcome::fail}, pass}) == 1);
  BOOST_TEST(status({{Outcome::fail}, {Outcome::not_valid}, {Outcome::manual}, pass}) == 1);
  BOOST_TEST(status({pass, {Outcome::not_valid}, {Outcome::not_run}}) == 3);
  BOOST_TEST(status({pass, {Outcome::conditional_pass}, pass}) == 4);
}

BOOST_AUTO_TEST_CASE(a_point_left_out_on_request_does_not_count) {
  const PointOutcome left_out{Outcome::not_run, true};
  BOOST_TEST(status({{Outcome::pass}, left_out}) == 0);
  BOOST_TEST(status({left_out, {Outcome::fail}}) == 1);
  // `explained` is about points not run only.
  BOOST_TEST(status({{Outcome::fail, true}}) == 1);
}

BOOST_AUTO_TEST_CASE(a_run_that_proved_nothing_is_no_success) {
  BOOST_TEST(status({}) == 4);
  BOOST_TEST(status({{Outcome::not_run, true}}) == 4);
}

BOOST_AUTO_TEST_SUITE_END()
