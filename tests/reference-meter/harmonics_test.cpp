// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/harmonics.h"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <random>

#include "meterrig/reference/energy.h"
#include "meterrig/reference/second_algorithm.h"
#include "random_signal.h"
#include "tones.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

constexpr double two_pi = 2 * std::numbers::pi;

std::vector<HarmonicWindow> windows_of(const HarmonicSettings& settings, const SampleBlock& block,
                                       const std::vector<std::size_t>& pieces = {4000}) {
  auto meter = HarmonicAnalyzer::create(settings);
  BOOST_TEST_REQUIRE(meter.has_value());
  std::vector<HarmonicWindow> windows;
  HarmonicWindow window;
  std::size_t done = 0;
  for (std::size_t k = 0; done < block.count(); ++k) {
    const std::size_t count = std::min(pieces[k % pieces.size()], block.count() - done);
    BOOST_TEST_REQUIRE(meter->feed(part_of(block, done, count)).has_value());
    while (meter->next(window)) windows.push_back(window);
    done += count;
  }
  return windows;
}

HarmonicSettings settings_for(Rational rate, double nominal, HarmonicPrecision precision) {
  HarmonicSettings settings;
  settings.rate = rate;
  settings.nominal = hertz(nominal);
  settings.precision = precision;
  return settings;
}

// Harmonics of 0.01 / h to 0.1 / h of the fundamental, and dc of 1 %.
SixTones random_channels(std::mt19937_64& random, double frequency, int orders) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  SixTones channels;
  for (std::size_t c = 0; c < 6; ++c) {
    const double rms = (c < 3 ? 230 : 5) * (1 + 0.1 * uniform(random));
    channels.at(c).dc = 0.01 * rms * uniform(random);
    for (int h = 1; h <= orders; ++h)
      channels.at(c).tones.push_back(
          {.frequency = h * frequency,
           .rms = h == 1 ? rms : rms * (0.055 + 0.045 * uniform(random)) / h,
           .turns = h == 1 ? -static_cast<double>(c % 3) / 3 + 0.05 * uniform(random)
                           : uniform(random)});
  }
  return channels;
}

const ChannelHarmonics& channel_of(const HarmonicWindow& window, std::size_t c) {
  return c < 3 ? window.voltage.at(c) : window.current.at(c - 3);
}

