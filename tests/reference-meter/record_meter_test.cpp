// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/record_meter.h"

#include <Eigen/Dense>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "meterrig/reference/second_algorithm.h"
#include "random_signal.h"
#include "record_signal.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();
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
        double square = 0;
        for (const double value : rows[c]) square += value * value;
        BOOST_TEST(
            std::abs(found.channels[c].sample_rms / std::sqrt(square / static_cast<double>(count)) -
                     1) < 1e-12);
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

namespace {

// Every number of a reading, so that two can be compared bit by bit.
std::vector<std::uint64_t> bits_of(const RecordReading& reading) {
  std::vector<std::uint64_t> bits;
  const auto put = [&](auto... values) {
    (bits.push_back(std::bit_cast<std::uint64_t>(static_cast<double>(values))), ...);
  };
  put(reading.frequency, reading.scans);
  for (const ChannelReading& c : reading.channels) {
    put(c.rms, c.dc, c.frequency, c.thd, c.minimum, c.maximum, c.residual, c.missing);
    for (const HarmonicReading& line : c.harmonics) put(line.rms, line.angle);
  }
  for (const PairReading& p : reading.pairs) put(p.p, p.q1, p.s, p.power_factor, p.displacement);
  for (const EventReading& e : reading.events)
    put(e.start, e.duration, e.extreme, e.reference, e.channels.size(), e.open_end);
  return bits;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_reading_has_the_same_bits_however_its_rows_are_cut) {
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal(0, 1);
  Rows rows;
  for (const double rms : {230.0, 231.0, 5.0}) {
    rows.push_back(samples_of(random_wave(random, rms, 40), 49.9 / 6400, 9000));
    for (std::size_t n = 0; n < rows.back().size(); ++n) {
      rows.back()[n] += 0.01 * rms * normal(random);
      if (rms > 100 && n > 3000 && n < 4000) rows.back()[n] *= 0.3;  // a dip
    }
  }
  rows[0][777] = absent;
  rows[2][5000] = absent;
  RecordSettings settings = settings_of({6400, 1}, {u, u, i});
  settings.pairs = {{.voltage = 0, .current = 2}};
  settings.events = EventLimits{.dip = 0.9, .swell = 1.1, .interruption = 0.05, .hysteresis = 0.02};
  const RecordReading whole = reading_of(settings, rows);
  BOOST_TEST(whole.events.size() == 1);
  for (const std::vector<std::size_t>& pieces :
       {std::vector<std::size_t>{1}, {7, 1, 1000}, {1280}, {2560}, {0, 4097}, {8999, 1}})
    BOOST_TEST((bits_of(reading_of(settings, rows, pieces)) == bits_of(whole)));
}

BOOST_AUTO_TEST_CASE(powers_agree_with_the_second_algorithm_on_noisy_blocks) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      std::uniform_int_distribution<std::int64_t> millihertz(45000, 65000);
      SignalRecipe recipe = random_recipe(random, *make_rational(millihertz(random), 1000), 60);
      for (std::size_t p = 0; p < phase_count; ++p) {
        recipe.voltage.at(p).noise_rms = volt(2.3);
        recipe.current.at(p).noise_rms = ampere(0.05);
      }
      const SampleBlock block = samples_of(recipe, {9000, 1}, 0, 2100);  // one window
      RecordSettings settings = settings_of({9000, 1}, {u, u, u, i, i, i});
      settings.pairs = {
          {.voltage = 0, .current = 3}, {.voltage = 1, .current = 4}, {.voltage = 2, .current = 5}};
      Rows rows;
      for (std::size_t p = 0; p < 3; ++p)
        rows.emplace_back(block.volts(p).begin(), block.volts(p).end());
      for (std::size_t p = 0; p < 3; ++p)
        rows.emplace_back(block.amperes(p).begin(), block.amperes(p).end());
      const RecordReading found = reading_of(settings, rows);
      const auto other = measure_by_fit(block, hertz(found.frequency));
      BOOST_TEST_REQUIRE(other.has_value());
      // The same fit, solved another way. P holds the mean product of the residuals besides, at
      // most their r.m.s. values' product.
      for (std::size_t p = 0; p < phase_count; ++p) {
        const double s = found.pairs[p].s;
        const double rest = found.channels[p].residual * found.channels[p + 3].residual;
        BOOST_TEST(std::abs(found.pairs[p].q1 - other->q1.at(p).in(var)) < 1e-9 * s);
        BOOST_TEST(std::abs(found.pairs[p].p - other->p.at(p).in(watt)) < 1e-9 * s + rest);
        // Per degree of freedom there, of all samples here; 2.5e-5 of the wave is the sums' error.
        const double freedom = (2100.0 - 2 * 60 - 1 - 6) / 2100;
        BOOST_TEST(
            found.channels[p].residual == other->voltage_residual.at(p).in(volt)*std::sqrt(freedom),
            boost::test_tools::tolerance(0.003));
      }
    }
  }
}

