// SPDX-License-Identifier: GPL-3.0-or-later
#include "pulse_lines.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <vector>

#include "delay_line.h"

using namespace meterrig;
using iio_server::PulseLine;
using iio_server::PulseLines;

namespace {

constexpr Instant start{5'000'000'000};

PulseLine a_line(Duration width) {
  return {
      .output = "S0", .to = {"adc", "voltage6"}, .low = volt(0), .high = volt(1), .width = width};
}

std::vector<double> filled(PulseLines& lines, std::int64_t first, std::size_t count) {
  std::vector<double> volts(count, -1);
  lines.fill(0, first, volts);
  return volts;
}

using Volts = std::vector<double>;

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_pulse_lines)

BOOST_AUTO_TEST_CASE(a_line_is_high_from_the_first_sample_after_the_edge_for_the_width) {
  PulseLines lines({a_line(millisecond(3))});
  lines.begin(start, {1000, 1});
  const std::array pulses{Pulse{.output = "S0", .time = start + microsecond(1200)},
                          Pulse{.output = "another", .time = start + microsecond(6000)}};
  lines.take(pulses);
  BOOST_TEST(filled(lines, 0, 8) == (Volts{0, 0, 1, 1, 1, 0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(a_pulse_goes_on_in_the_next_block_and_ends_there) {
  PulseLines lines({a_line(millisecond(3))});
  lines.begin(start, {1000, 1});
  lines.take(std::array{Pulse{.output = "S0", .time = start + millisecond(2)}});
  BOOST_TEST(filled(lines, 0, 3) == (Volts{0, 0, 1}));
  BOOST_TEST(filled(lines, 3, 1) == (Volts{1}));
  BOOST_TEST(filled(lines, 4, 3) == (Volts{1, 0, 0}));
  BOOST_TEST(filled(lines, 7, 2) == (Volts{0, 0}));
}

BOOST_AUTO_TEST_CASE(samples_before_the_device_was_attached_see_a_line_at_rest) {
  PulseLines lines({a_line(millisecond(2))});
  lines.begin(start, {1000, 1});
  lines.take(std::array{Pulse{.output = "S0", .time = start}});
  BOOST_TEST(filled(lines, -2, 5) == (Volts{0, 0, 1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(a_delay_line_gives_what_was_so_many_samples_before) {
  iio_server::DelayLine delay;
  delay.begin(3);
  std::vector<double> out;
  double next = 1;
  for (const std::size_t count : {2U, 4U, 1U}) {
    SampleBlock block({1000, 1}, 0, count);
    for (double& value : block.amperes(2)) value = next++;
    const SampleBlock older = delay.pass(block);
    out.insert(out.end(), older.amperes(2).begin(), older.amperes(2).end());
  }
  BOOST_TEST(out == (Volts{0, 0, 0, 1, 2, 3, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
