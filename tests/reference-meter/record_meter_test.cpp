// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/record_meter.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>

#include "meterrig/reference/second_algorithm.h"
#include "random_signal.h"
#include "record_signal.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr ChannelKind u = ChannelKind::voltage;
constexpr ChannelKind i = ChannelKind::current;

// The sums over samples are right to 6e-9 of the sum of |x| <= N rms (period_grid.h), an r.m.s.
// line is sqrt(2) / N of its sums, and a wave here is below 1.2 times its fundamental.
constexpr double line_tolerance = 1.1e-8;
// Of the fundamental, which is what counts for r.m.s., P and frequency, 2e-10 instead. The other
// lines' errors enter P and r.m.s. with their own size, a few hundredths of U I each.
constexpr double total_tolerance = 1e-9;
// The phase that a window turns by is 60 rad, of the shortest of three periods 19 rad.
constexpr double frequency_tolerance = 1e-10;

void check_channel(const ChannelReading& found, const Wave& wave, double fundamental,
                   double reference_turns, int orders, double frequency) {
  BOOST_TEST(std::abs(found.rms / wave.total_rms() - 1) < total_tolerance);
  BOOST_TEST(std::abs(found.dc - wave.dc) < total_tolerance * fundamental);
  BOOST_TEST(std::abs(found.frequency / frequency - 1) < frequency_tolerance);
  BOOST_TEST(std::abs(found.thd - wave.thd_percent()) < 100 * line_tolerance);
  BOOST_TEST(found.residual < 2e-5 * fundamental);  // root of the sums' error
  BOOST_TEST(found.missing == 0);
  BOOST_TEST_REQUIRE(found.harmonics.size() == static_cast<std::size_t>(orders));
  for (const HarmonicReading& line : found.harmonics) {
    const auto h = static_cast<std::size_t>(line.order);
    const double rms = h <= wave.rms.size() ? wave.rms[h - 1] : 0;
    BOOST_TEST(std::abs(line.rms - rms) < line_tolerance * fundamental);
    if (rms == 0) continue;
    const double angle = 360 * (wave.turns[h - 1] - static_cast<double>(h) * reference_turns);
    BOOST_TEST(std::abs(angle_error(line.angle, angle)) * std::numbers::pi / 180 * rms <
               static_cast<double>(h) * line_tolerance * fundamental);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(record_meter)

// Any rate, frequency, number of channels and length from three periods on, so that windows are not
// whole periods.
BOOST_AUTO_TEST_CASE(random_spectra_read_as_their_closed_form) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      std::uniform_real_distribution<double> uniform(0, 1);
      double frequency = 45 + 20 * uniform(random);
      const Rational rate{static_cast<std::int64_t>(std::pow(10, 3 + 2 * uniform(random))), 1};
      if (seed % 5 == 0) frequency = rate.value() / std::nearbyint(rate.value() / frequency);
      const double cycles = frequency / rate.value();
      const int orders = std::min(63, static_cast<int>(std::floor(0.45 / cycles + 1e-6)));
      const auto channels = static_cast<std::size_t>(1 + random() % 12);
      const double seconds = seed % 3 == 0 ? 0.06 + 0.15 * uniform(random) : 0.2 + uniform(random);
      const auto count = static_cast<std::size_t>(seconds * rate.value());

      RecordSettings settings = settings_of(rate, {});
      if (seed % 2 == 0) settings.nominal = hertz(frequency < 55 ? 50 : 60);
      std::vector<Wave> waves;
      Rows rows;
      for (std::size_t c = 0; c < channels; ++c) {
        settings.channels.push_back({.kind = c % 2 == 0 ? u : i, .skew = 0});
        if (c % 2 == 1) settings.pairs.push_back({.voltage = c - 1, .current = c});
        waves.push_back(random_wave(random, c % 2 == 0 ? 230 : 5, orders));
        rows.push_back(samples_of(waves.back(), cycles, count));
      }
      const RecordReading found = reading_of(settings, rows);
      BOOST_TEST(found.scans == static_cast<std::int64_t>(count));
      BOOST_TEST(std::abs(found.frequency / frequency - 1) < frequency_tolerance);
      for (std::size_t c = 0; c < channels; ++c) {
        BOOST_TEST_CONTEXT("channel " << c)
        check_channel(found.channels[c], waves[c], waves[c].rms[0], waves[0].turns[0], orders,
                      frequency);
        BOOST_TEST(found.channels[c].minimum == *std::min_element(rows[c].begin(), rows[c].end()));
        BOOST_TEST(found.channels[c].maximum == *std::max_element(rows[c].begin(), rows[c].end()));
      }
      for (std::size_t p = 0; p < settings.pairs.size(); ++p) {
        const Wave& a = waves[2 * p];
        const Wave& b = waves[2 * p + 1];
        double power = a.dc * b.dc;
        for (std::size_t h = 0; h < a.rms.size(); ++h)
          power += a.rms[h] * b.rms[h] * std::cos(2 * std::numbers::pi * (a.turns[h] - b.turns[h]));
        const double s = a.total_rms() * b.total_rms();
        const double phi = 360 * (a.turns[0] - b.turns[0]);
        const PairReading& pair = found.pairs[p];
        BOOST_TEST(std::abs(pair.p - power) < total_tolerance * s);
        BOOST_TEST(std::abs(pair.s / s - 1) < 2 * total_tolerance);
        BOOST_TEST(std::abs(pair.power_factor - power / s) < 3 * total_tolerance);
        BOOST_TEST(
            std::abs(pair.q1 - a.rms[0] * b.rms[0] * std::sin(phi * std::numbers::pi / 180)) <
            total_tolerance * s);
        BOOST_TEST(std::abs(angle_error(pair.displacement, phi)) < 1e-7);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