// Least squares without any structure: a matrix of sines and cosines, solved by Householder's QR.
BOOST_AUTO_TEST_CASE(lines_of_a_noisy_window_are_those_of_a_dense_least_squares_fit) {
  for (const std::size_t count : {410U, 1600U, 2777U}) {
    std::mt19937_64 random(count);
    std::normal_distribution<double> normal(0, 10);
    std::vector<double> row = samples_of(random_wave(random, 230, 30), 50.3 / 8000, count);
    for (double& value : row) value += normal(random);
    const RecordReading found = reading_of(settings_of({8000, 1}, {u}), {row});
    const auto& lines = found.channels[0].harmonics;
    const auto orders = static_cast<Eigen::Index>(lines.size());
    BOOST_TEST_REQUIRE(orders == 63);
    const auto n = static_cast<Eigen::Index>(count);
    Eigen::MatrixXd basis(n, 2 * orders + 1);
    for (Eigen::Index k = 0; k < n; ++k) {
      basis(k, 0) = 1;
      for (Eigen::Index h = 1; h <= orders; ++h) {
        const double angle = 2 * std::numbers::pi * found.frequency / 8000 *
                             static_cast<double>(h) * static_cast<double>(k);
        basis(k, 2 * h - 1) = std::cos(angle);
        basis(k, 2 * h) = std::sin(angle);
      }
    }
    const Eigen::VectorXd x =
        basis.householderQr().solve(Eigen::Map<const Eigen::VectorXd>(row.data(), n));
    const double residual =
        std::sqrt((Eigen::Map<const Eigen::VectorXd>(row.data(), n) - basis * x).squaredNorm() /
                  static_cast<double>(count));
    BOOST_TEST(std::abs(found.channels[0].dc - x[0]) < 230 * line_tolerance);
    BOOST_TEST(found.channels[0].residual == residual, boost::test_tools::tolerance(1e-6));
    for (Eigen::Index h = 1; h <= orders; ++h)
      BOOST_TEST(std::abs(lines[static_cast<std::size_t>(h - 1)].rms -
                          std::hypot(x[2 * h - 1], x[2 * h]) / std::sqrt(2.0)) <
                 230 * line_tolerance);
  }
}

// A change of 0.1 Hz/s turns the phase by pi R t^2 = 0.003 rad at the ends of a window; a fit at
// one frequency sees it as a residual of 0.003 / sqrt(45 / 4) of the wave, 1e-3, and its amplitude
// falls by the mean of half the square, 1e-6.
BOOST_AUTO_TEST_CASE(a_frequency_that_rises_is_followed) {
  const double rate = 6400;
  const double seconds = 8;
  const auto count = static_cast<std::size_t>(rate * seconds);
  std::mt19937_64 random(5);
  const Wave voltage = random_wave(random, 230, 20);
  const Wave current = random_wave(random, 5, 20);
  Rows rows(2, std::vector<double>(count));
  for (std::size_t n = 0; n < count; ++n) {
    const double t = static_cast<double>(n) / rate;
    const Turn turn = turn_of_part(49.6 * t + 0.5 * 0.1 * t * t);
    rows[0][n] = voltage.at(turn);
    rows[1][n] = current.at(turn);
  }
  const RecordReading found = reading_of(settings_of({6400, 1}, {u, i}), rows);
  // The first and the last half window count with the frequency at their window's middle, off by
  // R / 4 times its length: together at most R / 8 (0.4^2 - 0.2^2) / 8 s.
  BOOST_TEST(std::abs(found.frequency - 50.0) < 2e-4);
  BOOST_TEST(std::abs(found.channels[1].frequency - 50.0) < 2e-4);
  BOOST_TEST(std::abs(found.channels[0].rms / voltage.total_rms() - 1) < 1e-5);
  BOOST_TEST(std::abs(found.channels[0].harmonics[0].rms / voltage.rms[0] - 1) < 2e-6);
  BOOST_TEST(std::abs(found.channels[0].thd - voltage.thd_percent()) < 0.01);
  BOOST_TEST(std::abs(angle_error(found.channels[1].harmonics[0].angle,
                                  360 * (current.turns[0] - voltage.turns[0]))) < 1e-3);
}

