// SPDX-License-Identifier: GPL-3.0-or-later
#include "pulse_finder.h"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace meterrig;
using iio::PulseFinder;
using iio::PulseLevel;

namespace {

constexpr double low = 0.1;
constexpr double high = 3.2;

PulseLevel middle() { return {.threshold = volt(2), .hysteresis = volt(1)}; }

/// Numbers of the samples at which a pulse was found.
std::vector<std::size_t> found(PulseFinder& finder, const std::vector<double>& samples) {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (finder.next(samples[i])) numbers.push_back(i);
  return numbers;
}

std::vector<std::size_t> found(const PulseLevel& level, const std::vector<double>& samples) {
  PulseFinder finder(level);
  return found(finder, samples);
}

using Numbers = std::vector<std::size_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_pulse_finder)

BOOST_AUTO_TEST_CASE(a_pulse_begins_at_the_first_sample_above_the_threshold) {
  BOOST_TEST(found(middle(), {low, low, high, high, low, low, high}) == (Numbers{2, 6}));
  // On the threshold is not above it.
  BOOST_TEST(found(middle(), {low, 2, 2.0001}) == (Numbers{2}));
}

BOOST_AUTO_TEST_CASE(noise_within_the_hysteresis_gives_no_edge) {
  BOOST_TEST(found(middle(), {low, 2.1, 1.9, 2.1, 1.0, 2.1, 1.5}) == (Numbers{1}));
  BOOST_TEST(found(middle(), {low, 1.9, 1.1, 1.9, 0.5, 1.9}).empty());
  // Below its lower end the pulse is over.
  BOOST_TEST(found(middle(), {low, 2.1, 0.99, 2.1}) == (Numbers{1, 3}));
}

BOOST_AUTO_TEST_CASE(an_active_low_line_is_looked_at_upside_down) {
  const PulseLevel level{.threshold = volt(1), .hysteresis = volt(1), .active_low = true};
  BOOST_TEST(found(level, {high, high, low, low, high, low}) == (Numbers{2, 5}));
  // It is over above threshold and hysteresis.
  BOOST_TEST(found(level, {high, low, 1.9, low, 2.1, low}) == (Numbers{1, 5}));
}

BOOST_AUTO_TEST_CASE(a_pulse_under_way_at_the_start_is_none) {
  BOOST_TEST(found(middle(), {high, high, low, high}) == (Numbers{3}));
  // Nor is one that may have been: the line is between the two levels.
  BOOST_TEST(found(middle(), {1.5, high, low, high}) == (Numbers{3}));
}

BOOST_AUTO_TEST_CASE(edges_across_the_borders_of_blocks_are_found_once) {
  PulseFinder finder(middle());
  BOOST_TEST(found(finder, {low, low}).empty());
  BOOST_TEST(found(finder, {high, high}) == (Numbers{0}));
  BOOST_TEST(found(finder, {high, low}).empty());
  BOOST_TEST(found(finder, {high}) == (Numbers{0}));
}

BOOST_AUTO_TEST_SUITE_END()
