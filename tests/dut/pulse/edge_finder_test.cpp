// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/pulse/edge_finder.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

using namespace meterrig;
using meterrig::pulse::EdgeFinder;

namespace {

constexpr std::int64_t microseconds = 1000;  // in nanoseconds

Instant at(double seconds) { return {std::llround(seconds * 1e9)}; }

// Level of a line with pulses of `width` that begin at `edges`.
bool level_at(const std::vector<Instant>& edges, Duration width, Instant time) {
  return std::any_of(edges.begin(), edges.end(),
                     [&](Instant edge) { return edge <= time && time < edge + width; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(edge_finder)

BOOST_AUTO_TEST_CASE(every_pulse_is_found_once_within_the_bound_that_is_told) {
  constexpr unsigned seed = 4;
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> pause(0.061, 0.4);
  std::vector<Instant> edges;
  double time = 0.1;
  for (int i = 0; i < 200; ++i, time += pause(random)) edges.push_back(at(time));

  EdgeFinder finder({.width = millisecond(30)});
  std::uniform_int_distribution<std::int64_t> step(20 * microseconds, 900 * microseconds);
  std::vector<Instant> found;
  for (Instant now = {}; now < at(time); now.nanoseconds += step(random)) {
    const auto edge = finder.look(now, level_at(edges, millisecond(30), now));
    BOOST_REQUIRE(edge.has_value());
    if (*edge) found.push_back(edge->value_or(Instant{}));
  }
  BOOST_REQUIRE(found.size() == edges.size());
  double square = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double error = (found[i] - edges[i]).in(second);
    BOOST_TEST(std::abs(error) <= std::sqrt(3.0) * finder.standard_uncertainty().in(second) + 1e-9);
    square += error * error;
  }
  // The r.m.s. error is below the standard uncertainty, which is that of the widest gap.
  BOOST_TEST(std::sqrt(square / 200) < finder.standard_uncertainty().in(second));
  BOOST_TEST(finder.standard_uncertainty().in(second) <= 450e-6 / std::sqrt(3.0));
}

BOOST_AUTO_TEST_CASE(a_bouncing_contact_is_one_pulse) {
  EdgeFinder finder({.width = millisecond(30)});
  int edges = 0;
  for (int i = 0; i < 1000; ++i) {
    const double time = 1e-4 * i;
    const bool pulse = time >= 0.02 && time < 0.05;
    const bool bounce = (time >= 0.02 && time < 0.023) || (time >= 0.05 && time < 0.053);
    const auto edge = finder.look(at(time), bounce ? i % 2 == 0 : pulse);
    BOOST_REQUIRE(edge.has_value());
    if (!*edge) continue;
    ++edges;
    BOOST_TEST(std::abs((edge->value_or(Instant{}) - at(0.0215)).in(second)) < 0.002);
  }
  BOOST_TEST(edges == 1);
}

BOOST_AUTO_TEST_CASE(a_pulse_under_way_at_the_start_is_not_counted_and_low_can_be_active) {
  EdgeFinder finder({.width = millisecond(10), .active_low = true});
  std::vector<Instant> found;
  for (int i = 0; i < 400; ++i) {
    const double time = 1e-4 * i;
    const bool pulse = time < 0.005 || (time >= 0.02 && time < 0.03);
    const auto edge = finder.look(at(time), !pulse);
    BOOST_REQUIRE(edge.has_value());
    if (*edge) found.push_back(edge->value_or(Instant{}));
  }
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(std::abs((found[0] - at(0.02)).in(second)) < 1.01e-4);
}

BOOST_AUTO_TEST_CASE(a_machine_too_busy_to_look_is_an_error_and_not_a_missing_pulse) {
  EdgeFinder finder({.width = millisecond(30)});
  BOOST_REQUIRE(finder.look(at(0), false).has_value());
  BOOST_REQUIRE(finder.look(at(0.0149), false).has_value());
  const auto late = finder.look(at(0.0301), false);
  BOOST_REQUIRE(!late.has_value());
  BOOST_TEST((late.error().code == ErrorCode::aborted));
  BOOST_TEST(late.error().message.find("15.2 ms") != std::string::npos, late.error().message);
}

BOOST_AUTO_TEST_SUITE_END()