// A step of 3 Hz is more than the tracking follows; the window that holds it is searched anew.
BOOST_AUTO_TEST_CASE(a_frequency_that_jumps_is_found_again) {
  const double rate = 6400;
  Rows rows(1);
  Turn turn;
  for (std::size_t n = 0; n < 12800; ++n) {
    rows[0].push_back(325 * sine_cosine(turn).sine);
    turn = turn + turn_of_part((n < 6400 ? 48.0 : 54.0) / rate);
  }
  const RecordReading found = reading_of(settings_of({6400, 1}, {u}), rows);
  BOOST_TEST(std::abs(found.channels[0].rms / (325 / std::sqrt(2.0)) - 1) < 1e-3);
  BOOST_TEST(std::abs(found.frequency - 51) < 0.3);  // the mean, but for the window of the step
}

// Each of two waves has its own frequency. The reference's is read as it is; the other's from its
// drift. Within a window of T = 0.2 s it is fitted at a frequency that is off by d = 0.05 Hz, which
// leaves sinc(d T) of it, 2e-4 less.
BOOST_AUTO_TEST_CASE(a_channel_of_another_frequency_reads_its_own) {
  Rows rows(2);
  for (std::size_t n = 0; n < 20000; ++n) {
    const double t = static_cast<double>(n) / 4000;
    rows[0].push_back(325 * std::sin(2 * std::numbers::pi * 50.01 * t));
    rows[1].push_back(7 * std::sin(2 * std::numbers::pi * 50.06 * t));
  }
  const RecordReading found = reading_of(settings_of({4000, 1}, {u, i}), rows);
  BOOST_TEST(std::abs(found.channels[0].frequency - 50.01) < 1e-8);
  BOOST_TEST(std::abs(found.channels[1].frequency - 50.06) < 1e-5);
  BOOST_TEST(std::abs(found.channels[1].rms / (7 / std::sqrt(2.0)) - 1) < 1e-4);
}

BOOST_AUTO_TEST_CASE(skew_is_taken_out_of_angles_and_power) {
  std::mt19937_64 random(6);
  const Wave voltage = random_wave(random, 230, 40);
  const Wave current = random_wave(random, 5, 40);
  const double cycles = 50.2 / 10000;
  const double late = 1.7;  // samples
  RecordSettings settings = settings_of({10000, 1}, {u, i});
  settings.channels[1].skew = late / 10000;
  settings.pairs = {{.voltage = 0, .current = 1}};
  const RecordReading found = reading_of(
      settings, {samples_of(voltage, cycles, 5432), samples_of(current, cycles, 5432, late)});
  double power = voltage.dc * current.dc;
  for (std::size_t h = 0; h < 40; ++h)
    power += voltage.rms[h] * current.rms[h] *
             std::cos(2 * std::numbers::pi * (voltage.turns[h] - current.turns[h]));
  BOOST_TEST(std::abs(found.pairs[0].p - power) < total_tolerance * found.pairs[0].s);
  for (const auto& [order, rms, angle] : found.channels[1].harmonics)
    if (order <= 40)
      BOOST_TEST(
          std::abs(angle_error(angle, 360 * (current.turns[static_cast<std::size_t>(order) - 1] -
                                             order * voltage.turns[0]))) *
              rms <
          60.0 * order * line_tolerance * current.rms[0]);
}

