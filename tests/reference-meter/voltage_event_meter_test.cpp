// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/voltage_event_meter.h"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <numbers>

#include "record_signal.h"
#include "tones.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

// Three voltages of 230 V; their level at a time.
using Level = std::function<double(std::size_t phase, double seconds)>;

SampleBlock voltages(double frequency, Rational rate, double seconds, const Level& level) {
  SampleBlock block(rate, 500, static_cast<std::size_t>(seconds * rate.value()));
  for (std::size_t n = 0; n < block.count(); ++n)
    for (std::size_t p = 0; p < phase_count; ++p) {
      const double t = static_cast<double>(n) / rate.value();
      block.volts(p)[n] =
          230 * std::sqrt(2.0) * level(p, t) *
          std::sin(2 * std::numbers::pi * (frequency * t - static_cast<double>(p) / 3));
    }
  return block;
}

struct Found {
  std::vector<EventReading> events;
  std::vector<HalfCycleReading> half_cycles;
};

Found found_in(const SampleBlock& block, double nominal, const VoltageEventSettings& settings,
               const std::vector<std::size_t>& pieces = {1000}) {
  auto meter = VoltageEventMeter::create(block.rate, hertz(nominal), settings);
  BOOST_TEST_REQUIRE(meter.has_value());
  std::size_t done = 0;
  for (std::size_t k = 0; done < block.count(); ++k) {
    const std::size_t count = std::min(pieces[k % pieces.size()], block.count() - done);
    BOOST_TEST_REQUIRE(meter->feed(part_of(block, done, count)).has_value());
    done += count;
  }
  return {.events = meter->take_events(), .half_cycles = meter->take_half_cycles()};
}

