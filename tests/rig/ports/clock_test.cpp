// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/clock.h"

#include <boost/test/unit_test.hpp>

using namespace meterrig;
using namespace meterrig::ports;

BOOST_AUTO_TEST_SUITE(clock_of_the_rig)

BOOST_AUTO_TEST_CASE(virtual_time_moves_only_when_told_to) {
  VirtualClock clock;
  BOOST_TEST(clock.now().nanoseconds == 0);
  clock.advance(minute(40));
  BOOST_TEST(clock.now().nanoseconds == 2'400'000'000'000);
  clock.sleep_until({3'000'000'000'000});
  BOOST_TEST(clock.now().nanoseconds == 3'000'000'000'000);
  clock.sleep_until({1});
  BOOST_TEST(clock.now().nanoseconds == 3'000'000'000'000);
}

BOOST_AUTO_TEST_CASE(monotonic_time_does_not_go_back_and_a_past_time_is_not_waited_for) {
  MonotonicClock clock;
  const Instant before = clock.now();
  clock.sleep_until({0});
  clock.sleep_until(before);
  clock.sleep_until(clock.now() + microsecond(50));
  BOOST_TEST((clock.now() - before).in(microsecond) >= 50.0);
}

BOOST_AUTO_TEST_SUITE_END()