// A window is fitted to the samples that are there.
BOOST_AUTO_TEST_CASE(missing_values_are_counted_and_read_around) {
  std::mt19937_64 random(7);
  const Wave voltage = random_wave(random, 230, 25);
  const Wave current = random_wave(random, 5, 25);
  const double cycles = 49.7 / 6400;
  RecordSettings settings = settings_of({6400, 1}, {u, i});
  settings.pairs = {{.voltage = 0, .current = 1}};
  Rows rows{samples_of(voltage, cycles, 6000), samples_of(current, cycles, 6000)};
  const RecordReading complete = reading_of(settings, rows);
  std::uniform_int_distribution<std::size_t> anywhere(0, 5999);
  std::size_t lost = 0;
  for (int k = 0; k < 60; ++k) {
    double& sample = rows[0][anywhere(random)];
    lost += std::isnan(sample) ? 0 : 1;
    sample = absent;
  }
  for (std::size_t n = 3000; n < 3004; ++n) rows[1][n] = std::numeric_limits<double>::infinity();
  rows[1][0] = rows[1][5999] = absent;
  const RecordReading found = reading_of(settings, rows);
  BOOST_TEST(found.channels[0].missing == static_cast<std::int64_t>(lost));
  BOOST_TEST(found.channels[1].missing == 6);
  for (std::size_t c = 0; c < 2; ++c) {
    // Replacing by the fit is repeated eight times at most, and each time leaves a quarter or less.
    BOOST_TEST(std::abs(found.channels[c].rms / complete.channels[c].rms - 1) < 1e-6);
    BOOST_TEST(std::abs(found.channels[c].thd - complete.channels[c].thd) < 1e-4);
  }
  BOOST_TEST(std::abs(found.pairs[0].p - complete.pairs[0].p) < 1e-6 * complete.pairs[0].s);
}

BOOST_AUTO_TEST_CASE(a_channel_that_is_missing_altogether_has_no_reading) {
  std::mt19937_64 random(8);
  RecordSettings settings = settings_of({6400, 1}, {u, u, i});
  settings.pairs = {{.voltage = 0, .current = 2}, {.voltage = 1, .current = 2}};
  const Wave voltage = random_wave(random, 230, 9);
  const Wave current = random_wave(random, 230, 9);
  Rows rows{std::vector<double>(5000, absent), samples_of(voltage, 50.0 / 6400, 5000),
            samples_of(current, 50.0 / 6400, 5000)};
  std::fill_n(rows[1].begin(), 2000, absent);
  const RecordReading found = reading_of(settings, rows);
  BOOST_TEST(found.channels[0].missing == 5000);
  BOOST_TEST(std::isnan(found.channels[0].rms));
  BOOST_TEST(std::isnan(found.channels[0].maximum));
  BOOST_TEST(found.channels[0].harmonics.empty());
  BOOST_TEST(std::isnan(found.pairs[0].power_factor));
  BOOST_TEST(found.channels[1].missing == 2000);
  BOOST_TEST(std::abs(found.channels[1].harmonics[0].rms / voltage.rms[0] - 1) < 1e-6);
  BOOST_TEST(std::abs(found.channels[2].rms / current.total_rms() - 1) < 1e-6);
}