void check_channel(const ChannelHarmonics& found, const Tones& wave, double reference_turns,
                   double precision, int orders) {
  const double fundamental = wave.tones[0].rms;
  BOOST_TEST_REQUIRE(found.harmonics().size() == static_cast<std::size_t>(orders) + 1);
  BOOST_TEST(std::abs(found.rms / wave.total_rms() - 1) < 1e-8);
  BOOST_TEST(std::abs(found.dc - wave.dc) < precision * fundamental * 1e-3);
  for (std::size_t h = 1; h < found.harmonics().size(); ++h) {
    const double rms = h <= wave.tones.size() ? wave.tones[h - 1].rms : 0;
    BOOST_TEST_CONTEXT("order " << h) {
      // What has nothing holds what others leave: of 2e-4 of the fundamental the precision's share.
      const double tolerance = precision * std::max(rms, 2e-4 * fundamental);
      BOOST_TEST(std::abs(found.harmonics()[h] - rms) < tolerance);
      BOOST_TEST(std::abs(std::abs(found.phasors()[h]) - found.harmonics()[h]) <
                 1e-13 * wave.total_rms());
      if (rms == 0) continue;
      const double angle =
          360 * (wave.tones[h - 1].turns - static_cast<double>(h) * reference_turns);
      BOOST_TEST(std::abs(angle_error(found.angle(h), angle)) * std::numbers::pi / 180 * rms <
                 tolerance);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(harmonics)

// To order 63, at the lowest rates that carry it, off nominal and on it. The precision is that
// promised; r.m.s. and power to 1e-8, for components that reach 0.45 of the rate.
BOOST_AUTO_TEST_CASE(random_spectra_read_as_their_closed_form) {
  struct Case {
    double nominal;
    double frequency;
    std::int64_t rate;
  };
  std::uint64_t seed = 0;
  for (const auto& [nominal, frequency, rate] :
       {Case{50, 49.3, 8000}, Case{50, 50, 8000}, Case{50, 50.7, 8000}, Case{50, 42.6, 8000},
        Case{50, 56.9, 8000}, Case{60, 59.4, 8600}, Case{60, 60.6, 8600}, Case{60, 60, 10000},
        Case{60, 51.3, 9000}, Case{50, 49.987, 12800}, Case{60, 60.6, 25600}, Case{50, 50.7, 51200},
        Case{50, 57.3, 100003}})
    for (const HarmonicPrecision precision : {HarmonicPrecision::fast, HarmonicPrecision::exact}) {
      BOOST_TEST_CONTEXT(frequency << " Hz at " << rate << ", precision "
                                   << static_cast<int>(precision)) {
        std::mt19937_64 random(++seed);
        const SixTones channels = random_channels(random, frequency, 63);
        const SampleBlock block =
            samples_of(channels, {rate, 1}, 1000, static_cast<std::size_t>(rate));
        HarmonicSettings settings = settings_for({rate, 1}, nominal, precision);
        settings.largest_block = block.count();
        const auto windows = windows_of(settings, block);
        BOOST_TEST(windows.size() >= 3);
        // More than 1 Hz above the nominal frequency it is ten times that.
        const double share = (precision == HarmonicPrecision::fast ? 1e-4 : 1e-6) *
                             (frequency > nominal + 1 ? 10 : 1);
        for (const HarmonicWindow& window : windows) {
          BOOST_TEST(window.synchronised);
          BOOST_TEST(window.orders == 63);
          BOOST_TEST(std::abs(window.frequency / frequency - 1) < 1e-9);
          for (std::size_t c = 0; c < 6; ++c) BOOST_TEST_CONTEXT("channel " << c)
          check_channel(channel_of(window, c), channels.at(c), channels[0].tones[0].turns, share,
                        63);
          for (std::size_t p = 0; p < 3; ++p) {
            const Tones& u = channels.at(p);
            const Tones& i = channels.at(p + 3);
            double power = u.dc * i.dc;
            for (std::size_t h = 0; h < 63; ++h)
              power += u.tones[h].rms * i.tones[h].rms *
                       std::cos(two_pi * (u.tones[h].turns - i.tones[h].turns));
            const double s = u.total_rms() * i.total_rms();
            BOOST_TEST(std::abs(window.active_power.at(p) - power) < 1e-8 * s);
            const std::complex<double> first = window.harmonic_power(p, 1);
            const double phi = two_pi * (u.tones[0].turns - i.tones[0].turns);
            BOOST_TEST(std::abs(first - std::polar(u.tones[0].rms * i.tones[0].rms, phi)) <
                       share * s);
          }
        }
      }
    }
}

namespace {

// Line k of a window of the closed form, r.m.s.: (1 / L) times the integral of x exp(-2 pi i k t /
// L), a sinc around every tone and around its mirror.
std::complex<double> line_of(const Tones& wave, double begin, double length, double rate,
                             std::size_t k) {
  const auto part = [&](double cycles, double turns) {  // of exp(2 pi i (cycles t / L + turns))
    const double x = cycles - static_cast<double>(k);
    const double sinc = x == 0 ? 1 : std::sin(two_pi / 2 * x) / (two_pi / 2 * x);
    return std::polar(sinc, two_pi * (turns + 0.5 * x));
  };
  std::complex<double> sum = k == 0 ? wave.dc : 0.0;
  for (const Sine& tone : wave.tones) {
    const double cycles = tone.frequency * length / rate;
    const double turns = tone.turns + tone.frequency * begin / rate;
    sum += tone.rms / std::sqrt(2.0) * std::complex<double>(0, -1) *
           (part(cycles, turns) - part(-cycles, -turns));
  }
  return k == 0 ? sum : std::sqrt(2.0) * sum;
}

double begin_of(const HarmonicWindow& window) {
  return static_cast<double>(window.begin_sample) + window.begin_part;
}

}  // namespace

// Every line of 5 Hz of tones anywhere, from the closed form of the window that was cut: to what
// the kernel folds back, and to its way with what leaks from a tone to a line x lines away, 1 / (pi
// x) of the tone. That is wrong by the ratio of K there and here: at most 1 / 0.4 or 1 / 0.93 from
// end to end, and close by its slope, 7.7 / 0.4 or 3 / 0.93 a sample, over pi L
// (synchronous_grid.h). Where the ends of the window do not meet, a transform of M points takes the
// whole of the first one: half a jump of 2 sqrt(2) rms too much, sqrt(2) / M of it in every line.
BOOST_AUTO_TEST_CASE(interharmonics_read_as_their_closed_form) {
  for (const auto& [nominal, frequency, rate] : {std::tuple{50.0, 49.3, 8000.0},
                                                 {50.0, 50.7, 8000.0},
                                                 {60.0, 60.6, 8600.0},
                                                 {60.0, 59.4, 25600.0}})
    for (const HarmonicPrecision precision : {HarmonicPrecision::fast, HarmonicPrecision::exact}) {
      std::mt19937_64 random(17);
      std::uniform_real_distribution<double> uniform(0, 1);
      SixTones channels = random_channels(random, frequency, 20);
      for (Tones& wave : channels)
        for (int k = 0; k < 12; ++k)
          wave.tones.push_back({.frequency = frequency * (0.3 + 62 * uniform(random)),
                                .rms = 0.03 * wave.tones[0].rms * uniform(random),
                                .turns = uniform(random)});
      // The reference has none of them close by, so that its frequency is that of its fundamental.
      channels[0].tones.resize(20);
      const Rational exact_rate{static_cast<std::int64_t>(rate), 1};
      const auto windows =
          windows_of(settings_for(exact_rate, nominal, precision),
                     samples_of(channels, exact_rate, -77, static_cast<std::size_t>(rate)));
      BOOST_TEST(windows.size() >= 3);
      for (const HarmonicWindow& window : windows)
        for (std::size_t c = 0; c < 6; ++c) {
          const Tones& wave = channels.at(c);
          const auto lines = channel_of(window, c).lines();
          BOOST_TEST_REQUIRE(lines.size() == static_cast<std::size_t>(64 * window.cycles));
          const bool fast = precision == HarmonicPrecision::fast;
          for (std::size_t k = 0; k < lines.size(); ++k) {
            double tolerance = (fast ? 1e-7 : 1e-9) * wave.tones[0].rms;
            for (std::size_t n = 20; n < wave.tones.size(); ++n) {
              const double away =
                  std::abs(wave.tones[n].frequency * window.length / rate - static_cast<double>(k));
              tolerance +=
                  wave.tones[n].rms *
                  (2.0 / 2048 + std::min(fast ? 3.5e-3 : 1e-3, (fast ? 1.5 : 0.12) / (3 * away)));
            }
            const double expected =
                std::abs(line_of(wave, begin_of(window), window.length, rate, k));
            if (!(std::abs(lines[k] - expected) < tolerance))
              BOOST_ERROR(frequency << " Hz, channel " << c << ", line " << k << ": " << lines[k]
                                    << " for " << expected);
          }
        }
    }
}

// The fifth with a neighbour: all sines begin with the window. 100 V, 10 V and 3 V.
BOOST_AUTO_TEST_CASE(groups_and_subgroups_read_as_the_worked_examples) {
  struct Example {
    double frequency;  // of the interharmonic; 0 for none
    double group;
    double subgroup;
    double interharmonic_group;
    double interharmonic_subgroup;
  };
  for (const auto& example : {Example{0, 10, 10, 0, 0}, Example{255, 10.4403, 10.4403, 3, 0},
                              Example{270, 10.4403, 10, 3, 3}, Example{275, 10.2225, 10, 3, 3},
                              Example{267.5, 10.4055, 10.0141, 2.9219, 2.8909}})
    for (const std::int64_t rate : {6400, 8000}) {
      HarmonicSettings settings = settings_for({rate, 1}, 50, HarmonicPrecision::exact);
      settings.orders = 50;
      SixTones channels;
      channels[0].tones = {{50, 100, 0}};
      const auto first = windows_of(
          settings, samples_of(channels, {rate, 1}, 0, static_cast<std::size_t>(rate) / 2));
      BOOST_TEST_REQUIRE(first.size() >= 1);
      channels[0].tones = {{50, 100, 0}, {250, 10, 0}, {example.frequency, 3, 0}};
      if (example.frequency == 0) channels[0].tones.pop_back();
      for (Sine& tone : channels[0].tones)
        tone.turns = -tone.frequency * begin_of(first[0]) / static_cast<double>(rate);
      const auto windows = windows_of(
          settings, samples_of(channels, {rate, 1}, 0, static_cast<std::size_t>(rate) / 2));
      BOOST_TEST_REQUIRE(windows.size() >= 1);
      const ChannelHarmonics& found = windows[0].voltage[0];
      // Four digits and a half: an interharmonic moves the frequency that is followed by what a
      // Hann window lets through 40 lines away, 2e-8, and the fundamental leaks by that.
      BOOST_TEST_CONTEXT(example.frequency << " Hz at " << rate) {
        BOOST_TEST(std::abs(found.groups()[5] - example.group) < 1e-4);
        BOOST_TEST(std::abs(found.subgroups()[5] - example.subgroup) < 1e-4);
        BOOST_TEST(std::abs(found.interharmonic_groups()[5] - example.interharmonic_group) < 1e-4);
        BOOST_TEST(std::abs(found.interharmonic_subgroups()[5] - example.interharmonic_subgroup) <
                   1e-4);
        BOOST_TEST(std::abs(found.groups()[1] - 100) < 1e-2);
        BOOST_TEST(found.interharmonic_groups()[40] < 0.02);
      }
    }
}

BOOST_AUTO_TEST_CASE(distortions_and_factors_follow_their_formulas) {
  std::mt19937_64 random(3);
  const double frequency = 60.3;
  SixTones channels = random_channels(random, frequency, 60);
  for (Tones& wave : channels) {  // half-way between two orders, and beside one
    wave.tones.push_back({12.5 * frequency, 0.04 * wave.tones[0].rms, 0.3});
    wave.tones.push_back({(7 + 1.0 / 12) * frequency, 0.03 * wave.tones[0].rms, 0.7});
  }
  HarmonicSettings settings = settings_for({10000, 1}, 60, HarmonicPrecision::exact);
  settings.distortion_order = 50;
  settings.demand_current = {8, 9, std::numeric_limits<double>::quiet_NaN()};
  settings.transformer = {.e = 0.15, .q = 1.6};
  const auto windows = windows_of(settings, samples_of(channels, {10000, 1}, 0, 8000));
  BOOST_TEST_REQUIRE(windows.size() >= 2);
  for (std::size_t c = 0; c < 6; ++c) {
    const Tones& wave = channels.at(c);
    const ChannelHarmonics& found = channel_of(windows[1], c);
    const double first = std::pow(wave.tones[0].rms, 2);
    const double between = std::pow(0.04 * wave.tones[0].rms, 2);
    const double beside = std::pow(0.03 * wave.tones[0].rms, 2);
    const double total = std::pow(wave.total_rms(), 2);
    double lines = 0;
    double heat = first;
    double loss = 0;
    for (int h = 2; h <= 50; ++h) {
      const double square = std::pow(wave.tones[static_cast<std::size_t>(h) - 1].rms, 2);
      lines += square;
      heat += square * h * h;
      loss += square * std::pow(h, 1.6);
    }
    const auto near = [](double a, double b) { return std::abs(a / b - 1) < 1e-6; };
    BOOST_TEST(near(found.thd, 100 * std::sqrt(lines / first)));
    // The one beside counts for the group and the subgroup of 7, the one between for half of 12
    // and half of 13.
    BOOST_TEST(near(found.thdg, 100 * std::sqrt((lines + beside + between) / first)));
    BOOST_TEST(near(found.thds, 100 * std::sqrt((lines + beside) / first)));
    BOOST_TEST(near(found.tihd, 100 * std::sqrt(between / first)));
    BOOST_TEST(
        near(found.groups()[12], std::sqrt(std::pow(wave.tones[11].rms, 2) + 0.5 * between)));
    BOOST_TEST(near(found.k_factor, heat / total));
    BOOST_TEST(near(found.factor_k, std::sqrt(1 + 0.15 / 1.15 * loss / total)));
    BOOST_TEST(near(found.distortion_power_factor, 1 / std::sqrt(1 + lines / first)));
    if (c == 3 || c == 4)
      BOOST_TEST(near(found.tdd, 100 * std::sqrt(lines) / (c == 3 ? 8 : 9)));
    else
      BOOST_TEST(std::isnan(found.tdd));
  }
}

// A sine of 160 samples a cycle, one of them on its peak. The mean of |x| of samples is wrong by
// (pi / 160)^2 / 3 of it at most, where a crossing lies on a sample.
BOOST_AUTO_TEST_CASE(a_sine_has_the_crest_and_form_factors_of_a_sine) {
  SixTones channels;
  for (Tones& wave : channels) wave.tones = {{50, 230, 0}};
  const auto windows = windows_of(settings_for({8000, 1}, 50, HarmonicPrecision::fast),
                                  samples_of(channels, {8000, 1}, 0, 8000));
  BOOST_TEST_REQUIRE(windows.size() >= 3);
  for (const HarmonicWindow& window : windows) {
    BOOST_TEST(std::abs(window.voltage[1].crest_factor - std::sqrt(2.0)) < 1e-7);
    BOOST_TEST(std::abs(window.current[2].form_factor - 1.1107207) < 2e-4);
    BOOST_TEST(std::abs(window.voltage[0].k_factor - 1) < 1e-7);
    BOOST_TEST(window.voltage[0].thd < 1e-4);
    BOOST_TEST(std::isnan(window.synchronisation_error) == (&window == windows.data()));
    BOOST_TEST(!(std::abs(window.synchronisation_error) > 1e-10));
  }
}

// u_2 from the magnitudes of the line voltages alone (IEC 61000-4-30, 5.7).
BOOST_AUTO_TEST_CASE(unbalance_agrees_with_the_formula_of_line_voltages) {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int round = 0; round < 5; ++round) {
    SixTones channels = random_channels(random, 50.4, 9);
    for (std::size_t p = 0; p < 3; ++p) {
      channels.at(p).tones[0].rms *= 1 + 0.1 * uniform(random);
      channels.at(p).tones[0].turns += 0.02 * uniform(random);
    }
    const auto windows = windows_of(settings_for({8000, 1}, 50, HarmonicPrecision::exact),
                                    samples_of(channels, {8000, 1}, 0, 6000));
    BOOST_TEST_REQUIRE(windows.size() >= 2);
    const HarmonicWindow& window = windows[1];
    std::array<std::complex<double>, 3> u;
    for (std::size_t p = 0; p < 3; ++p)
      u.at(p) = std::polar(channels.at(p).tones[0].rms, two_pi * channels.at(p).tones[0].turns);
    double squares = 0;
    double fourths = 0;
    for (std::size_t p = 0; p < 3; ++p) {
      const double square = std::norm(u.at(p) - u.at((p + 1) % 3));
      squares += square;
      fourths += square * square;
    }
    const double root = std::sqrt(3 - 6 * fourths / (squares * squares));
    BOOST_TEST(std::abs(window.voltage_unbalance.negative_ratio -
                        100 * std::sqrt((1 - root) / (1 + root))) < 1e-5);
    const double positive = std::abs(symmetrical_components(u).positive);
    BOOST_TEST(std::abs(window.voltage_unbalance.zero_ratio -
                        100 * std::abs(u[0] + u[1] + u[2]) / 3 / positive) < 1e-5);
    BOOST_TEST(std::abs(std::abs(window.voltage_unbalance.components.positive) / positive - 1) <
               1e-7);
    BOOST_TEST(window.current_unbalance.negative_ratio > 0);
  }
}

// Nothing is lost or counted twice between windows, whatever happens at their edges: sums of
// P times duration against the integral of power, over a wave that dips, steps and drifts. Both
// weigh samples; of the steps at the edges of a dip they make the same to what the two quadratures
// differ in, below a sample's power.
BOOST_AUTO_TEST_CASE(windows_follow_one_another_without_a_gap) {
  const Rational rate{8000, 1};
  SampleBlock block(rate, 0, 80000);
  for (std::size_t n = 0; n < block.count(); ++n) {
    const double t = static_cast<double>(n) / 8000;
    const double turns = 49.8 * t + 0.5 * 0.05 * t * t;
    const double level =
        1 - 0.5 / (1 + std::exp(-(t - 3) * 200)) + 0.5 / (1 + std::exp(-(t - 4) * 200));
    for (std::size_t p = 0; p < 3; ++p) {
      const double angle = two_pi * (turns - static_cast<double>(p) / 3);
      block.volts(p)[n] = 325 * level * (std::sin(angle) + 0.05 * std::sin(5 * angle + 1));
      block.amperes(p)[n] = 7 * (1 + 0.3 * std::sin(two_pi * 0.7 * t)) * std::sin(angle - 0.6);
    }
  }
  EnergyMeter energy(rate, hertz(50));
  BOOST_TEST_REQUIRE(energy.feed(block).has_value());
  const auto windows = windows_of(settings_for(rate, 50, HarmonicPrecision::fast), block);
  BOOST_TEST(windows.size() > 45);
  double sum = 0;
  double length = 0;
  for (std::size_t k = 0; k < windows.size(); ++k) {
    const HarmonicWindow& window = windows[k];
    for (const double power : window.active_power) sum += power * window.length / rate.value();
    length += window.length;
    if (k > 0) {
      const HarmonicWindow& before = windows[k - 1];
      BOOST_TEST(std::abs(begin_of(before) + before.length - begin_of(window)) < 1e-9);
    }
    BOOST_TEST(!(std::abs(window.synchronisation_error) > 3e-4));
    // The mean frequency of the window: the drift is linear.
    const double middle = (begin_of(window) + 0.5 * window.length) / 8000;
    BOOST_TEST(std::abs(window.frequency - (49.8 + 0.05 * middle)) < 1e-4);
  }
  const auto at = [&](double sample) {
    return energy.active_until(Instant{std::llround(sample / 8000 * 1e9)}).in(watt_second);
  };
  const double begin = begin_of(windows[0]);
  const double expected = at(begin + length) - at(begin);
  BOOST_TEST(std::abs(sum / expected - 1) < 1e-6);
}

namespace {

std::vector<std::uint64_t> bits_of(const HarmonicWindow& window) {
  std::vector<std::uint64_t> bits;
  const auto put = [&](auto... values) {
    (bits.push_back(std::bit_cast<std::uint64_t>(static_cast<double>(values))), ...);
  };
  put(window.begin_sample, window.begin_part, window.length, window.frequency, window.synchronised,
      window.reference, window.flagged, window.orders);
  for (std::size_t c = 0; c < 6; ++c) {
    const ChannelHarmonics& channel = channel_of(window, c);
    put(channel.rms, channel.dc, channel.peak, channel.thd, channel.thdg, channel.thds,
        channel.tihd, channel.k_factor, channel.factor_k, channel.form_factor);
    for (const double line : channel.lines()) put(line);
    for (const auto& phasor : channel.phasors()) put(phasor.real(), phasor.imag());
    for (const double group : channel.interharmonic_groups()) put(group);
  }
  for (const double power : window.active_power) put(power);
  put(window.voltage_unbalance.negative_ratio, window.current_unbalance.zero_ratio);
  return bits;
}

SampleBlock noisy_dip() {
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal(0, 1);
  SampleBlock block = samples_of(random_channels(random, 49.9, 40), {8000, 1}, 123456789, 24000);
  for (std::size_t p = 0; p < 3; ++p)
    for (std::size_t n = 0; n < block.count(); ++n) {
      block.volts(p)[n] += 2 * normal(random);
      block.amperes(p)[n] += 0.05 * normal(random);
      if (n >= 12000 && n < 14000 && p == 1) block.volts(p)[n] *= 0.4;
    }
  return block;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_reading_has_the_same_bits_however_the_samples_are_cut) {
  const SampleBlock block = noisy_dip();
  HarmonicSettings settings = settings_for({8000, 1}, 50, HarmonicPrecision::fast);
  settings.events = VoltageEventSettings{.reference_voltage = 230};
  settings.largest_block = block.count();
  const auto whole = windows_of(settings, block, {block.count()});
  BOOST_TEST_REQUIRE(whole.size() >= 13);
  for (const std::vector<std::size_t>& pieces :
       {std::vector<std::size_t>{1}, {7, 1, 1000}, {1600}, {1603, 4000}}) {
    settings.largest_block = 4000;
    const auto windows = windows_of(settings, block, pieces);
    BOOST_TEST_REQUIRE(windows.size() == whole.size());
    for (std::size_t k = 0; k < whole.size(); ++k)
      BOOST_TEST((bits_of(windows[k]) == bits_of(whole[k])));
  }
}

// The dip is from sample 12000 to 14000: its first half cycle below the limit has its middle within
// half a cycle of the edge.
BOOST_AUTO_TEST_CASE(windows_that_an_event_overlaps_are_flagged) {
  const SampleBlock block = noisy_dip();
  for (const bool sliding : {false, true}) {
    HarmonicSettings settings = settings_for({8000, 1}, 50, HarmonicPrecision::fast);
    settings.events.emplace();
    if (!sliding) settings.events->reference_voltage = 230;
    auto meter = HarmonicAnalyzer::create(settings);
    BOOST_TEST_REQUIRE(meter.has_value());
    HarmonicWindow window;
    int flagged = 0;
    for (std::size_t at = 0; at < block.count(); at += 800) {
      BOOST_TEST_REQUIRE(meter->feed(part_of(block, at, 800)).has_value());
      while (meter->next(window)) {
        const double begin = begin_of(window) - static_cast<double>(block.first_sample);
        const bool is_clear = begin + window.length < 12000 - 80 || begin > 14000 + 80;
        const bool is_hit = begin + window.length > 12000 + 80 && begin < 14000 - 80;
        if (is_clear) BOOST_TEST(!window.flagged);
        if (is_hit) BOOST_TEST(window.flagged);
        flagged += window.flagged ? 1 : 0;
      }
    }
    BOOST_TEST(flagged >= 2);
    BOOST_TEST(meter->take_events().size() == 1);
  }
}

// Noise and harmonics. Both are linear in the samples, and of a whole window with one weight a
// sample; the fit sees the samples next to the window's edges, which the other cuts in proportion.
// P differs by the part of a sample at each edge, and by the noise in it: of N samples
// 2 (U i + u I) / sqrt(N) times the share 2 sqrt(48) / sqrt(N) of the edges' weights; six times
// that.
BOOST_AUTO_TEST_CASE(power_agrees_with_the_fit_of_the_second_algorithm) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::mt19937_64 random(seed);
    SignalRecipe recipe = random_recipe(random, {4990 + static_cast<std::int64_t>(seed), 100}, 55);
    for (std::size_t p = 0; p < phase_count; ++p) {
      recipe.voltage.at(p).noise_rms = volt(1);
      recipe.current.at(p).noise_rms = ampere(0.02);
    }
    const SampleBlock block = samples_of(recipe, {9000, 1}, 0, 9000);
    const auto windows = windows_of(settings_for({9000, 1}, 50, HarmonicPrecision::exact), block);
    BOOST_TEST_REQUIRE(windows.size() >= 3);
    for (const HarmonicWindow& window : windows) {
      const auto first = static_cast<std::size_t>(std::lround(begin_of(window)));
      const auto count = static_cast<std::size_t>(std::lround(window.length));
      const auto other = measure_by_fit(part_of(block, first, count), hertz(window.frequency));
      BOOST_TEST_REQUIRE(other.has_value());
      for (std::size_t p = 0; p < 3; ++p) {
        const double u = window.voltage.at(p).rms;
        const double i = window.current.at(p).rms;
        const double noise = 6 * 2 * (u * 0.02 + 1 * i) * 2 * std::sqrt(48.0) / window.length +
                             0.02 * 1;  // the product of what the fit leaves
        BOOST_TEST(std::abs(window.active_power.at(p) - other->p.at(p).in(watt)) <
                   noise + 1e-8 * u * i);
        BOOST_TEST(std::abs(window.harmonic_power(p, 1).imag() - other->q1.at(p).in(var)) <
                   noise + 1e-6 * u * i);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_meter_without_its_first_voltage_follows_another_channel) {
  std::mt19937_64 random(5);
  SixTones channels = random_channels(random, 50.3, 5);
  channels[0] = {};
  auto windows = windows_of(settings_for({8000, 1}, 50, HarmonicPrecision::fast),
                            samples_of(channels, {8000, 1}, 0, 8000));
  BOOST_TEST_REQUIRE(windows.size() >= 3);
  for (const HarmonicWindow& window : windows) {
    BOOST_TEST(window.reference == 1);
    BOOST_TEST(std::abs(window.frequency - 50.3) < 1e-6);
    BOOST_TEST(window.voltage[0].rms == 0);
    for (const double line : window.voltage[0].lines()) BOOST_TEST(line == 0);
    BOOST_TEST(std::isnan(window.voltage[0].thd));
    BOOST_TEST(std::isnan(window.voltage[0].crest_factor));
    BOOST_TEST(window.current[0].thd > 0);
  }
  channels[1] = channels[2] = {};
  windows = windows_of(settings_for({8000, 1}, 50, HarmonicPrecision::fast),
                       samples_of(channels, {8000, 1}, 0, 8000));
  BOOST_TEST_REQUIRE(windows.size() >= 3);
  BOOST_TEST(windows[2].reference == 3);
  BOOST_TEST(std::abs(windows[2].frequency - 50.3) < 1e-6);
}

// Nothing at all, then a wave, then one of another frequency: 4 Hz is more than is followed in one
// step, and the window that holds the change has no frequency of its own.
BOOST_AUTO_TEST_CASE(a_frequency_is_lost_and_found_again) {
  SampleBlock block({8000, 1}, 0, 64000);
  double turns = 0;
  for (std::size_t n = 0; n < block.count(); ++n) {
    if (n < 16000) continue;
    turns += (n < 40000 ? 48.5 : 52.5) / 8000;
    block.volts(0)[n] = 325 * std::sin(two_pi * turns);
  }
  const auto windows = windows_of(settings_for({8000, 1}, 50, HarmonicPrecision::fast), block);
  int silent = 0;
  int first = 0;
  int second = 0;
  for (const HarmonicWindow& window : windows) {
    const double end = begin_of(window) + window.length;
    if (end < 15990) {
      ++silent;
      BOOST_TEST(!window.synchronised);
      BOOST_TEST(window.voltage[0].rms == 0);
    } else if (begin_of(window) > 16010 && end < 39990) {
      ++first;
      BOOST_TEST(window.synchronised);
      BOOST_TEST(std::abs(window.frequency - 48.5) < 1e-4);
    } else if (begin_of(window) > 40010) {
      ++second;
      BOOST_TEST(window.synchronised);
      BOOST_TEST(std::abs(window.frequency - 52.5) < 1e-4);
    }
  }
  BOOST_TEST(silent >= 8);
  BOOST_TEST(first >= 12);
  BOOST_TEST(second >= 12);
}

BOOST_AUTO_TEST_CASE(a_rate_that_cannot_carry_the_orders_is_refused_with_the_one_that_can) {
  HarmonicSettings settings = settings_for({8000, 1}, 60, HarmonicPrecision::fast);
  auto meter = HarmonicAnalyzer::create(settings);
  BOOST_TEST_REQUIRE(!meter.has_value());
  BOOST_TEST((meter.error().code == ErrorCode::out_of_range));
  BOOST_TEST(meter.error().message ==
             "8000 samples a second for harmonics to order 63 of 60 Hz; expected at least 8540, or "
             "fewer orders");
  settings.orders = 59;
  BOOST_TEST(HarmonicAnalyzer::create(settings).has_value());
  settings.orders = 63;
  settings.rate = {8540, 1};
  BOOST_TEST(HarmonicAnalyzer::create(settings).has_value());
  const auto refused = [&](auto change) {
    HarmonicSettings wrong = settings;
    change(wrong);
    const auto found = HarmonicAnalyzer::create(wrong);
    return !found && found.error().code == ErrorCode::invalid_argument;
  };
  BOOST_TEST(refused([](HarmonicSettings& s) { s.rate = {0, 1}; }));
  BOOST_TEST(refused([](HarmonicSettings& s) { s.nominal = hertz(55); }));
  BOOST_TEST(refused([](HarmonicSettings& s) { s.orders = 64; }));
  BOOST_TEST(refused([](HarmonicSettings& s) { s.orders = 1; }));
  BOOST_TEST(refused([](HarmonicSettings& s) { s.distortion_order = 1; }));
  BOOST_TEST(refused([](HarmonicSettings& s) { s.orders = 39; }));
  BOOST_TEST(refused([](HarmonicSettings& s) { s.transformer.e = -1; }));
}

BOOST_AUTO_TEST_CASE(blocks_that_do_not_follow_or_fit_are_refused) {
  HarmonicSettings settings = settings_for({8000, 1}, 50, HarmonicPrecision::fast);
  settings.largest_block = 1000;
  auto meter = HarmonicAnalyzer::create(settings);
  BOOST_TEST_REQUIRE(meter.has_value());
  const std::size_t room = meter->room();
  BOOST_TEST(room >= 1000);
  BOOST_TEST((meter->feed(SampleBlock({8000, 1}, 0, room + 1)).error().code ==
              ErrorCode::failed_precondition));
  SampleBlock infinite({8000, 1}, 0, 100);
  infinite.amperes(2)[99] = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST((meter->feed(infinite).error().code == ErrorCode::invalid_argument));
  BOOST_TEST(meter->feed(SampleBlock({8000, 1}, -3, 100)).has_value());
  BOOST_TEST((meter->feed(SampleBlock({8000, 1}, 96, 100)).error().code ==
              ErrorCode::failed_precondition));
  BOOST_TEST(
      (meter->feed(SampleBlock({4000, 1}, 97, 100)).error().code == ErrorCode::invalid_argument));
  BOOST_TEST(meter->feed(SampleBlock({8000, 1}, 97, 100)).has_value());
}

// 63.2 % of a step after 1.5 s, 7.5 windows: 1 - (7.012 / 8.012)^n.
BOOST_AUTO_TEST_CASE(smoothing_follows_a_step_with_a_time_constant_of_one_and_a_half_seconds) {
  HarmonicSmoothing smoothing;
  BOOST_TEST(smoothing.next(2) == 2);
  double value = 0;
  for (int n = 1; n <= 8; ++n) {
    value = smoothing.next(3);
    BOOST_TEST(std::abs(value - (3 - std::pow(7.012 / 8.012, n))) < 1e-12);
  }
  BOOST_TEST(value > 2.63);
}

BOOST_AUTO_TEST_SUITE_END()
