// SPDX-License-Identifier: GPL-3.0-or-later
// The monitor's estimator on carriers of closed form, with noise.
#include "carrier_estimate.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

#include "sine_fit.h"

using namespace meterrig;
using namespace meterrig::soapy;

namespace {

constexpr double two_pi = 2 * std::numbers::pi;

struct Made {
  double rate = 1e6;
  double carrier = -250e3;  // hertz in the baseband
  double phase = 1.1;
  double noise = 0;  // r.m.s. of I and of Q
  std::function<double(double seconds)> envelope;
  std::size_t count = 50'000;
};

std::vector<std::complex<float>> samples_of(const Made& made) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal(0, 1);
  std::vector<std::complex<float>> samples(made.count);
  for (std::size_t n = 0; n < made.count; ++n) {
    const double t = static_cast<double>(n) / made.rate;
    const std::complex<double> value =
        std::polar(made.envelope(t), two_pi * made.carrier * t + made.phase) +
        made.noise * std::complex<double>(normal(random), normal(random));
    samples[n] = std::complex<float>(value);
  }
  return samples;
}

auto am(double amplitude, double depth, double frequency) {
  return [=](double t) { return amplitude * (1 + depth * std::sin(two_pi * frequency * t + 0.4)); };
}

CarrierEstimate estimated(const Made& made, double expected, const RfModulation& modulation) {
  const auto samples = samples_of(made);
  return estimate_carrier({.samples = samples, .rate = made.rate, .expected = hertz(expected)},
                          modulation);
}

const RfModulation am_80 = AmplitudeModulation{.depth = percent(80), .frequency = kilohertz(1)};

}  // namespace

BOOST_AUTO_TEST_SUITE(carrier_estimate)

// Depths, modulation frequencies that are no line of the transform, carriers off by up to 60 kHz.
BOOST_AUTO_TEST_CASE(what_is_computed_is_found_without_noise) {
  for (const double depth : {0.8, 0.1, 0.95})
    for (const double frequency : {1000.0, 403.7, 5000.3})
      for (const double off : {0.0, 3.3, -59e3}) {
        const CarrierEstimate e = estimated(
            {.carrier = -250e3 + off, .envelope = am(0.3, depth, frequency)}, -250e3, am_80);
        BOOST_TEST_CONTEXT("depth " << depth << ", " << frequency << " Hz, off " << off) {
          BOOST_TEST(e.invalid == "");
          BOOST_TEST(std::abs(e.depth.in(percent) / 100 - depth) < 2e-4);
          BOOST_TEST(e.amplitude == 0.3, boost::test_tools::tolerance(5e-4));
          BOOST_TEST(e.modulation_frequency.in(hertz) == frequency,
                     boost::test_tools::tolerance(1e-4));
          BOOST_TEST(std::abs(e.offset.in(hertz)-off) < 0.05);
        }
      }
}

// 20 dB between carrier and noise in the whole rate. The standard deviation of the depth is about
// sqrt(2 / N) noise / amplitude: 0.0006 here, of the offset sqrt(6 / N^3) / (2 pi) rate noise /
// amplitude: 0.004 Hz.
BOOST_AUTO_TEST_CASE(noise_makes_it_wider_and_not_different) {
  const CarrierEstimate e = estimated(
      {.carrier = -250e3 + 77, .noise = 0.03 / std::sqrt(2.0), .envelope = am(0.3, 0.8, 1000)},
      -250e3, am_80);
  BOOST_TEST(e.invalid == "");
  BOOST_TEST(std::abs(e.depth.in(percent) / 100 - 0.8) < 4 * 0.0006);
  BOOST_TEST(std::abs(e.offset.in(hertz)-77) < 0.1);
  // The means of three samples leave a third of the noise's power.
  BOOST_TEST(e.noise == 0.03 / std::sqrt(2.0) / std::sqrt(3.0), boost::test_tools::tolerance(0.05));
}

BOOST_AUTO_TEST_CASE(rates_from_the_bandwidth_to_many_times_it) {
  for (const double rate : {250e3, 256e3, 4e6, 10e6}) {
    const CarrierEstimate e = estimated({.rate = rate,
                                         .carrier = rate / 4 + 12,
                                         .envelope = am(0.5, 0.8, 1000),
                                         .count = static_cast<std::size_t>(rate * 0.05)},
                                        rate / 4, am_80);
    BOOST_TEST(e.invalid == "");
    BOOST_TEST(e.depth.in(percent) == 80.0, boost::test_tools::tolerance(1e-3));
  }
}

BOOST_AUTO_TEST_CASE(pulses_of_many_duties) {
  for (const double duty : {0.1, 0.5, 0.9}) {
    const auto pulses = [duty](double t) {
      return t * 200 - std::floor(t * 200) < duty ? 0.6 : 0.0;
    };
    const CarrierEstimate e =
        estimated({.noise = 1e-3, .envelope = pulses}, -250e3,
                  PulseModulation{.duty = percent(50), .frequency = hertz(200)});
    BOOST_TEST(e.invalid == "");
    BOOST_TEST(std::abs(e.duty.in(percent)-100 * duty) < 0.3);
    BOOST_TEST(e.amplitude == 0.6, boost::test_tools::tolerance(1e-3));
    BOOST_TEST(e.modulation_frequency.in(hertz) == 200.0, boost::test_tools::tolerance(0.005));
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_relied_on_says_why) {
  const auto nothing = [](double) { return 0.0; };
  BOOST_TEST(estimated({.noise = 0.1, .envelope = nothing}, -250e3, am_80).invalid ==
             "no carrier that stands out of the noise");
  BOOST_TEST(estimated({.envelope = nothing}, -250e3, am_80).invalid ==
             "no carrier that stands out of the noise");
  BOOST_TEST(estimated({.phase = 0, .envelope = am(0.6, 0.8, 1000)}, -250e3, am_80).invalid ==
             "the receiver is overdriven");
  BOOST_TEST(estimated({.envelope = am(0.3, 0.8, 1000), .count = 100}, -250e3, am_80).invalid ==
             "a capture of fewer than 64 samples");
}

BOOST_AUTO_TEST_CASE(the_fit_gives_back_a_sine) {
  std::vector<double> values(997);
  for (std::size_t n = 0; n < values.size(); ++n)
    values[n] = 2 + 0.7 * std::sin(two_pi * 0.0371 * static_cast<double>(n) - 2);
  const double line = strongest_line(values);
  BOOST_TEST(line == 0.0371, boost::test_tools::tolerance(1e-5));
  const SineFit fit = fit_sine(values, line);
  BOOST_TEST(fit.mean == 2.0, boost::test_tools::tolerance(1e-5));
  BOOST_TEST(fit.amplitude == 0.7, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_SUITE_END()
