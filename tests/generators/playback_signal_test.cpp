// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "memory_recording.h"
#include "meterrig/playback/loop.h"
#include "meterrig/playback/signal.h"

using namespace meterrig;
using namespace meterrig::playback;
using meterrig::test::MemoryRecording;

namespace {

constexpr double pi = std::numbers::pi;
constexpr Rational eight_kilohertz{8000, 1};

std::vector<RecordedChannel> voltage_and_current() {
  RecordedChannel u;
  u.name = "U1";
  u.unit = "V";
  u.kind = ChannelKind::voltage;
  RecordedChannel i;
  i.name = "I1";
  i.unit = "A";
  i.kind = ChannelKind::current;
  return {u, i};
}

// 325 V with 10 % of harmonic 5, and 7 A lagging by 0.5 rad; f in hertz.
struct Steady {
  double frequency = 49.97;
  double rate = 6400;
  [[nodiscard]] double volts(double seconds) const {
    const double x = 2 * pi * frequency * seconds;
    return 325 * std::sin(x + 0.3) + 32 * std::sin(5 * x + 1);
  }
  [[nodiscard]] double amperes(double seconds) const {
    return 7 * std::sin(2 * pi * frequency * seconds - 0.2);
  }
  [[nodiscard]] std::shared_ptr<MemoryRecording> recording(std::int64_t count) const {
    return std::make_shared<MemoryRecording>(voltage_and_current(), exact_rational(rate).value(),
                                             count, [this](std::size_t c, std::int64_t n) {
                                               const double t = static_cast<double>(n) / rate;
                                               return c == 0 ? volts(t) : amperes(t);
                                             });
  }
};

PlaybackSettings first_phase(const Loop& loop, Rational rate = eight_kilohertz) {
  PlaybackSettings settings{.rate = rate, .loop = loop, .voltage = {}, .current = {}};
  settings.voltage[0].mix = {{0, 1.0}};
  settings.current[0].mix = {{1, 1.0}};
  return settings;
}

SampleBlock read(PlaybackSignal& signal, std::int64_t first, std::size_t count) {
  SampleBlock block(signal.rate(), first, count);
  BOOST_REQUIRE(signal.read(block).has_value());
  return block;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(playback_signal)

BOOST_AUTO_TEST_CASE(between_its_ends_a_loop_is_the_recorded_signal) {
  const Steady source;
  auto recording = source.recording(6400);
  const auto loop = find_loop(*recording, 0, 6400, {{0, 1.0}}, source.frequency / source.rate);
  BOOST_REQUIRE(loop.has_value());
  auto signal = PlaybackSignal::create(recording, first_phase(*loop));
  BOOST_REQUIRE(signal.has_value());
  const SampleBlock block = read(**signal, 0, 7000);
  const double start = static_cast<double>(loop->begin) / source.rate;
  for (std::size_t i = 0; i < block.count(); ++i) {
    const double t = start + static_cast<double>(i) / 8000;
    // Bound of the kernel times the sum of the peaks.
    BOOST_TEST(std::abs(block.volts(0)[i] - source.volts(t)) < 3e-7 * 357);
    BOOST_TEST(std::abs(block.amperes(0)[i] - source.amperes(t)) < 3e-7 * 7);
    BOOST_TEST(block.volts(1)[i] == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_steady_signal_goes_on_over_the_seam_in_value_and_phase) {
  for (const double frequency : {49.97, 50.0, 51.3, 59.9864}) {
    Steady source;
    source.frequency = frequency;
    auto recording = source.recording(7000);
    const auto loop = find_loop(*recording, 100, 6800, {{0, 1.0}}, frequency / source.rate);
    BOOST_REQUIRE(loop.has_value());
    // Whole cycles to what a phase from two cycles under a Hann window shows: harmonics leak by
    // less than 1e-3 of them where a cycle is no whole number of scans.
    BOOST_TEST(std::abs(loop->length_in_scans() * frequency / source.rate -
                        static_cast<double>(loop->cycles)) < 1e-4);
    auto signal = PlaybackSignal::create(recording, first_phase(*loop));
    BOOST_REQUIRE(signal.has_value());
    // Three loops: the signal of the recording, as if it had gone on, but for the loop's length
    // against whole cycles (2 pi 1e-4 of a peak each time) and the kernel.
    const auto samples = static_cast<std::size_t>(3 * loop->length_in_scans() / source.rate * 8000);
    const SampleBlock block = read(**signal, 0, samples);
    const double start = static_cast<double>(loop->begin) / source.rate;
    double worst = 0;
    for (std::size_t i = 0; i < block.count(); ++i) {
      const double t = start + static_cast<double>(i) / 8000;
      worst = std::max(worst, std::abs(block.volts(0)[i] - source.volts(t)));
    }
    BOOST_TEST(worst < 3 * 2 * pi * 1e-4 * (325 + 5 * 32));
  }
}

BOOST_AUTO_TEST_CASE(a_record_that_ends_as_another_signal_is_spliced_without_a_jump) {
  // Voltage falls to a third and current rises eightfold in the middle: a fault that stays.
  auto recording = std::make_shared<MemoryRecording>(
      voltage_and_current(), eight_kilohertz, 4000, [](std::size_t c, std::int64_t n) {
        const bool fault = n >= 2080;
        const double x = 2 * pi * 50.0 * static_cast<double>(n) / 8000;
        return c == 0 ? (fault ? 100 : 325) * std::sin(x)
                      : (fault ? 56 : 7) * std::sin(x - (fault ? 1.2 : 0.1));
      });
  const auto loop = find_loop(*recording, 0, 4000, {{0, 1.0}}, 50.0 / 8000);
  BOOST_REQUIRE(loop.has_value());
  auto signal = PlaybackSignal::create(recording, first_phase(*loop));
  BOOST_REQUIRE(signal.has_value());
  const SampleBlock block = read(**signal, 0, 12'000);
  const auto seam = static_cast<std::size_t>(loop->length_in_scans());
  const auto fade = static_cast<std::size_t>(160);
  // Bound of the header: the steeper of the two parts, and pi / (2 N) of their distance; a sine of
  // peak A changes by at most A 2 sin(pi 50 / 8000) from a sample to the next.
  const double slope = 2 * std::sin(pi * 50 / 8000);
  const double volts_bound = 325 * slope + pi / (2 * 160) * (325 - 100);
  const double amperes_bound = 56 * slope + pi / (2 * 160) * (56 + 7);
  for (std::size_t round = 1; round <= 2; ++round)
    for (std::size_t i = round * seam - 2 * fade; i < round * seam + fade; ++i) {
      BOOST_TEST(std::abs(block.volts(0)[i + 1] - block.volts(0)[i]) < volts_bound + 1e-3, i);
      BOOST_TEST(std::abs(block.amperes(0)[i + 1] - block.amperes(0)[i]) < amperes_bound + 1e-3, i);
    }
  // Without the fade it jumps: a sample before the seam is of the fault, one after it is not.
  const double before = 56 * std::sin(2 * pi * 50 * 3999.0 / 8000 - 1.2);
  BOOST_TEST(std::abs(before - 7 * std::sin(-0.1)) > 3 * amperes_bound);
}

BOOST_AUTO_TEST_CASE(every_sample_has_the_same_bits_in_whatever_order_it_is_asked_for) {
  Steady source;
  source.rate = 7678.4833984375;
  auto recording = source.recording(30'000);
  recording->rows[0][12'345] = std::numeric_limits<double>::quiet_NaN();
  recording->description_.channels[1].skew = 1.7e-5;
  const auto loop = find_loop(*recording, 0, 30'000, {{0, 1.0}}, source.frequency / source.rate);
  BOOST_REQUIRE(loop.has_value());
  auto one = PlaybackSignal::create(recording, first_phase(*loop));
  auto other = PlaybackSignal::create(recording, first_phase(*loop));
  BOOST_REQUIRE(one.has_value());
  BOOST_REQUIRE(other.has_value());
  const std::int64_t first = -5000;
  const SampleBlock all = read(**one, first, 75'000);
  for (const std::int64_t at : {70'000, 3, 31'240, -4999, 31'241, 0, 62'000}) {
    for (const std::size_t count : {std::size_t{1}, std::size_t{17}, std::size_t{2500}}) {
      if (at + static_cast<std::int64_t>(count) > 70'000) continue;
      const SampleBlock part = read(**other, at, count);
      BOOST_TEST(std::equal(part.volts(0).begin(), part.volts(0).end(),
                            all.volts(0).begin() + (at - first)));
      BOOST_TEST(std::equal(part.amperes(0).begin(), part.amperes(0).end(),
                            all.amperes(0).begin() + (at - first)));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_skew_of_a_channel_is_taken_out) {
  const Steady source;
  // The current's samples were taken 30 us late.
  auto recording = std::make_shared<MemoryRecording>(
      voltage_and_current(), Rational{6400, 1}, 6400, [&](std::size_t c, std::int64_t n) {
        const double t = static_cast<double>(n) / source.rate;
        return c == 0 ? source.volts(t) : source.amperes(t + 30e-6);
      });
  recording->description_.channels[1].skew = 30e-6;
  const auto loop = find_loop(*recording, 0, 6400, {{0, 1.0}}, source.frequency / source.rate);
  BOOST_REQUIRE(loop.has_value());
  auto signal = PlaybackSignal::create(recording, first_phase(*loop));
  BOOST_REQUIRE(signal.has_value());
  const SampleBlock block = read(**signal, 200, 1000);
  for (std::size_t i = 0; i < block.count(); ++i) {
    const double t =
        static_cast<double>(loop->begin) / source.rate + static_cast<double>(i + 200) / 8000;
    // The skew is kept to half of 2^-20 of a scan: 7e-11 s.
    BOOST_TEST(std::abs(block.amperes(0)[i] - source.amperes(t)) < 3e-7 * 7 + 7 * 314 * 7.5e-11);
  }
}

BOOST_AUTO_TEST_CASE(a_sine_beside_the_recording_keeps_to_the_loop) {
  const Steady source;
  auto recording = source.recording(6400);
  const auto loop = find_loop(*recording, 0, 6400, {{1, 1.0}}, source.frequency / source.rate);
  BOOST_REQUIRE(loop.has_value());
  PlaybackSettings settings = first_phase(*loop);
  settings.voltage[0] = {
      .mix = {}, .offset = 0, .sine = Sine{.rms = 230, .phase = turn_of(degree(30))}};
  auto signal = PlaybackSignal::create(recording, settings);
  BOOST_REQUIRE(signal.has_value());
  const SampleBlock block = read(**signal, 0, 20'000);
  const double hertz = static_cast<double>(loop->cycles) / (loop->length_in_scans() / source.rate);
  for (std::size_t i = 0; i < block.count(); ++i) {
    const double x = 2 * pi * hertz * static_cast<double>(i) / 8000 + pi / 6;
    BOOST_TEST(std::abs(block.volts(0)[i] - 230 * std::sqrt(2) * std::sin(x)) < 1e-7);
  }
}

BOOST_AUTO_TEST_CASE(channels_are_mixed_into_a_terminal) {
  const Steady source;
  auto recording = source.recording(6400);
  const auto loop = find_loop(*recording, 0, 6400, {{0, 1.0}}, source.frequency / source.rate);
  BOOST_REQUIRE(loop.has_value());
  PlaybackSettings settings = first_phase(*loop);
  settings.voltage[2] = {.mix = {{0, 0.5}, {1, -2.0}}, .offset = 12, .sine = {}};
  auto signal = PlaybackSignal::create(recording, settings);
  BOOST_REQUIRE(signal.has_value());
  const SampleBlock block = read(**signal, 0, 100);
  for (std::size_t i = 0; i < block.count(); ++i)
    BOOST_TEST(std::abs(block.volts(2)[i] -
                        (0.5 * block.volts(0)[i] - 2 * block.amperes(0)[i] + 12)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_short_recording_is_read_once) {
  const Steady source;
  auto recording = source.recording(6400);
  const auto loop = find_loop(*recording, 0, 6400, {{0, 1.0}}, source.frequency / source.rate);
  BOOST_REQUIRE(loop.has_value());
  auto signal = PlaybackSignal::create(recording, first_phase(*loop));
  BOOST_REQUIRE(signal.has_value());
  recording->reads = 0;
  read(**signal, 0, 80'000);
  BOOST_TEST(recording->reads == 1);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_played_is_refused) {
  const Steady source;
  auto recording = source.recording(6400);
  BOOST_TEST(
      bool(find_loop(*recording, 0, 200, {{0, 1.0}}, source.frequency / source.rate).error().code ==
           ErrorCode::failed_precondition));
  const auto loop = find_loop(*recording, 0, 6400, {{0, 1.0}}, source.frequency / source.rate);
  BOOST_REQUIRE(loop.has_value());
  PlaybackSettings wrong = first_phase(*loop);
  wrong.voltage[1].mix = {{2, 1.0}};
  BOOST_TEST(
      bool(PlaybackSignal::create(recording, wrong).error().code == ErrorCode::invalid_argument));
  wrong = first_phase(*loop);
  wrong.loop.length *= 2;
  BOOST_TEST(
      bool(PlaybackSignal::create(recording, wrong).error().code == ErrorCode::out_of_range));
  auto signal = PlaybackSignal::create(recording, first_phase(*loop));
  BOOST_REQUIRE(signal.has_value());
  SampleBlock block({8001, 1}, 0, 10);
  BOOST_TEST(bool((*signal)->read(block).error().code == ErrorCode::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