// Half of the record is dead. Spectra are of the windows that have one, r.m.s. and P of all.
BOOST_AUTO_TEST_CASE(a_voltage_that_collapses_and_returns_is_read_where_it_is) {
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal(0, 1e-3);
  Rows rows(2);
  for (std::size_t n = 0; n < 40000; ++n) {
    const double live = n >= 12000 && n < 28000 ? 0 : 1;
    const double angle = 2 * std::numbers::pi * 50.02 / 8000 * static_cast<double>(n);
    rows[0].push_back(live * 325 * std::sin(angle) + normal(random));
    rows[1].push_back(live * 7 * std::sin(angle - 0.5) + normal(random));
  }
  RecordSettings settings = settings_of({8000, 1}, {u, i});
  settings.pairs = {{.voltage = 0, .current = 1}};
  const RecordReading found = reading_of(settings, rows);
  const double rms = 325 / std::sqrt(2.0) * std::sqrt(0.6);
  BOOST_TEST(std::abs(found.channels[0].rms / rms - 1) < 1e-3);  // the edges cut into cycles
  BOOST_TEST(std::abs(found.pairs[0].p / (0.5 * 325 * 7 * std::cos(0.5) * 0.6) - 1) < 2e-3);
  BOOST_TEST(std::abs(found.channels[0].frequency - 50.02) < 0.02);
  BOOST_TEST(std::abs(angle_error(found.channels[1].harmonics[0].angle,
                                  -0.5 * 180 / std::numbers::pi)) < 0.1);
}

BOOST_AUTO_TEST_CASE(what_has_no_fundamental_reads_rms_dc_and_power_alone) {
  std::mt19937_64 random(10);
  std::normal_distribution<double> normal(0, 1);
  Rows rows(3, std::vector<double>(5000));
  for (std::size_t n = 0; n < 5000; ++n) {
    rows[0][n] = 12 + normal(random);
    rows[1][n] = 2;
  }
  RecordSettings settings = settings_of({8000, 1}, {u, i, u});
  settings.pairs = {{.voltage = 0, .current = 1}};
  settings.events = EventLimits{.dip = 0.9, .swell = 1.1, .interruption = 0.05, .hysteresis = 0.02};
  const RecordReading found = reading_of(settings, rows);
  BOOST_TEST(std::isnan(found.frequency));
  BOOST_TEST(std::abs(found.channels[0].rms - std::sqrt(145)) < 0.1);
  BOOST_TEST(std::abs(found.channels[0].dc - 12) < 0.1);
  BOOST_TEST(std::abs(found.channels[1].rms - 2) < 1e-12);
  BOOST_TEST(found.channels[2].rms == 0);
  BOOST_TEST(std::abs(found.pairs[0].p - 24) < 0.2);
  BOOST_TEST(std::isnan(found.pairs[0].q1));
  for (const ChannelReading& channel : found.channels) {
    BOOST_TEST(channel.harmonics.empty());
    BOOST_TEST(std::isnan(channel.thd));
    BOOST_TEST(std::isnan(channel.frequency));
  }
}

// Beside a channel that has one.
BOOST_AUTO_TEST_CASE(noise_and_dc_beside_a_wave_have_no_fundamental) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0, 1);
    Rows rows{samples_of(random_wave(random, 230, 9), 50.0 / 6400, 9000),
              std::vector<double>(9000, 3), std::vector<double>(9000), std::vector<double>(9000)};
    for (double& value : rows[2]) value = normal(random);
    const RecordReading found = reading_of(settings_of({6400, 1}, {u, i, i, i}), rows);
    BOOST_TEST(!found.channels[0].harmonics.empty());
    for (std::size_t c = 1; c < 4; ++c) BOOST_TEST(found.channels[c].harmonics.empty());
    BOOST_TEST(found.channels[3].rms == 0);
  }
}

BOOST_AUTO_TEST_CASE(short_records_read_what_they_can) {
  std::mt19937_64 random(11);
  const Wave wave = random_wave(random, 230, 5);
  const auto read = [&](double periods, double frequency, std::optional<Frequency> nominal) {
    RecordSettings settings = settings_of({10000, 1}, {u});
    settings.nominal = nominal;
    const auto count = static_cast<std::size_t>(periods * 10000 / frequency);
    return reading_of(settings, {samples_of(wave, frequency / 10000, count)});
  };
  for (const double periods : {2.05, 2.5, 2.99, 3.4}) {  // the first three by guess of 50 or 60 Hz
    BOOST_TEST(std::abs(read(periods, 50.3, {}).frequency - 50.3) < 1e-5);
    BOOST_TEST(std::abs(read(periods, 59.5, {}).frequency - 59.5) < 1e-5);
    BOOST_TEST(std::abs(read(periods, 60.4, hertz(60)).channels[0].rms / wave.total_rms() - 1) <
               1e-6);
  }
  const RecordReading part = read(1.2, 50, {});
  BOOST_TEST(std::isnan(part.frequency));
  BOOST_TEST(part.channels[0].rms > 0.8 * wave.total_rms());
  BOOST_TEST(part.channels[0].harmonics.empty());
  const RecordReading one = reading_of(settings_of({10000, 1}, {u}), {{5.0}});
  BOOST_TEST(one.channels[0].rms == 5);
  BOOST_TEST(one.scans == 1);
  const RecordReading none = reading_of(settings_of({10000, 1}, {u}), {{}});
  BOOST_TEST(none.scans == 0);
  BOOST_TEST(std::isnan(none.channels[0].rms));
}