VoltageEventSettings of_phase_one() {
  VoltageEventSettings settings;
  settings.reference_voltage = 230;
  settings.watched = {true, false, false};
  return settings;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(voltage_event_meter)

// To 40 % at a zero crossing for ten cycles. A cycle over an edge reads sqrt((1 + 0.16) / 2) =
// 76.16 %. A sample counts for the time around it, which at the edges takes (pi / n)^2 / n = 1e-6
// of the square at n = 200, and over the whole of a half cycle cut in it as much.
BOOST_AUTO_TEST_CASE(half_cycles_and_a_dip_read_as_worked_out_by_hand) {
  const SampleBlock block = voltages(50, {10000, 1}, 2, [](std::size_t, double t) {
    return t >= 0.7 - 1e-9 && t < 0.9 - 1e-9 ? 0.4 : 1.0;
  });
  const Found found = found_in(block, 50, of_phase_one());
  int between = 0;
  for (const HalfCycleReading& value : found.half_cycles) {
    const double middle = std::round(value.seconds * 100) / 100;
    BOOST_TEST(std::abs(value.seconds - middle) < 1e-6);
    const double expected = middle > 0.705 && middle < 0.895   ? 40
                            : middle < 0.695 || middle > 0.905 ? 100
                                                               : 100 * std::sqrt(0.58);
    between += expected > 41 && expected < 99 ? 1 : 0;
    BOOST_TEST(std::abs(value.rms / 2.3 - expected) < 2e-3);
  }
  BOOST_TEST(between == 2);
  BOOST_TEST_REQUIRE(found.events.size() == 1);
  BOOST_TEST((found.events[0].kind == EventKind::dip));
  BOOST_TEST(std::abs(found.events[0].start - 0.7) < 1e-6);
  BOOST_TEST(std::abs(found.events[0].duration - 10.5 * 0.02) < 1e-6);
  BOOST_TEST(std::abs(found.events[0].extreme - 92) < 2e-3);
}

// RecordMeter cuts windows by the frequency of each and fits them whole; here fundamentals are
// those of the stretch before. A value is of the same cycle but for what they differ in, and an
// event begins and ends with the same half cycle or its neighbour.
BOOST_AUTO_TEST_CASE(events_are_those_of_the_record_meter) {
  const std::vector<Level> levels = {
      [](std::size_t p, double t) { return p == 1 && t > 1.513 && t < 1.66 ? 0.55 : 1.0; },
      [](std::size_t p, double t) { return p != 2 && t > 1.5 && t < 1.8 ? 1.25 : 1.0; },
      [](std::size_t p, double t) { return t > 1.2 && t < (p == 0 ? 1.9 : 2.4) ? 0.01 : 1.0; },
      [](std::size_t, double t) { return t < 0.3 ? 0.3 : 1.0; }};
  for (const auto& [nominal, frequency] :
       {std::pair{50.0, 49.3}, {50.0, 50.7}, {60.0, 59.4}, {60.0, 60.6}})
    for (const Level& level : levels)
      for (const bool sliding : {false, true}) {
        BOOST_TEST_CONTEXT(frequency << " Hz, level " << &level - levels.data()) {
          const SampleBlock block = voltages(frequency, {8000, 1}, 3, level);
          VoltageEventSettings settings;
          if (!sliding) settings.reference_voltage = 230;
          RecordSettings other = settings_of({8000, 1}, std::vector(3, ChannelKind::voltage));
          other.events = settings.limits;
          other.reference_voltage = settings.reference_voltage;
          other.nominal = hertz(nominal);
          Rows rows;
          for (std::size_t p = 0; p < 3; ++p)
            rows.emplace_back(block.volts(p).begin(), block.volts(p).end());
          const std::vector<EventReading> expected = reading_of(other, rows).events;
          std::vector<EventReading> events = found_in(block, nominal, settings).events;
          std::stable_sort(
              events.begin(), events.end(),
              [](const EventReading& a, const EventReading& b) { return a.start < b.start; });
          BOOST_TEST_REQUIRE(events.size() == expected.size());
          BOOST_TEST(!events.empty());
          for (std::size_t k = 0; k < events.size(); ++k) {
            BOOST_TEST((events[k].kind == expected[k].kind));
            BOOST_TEST(events[k].channels == expected[k].channels);
            BOOST_TEST(std::abs(events[k].start - expected[k].start) * frequency < 0.51);
            BOOST_TEST(std::abs(events[k].duration - expected[k].duration) * frequency < 1.02);
            BOOST_TEST(std::abs(events[k].extreme - expected[k].extreme) < 0.05);
          }
        }
      }
}

BOOST_AUTO_TEST_CASE(results_have_the_same_bits_however_the_samples_are_cut) {
  const SampleBlock block = voltages(50.2, {6400, 1}, 3, [](std::size_t p, double t) {
    return t > 1.5 && t < 1.7 + 0.1 * static_cast<double>(p) ? 0.5 : 1.0;
  });
  const auto bits = [&](const std::vector<std::size_t>& pieces) {
    const Found found = found_in(block, 50, {}, pieces);
    std::vector<std::uint64_t> result;
    for (const HalfCycleReading& value : found.half_cycles)
      for (const double x : {value.seconds, value.rms})
        result.push_back(std::bit_cast<std::uint64_t>(x));
    for (const EventReading& event : found.events)
      for (const double x : {event.start, event.duration, event.extreme, event.reference})
        result.push_back(std::bit_cast<std::uint64_t>(x));
    return result;
  };
  const auto whole = bits({block.count()});
  BOOST_TEST(whole.size() > 1000);
  for (const std::vector<std::size_t>& pieces :
       {std::vector<std::size_t>{1}, {7, 1, 1000}, {1280}, {64}})
    BOOST_TEST((bits(pieces) == whole));
}

BOOST_AUTO_TEST_CASE(an_overlap_is_known_once_its_time_is) {
  const SampleBlock block = voltages(50, {8000, 1}, 3, [](std::size_t p, double t) {
    return p == 2 && t > 1.5 && t < 1.7 ? 0.7 : 1.0;
  });
  VoltageEventSettings settings;
  settings.reference_voltage = 230;
  auto meter = VoltageEventMeter::create(block.rate, hertz(50), settings);
  BOOST_TEST_REQUIRE(meter.has_value());
  BOOST_TEST(meter->known_until() < 0);
  BOOST_TEST_REQUIRE(meter->feed(part_of(block, 0, 12800)).has_value());  // 1.6 s: it is open
  BOOST_TEST(meter->known_until() > 1.6 - 0.031);
  BOOST_TEST(!meter->overlaps(1.2, 1.4));
  BOOST_TEST(meter->overlaps(1.4, 1.55));
  BOOST_TEST_REQUIRE(meter->feed(part_of(block, 12800, 11200)).has_value());
  BOOST_TEST(meter->overlaps(1.65, 1.8));
  BOOST_TEST(!meter->overlaps(1.8, 2.0));
  BOOST_TEST(meter->take_events().size() == 1);
  BOOST_TEST(meter->take_events().empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_watched_is_refused) {
  const auto code = [](Rational rate, double nominal, const VoltageEventSettings& settings) {
    const auto meter = VoltageEventMeter::create(rate, hertz(nominal), settings);
    BOOST_TEST_REQUIRE(!meter.has_value());
    return meter.error().code;
  };
  BOOST_TEST((code({0, 1}, 50, {}) == ErrorCode::invalid_argument));
  BOOST_TEST((code({8000, 1}, 55, {}) == ErrorCode::invalid_argument));
  BOOST_TEST((code({399, 1}, 50, {}) == ErrorCode::out_of_range));
  VoltageEventSettings settings;
  settings.watched = {};
  BOOST_TEST((code({8000, 1}, 50, settings) == ErrorCode::invalid_argument));
  settings = {};
  settings.reference_voltage = 0;
  BOOST_TEST((code({8000, 1}, 50, settings) == ErrorCode::invalid_argument));

  auto meter = VoltageEventMeter::create({8000, 1}, hertz(50), {});
  BOOST_TEST_REQUIRE(meter.has_value());
  BOOST_TEST(meter->feed(SampleBlock({8000, 1}, 5, 100)).has_value());
  BOOST_TEST((meter->feed(SampleBlock({8000, 1}, 106, 100)).error().code ==
              ErrorCode::failed_precondition));
  BOOST_TEST(
      (meter->feed(SampleBlock({8001, 1}, 105, 100)).error().code == ErrorCode::invalid_argument));
  SampleBlock infinite({8000, 1}, 105, 100);
  infinite.volts(1)[7] = std::numeric_limits<double>::infinity();
  BOOST_TEST((meter->feed(infinite).error().code == ErrorCode::invalid_argument));
  BOOST_TEST(meter->feed(SampleBlock({8000, 1}, 105, 100)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
