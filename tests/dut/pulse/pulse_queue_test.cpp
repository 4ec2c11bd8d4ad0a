// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/pulse/pulse_queue.h"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <thread>

namespace meterrig::pulse {
namespace {

BOOST_AUTO_TEST_SUITE(queue_of_pulses)

BOOST_AUTO_TEST_CASE(nothing_is_no_error_while_more_may_come) {
  PulseQueue queue;
  const auto taken = queue.take(second(0));
  BOOST_TEST_REQUIRE(taken.has_value());
  BOOST_TEST(taken.value().empty());
}

BOOST_AUTO_TEST_CASE(every_edge_before_the_end_is_taken_before_the_reason) {
  PulseQueue queue;
  queue.put({"S0", {1}});
  queue.end({ErrorCode::unavailable, "first"});
  queue.end({ErrorCode::internal, "second"});
  const auto taken = queue.take(second(0));
  BOOST_TEST_REQUIRE(taken.has_value());
  BOOST_TEST(taken.value().size() == 1U);
  const auto ended = queue.take(second(0));
  BOOST_TEST_REQUIRE(!ended.has_value());
  BOOST_TEST(ended.error().message == "first");
}

BOOST_AUTO_TEST_CASE(edges_of_another_thread_come_in_order_and_once) {
  constexpr std::int64_t many = 10'000;
  PulseQueue queue;
  std::thread finder([&queue] {
    for (std::int64_t i = 0; i < many; ++i) queue.put({"S0", {i}});
    queue.end({ErrorCode::unavailable, "done"});
  });
  std::int64_t next = 0;
  bool in_order = true;
  for (auto taken = queue.take(second(60)); taken; taken = queue.take(second(60))) {
    for (const Pulse& pulse : *taken) in_order = in_order && pulse.time.nanoseconds == next++;
  }
  finder.join();
  BOOST_TEST(in_order);
  BOOST_TEST(next == many);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::pulse