// One value a cycle: nothing to fit, and a rate that asks for more scans in 0.2 s than are ever
// held. Values that overflow when squared are no reason to stop either.
BOOST_AUTO_TEST_CASE(odd_rates_and_values_are_survived) {
  std::mt19937_64 random(12);
  const std::vector<double> row = samples_of(random_wave(random, 230, 3), 50.0 / 4000, 3000);
  RecordSettings settings = settings_of({50, 1}, {u});
  settings.nominal = hertz(50);
  settings.events = EventLimits{.dip = 0.9, .swell = 1.1, .interruption = 0.05, .hysteresis = 0.02};
  BOOST_TEST(reading_of(settings, {row}).scans == 3000);
  settings.rate = {1'000'000'000'000, 1};
  BOOST_TEST(reading_of(settings, {row}).scans == 3000);
  settings.rate = {1, 1'000'000'000};
  BOOST_TEST(reading_of(settings, {row}).scans == 3000);
  settings.rate = {4000, 1};
  settings.nominal = hertz(1e9);
  BOOST_TEST(reading_of(settings, {row}).scans == 3000);
  settings.nominal = hertz(1e-9);
  BOOST_TEST(reading_of(settings, {row}).scans == 3000);
  std::vector<double> huge = row;
  for (double& value : huge) value *= 1e300;
  BOOST_TEST(reading_of(settings, {huge}).scans == 3000);
  for (double& value : huge) value *= 1e-300 * 1e-310;
  BOOST_TEST(reading_of(settings, {huge}).scans == 3000);
}

BOOST_AUTO_TEST_CASE(a_fundamental_of_railways_and_of_aircraft_is_read) {
  std::mt19937_64 random(13);
  for (const double frequency : {16.7, 400.0}) {
    const Wave wave = random_wave(random, 115, 9);
    RecordSettings settings = settings_of({20000, 1}, {u});
    for (const bool is_named : {false, true}) {
      if (is_named) settings.nominal = hertz(frequency);
      const RecordReading found =
          reading_of(settings, {samples_of(wave, frequency / 20000, 30000)});
      BOOST_TEST(std::abs(found.frequency / frequency - 1) < frequency_tolerance);
      BOOST_TEST(std::abs(found.channels[0].thd - wave.thd_percent()) < 100 * line_tolerance);
    }
  }
}

BOOST_AUTO_TEST_CASE(settings_that_make_no_sense_are_refused) {
  const auto code = [](const RecordSettings& settings) {
    const auto meter = RecordMeter::create(settings);
    BOOST_TEST_REQUIRE(!meter.has_value());
    return meter.error().code;
  };
  RecordSettings settings = settings_of({0, 1}, {u, i});
  BOOST_TEST((code(settings) == ErrorCode::invalid_argument));
  settings.rate = {8000, 1};
  settings.nominal = hertz(0);
  BOOST_TEST((code(settings) == ErrorCode::invalid_argument));
  settings.nominal = {};
  settings.pairs = {{.voltage = 0, .current = 2}};
  BOOST_TEST((code(settings) == ErrorCode::invalid_argument));
  settings.pairs = {{.voltage = 0, .current = 1}};
  auto meter = RecordMeter::create(settings);
  BOOST_TEST_REQUIRE(meter.has_value());
  BOOST_CHECK_THROW(meter->feed(views_of({{1, 2}}, 0, 2)), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
