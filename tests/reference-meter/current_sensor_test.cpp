// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <functional>
#include <numbers>
#include <vector>

#include "front_end_response.h"
#include "meterrig/reference/front_end.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

constexpr double sample_time = 1.0 / 8000;
constexpr double two_pi = 2 * std::numbers::pi;
// A code of 31 bits of 20 A is 2e-8 A; of an amplitude over 8000 samples far less.
constexpr double rounding = 1e-9;

SignalRecipe currents(double dc, double rms) {
  SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 1, .voltage = {}, .current = {}};
  for (auto& channel : recipe.current) {
    channel.dc = ampere(dc);
    channel.noise_rms = ampere(0);
    channel.components = {{.order = 1, .rms = ampere(rms), .phase = degree(0)}};
  }
  return recipe;
}

// A knee at 0.3 mV s after 10 H; 10 mH beyond. 7 A peak into 10 ohm at 50 Hz are 0.22 mV s.
constexpr double ratio = 1000;
constexpr double resistance = 10;
constexpr double knee_flux = 3e-4;
constexpr double knee_current = 3e-5;
constexpr double saturated = 100;  // A / (V s)

constexpr double core_burden = 6;

TransformerCore core_with_knee() {
  return {.ratio = ratio,
          .winding_resistance = resistance - core_burden,
          .curve = {{.flux = knee_flux, .current = ampere(knee_current)},
                    {.flux = knee_flux + 1e-3, .current = ampere(knee_current + saturated * 1e-3)}},
          .initial_flux = {}};
}

FrontEndModel with_core(const TransformerCore& core, double burden = core_burden) {
  FrontEndModel model = ideal_front_end(31);
  model.burden = burden;
  model.core = core;
  return model;
}

double magnetising(double flux) {
  const double size = std::abs(flux);
  const double current = size < knee_flux ? knee_current / knee_flux * size
                                          : knee_current + saturated * (size - knee_flux);
  return std::copysign(current, flux);
}

// Classical Runge and Kutta steps, 64 a sample, from sample -1 on: the secondary times the ratio.
std::vector<double> secondary_by_runge_kutta(const std::function<double(double)>& primary,
                                             double flux, std::size_t count) {
  constexpr int steps = 64;
  constexpr double h = sample_time / steps;
  const auto slope = [&](double t, double at) {
    return resistance * (primary(t) / ratio - magnetising(at));
  };
  std::vector<double> secondary;
  secondary.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (int step = 0; step < steps; ++step) {
      const double t = (static_cast<double>(i) - 1) * sample_time + step * h;
      const double a = slope(t, flux);
      const double b = slope(t + h / 2, flux + h / 2 * a);
      const double c = slope(t + h / 2, flux + h / 2 * b);
      const double d = slope(t + h, flux + h * c);
      flux += h / 6 * (a + 2 * b + 2 * c + d);
    }
    secondary.push_back(primary(static_cast<double>(i) * sample_time) - ratio * magnetising(flux));
  }
  return secondary;
}

RogowskiCoil coil(double corner) {
  return {.mutual_inductance = 0.3e-6,
          .integrator_corner = hertz(corner),
          .integrator_noise = volt(0),
          .integrator_offset = volt(0)};
}

FrontEndModel with_coil(const RogowskiCoil& model_of_coil) {
  FrontEndModel model = ideal_front_end(31);
  model.rogowski = model_of_coil;
  return model;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(current_sensor)

// i2 ratio / i1 = j w L / (R + j w L). The trapezoidal rule at x / 4 a step is off by (x / 4)^2 /
// 12 of the magnetising current, the cubic in between by 0.04 x^4.
BOOST_AUTO_TEST_CASE(below_the_knee_a_core_has_the_errors_of_its_inductance_and_burden) {
  for (const double inductance : {0.4, 10.0})
    for (const double burden : {0.0, 6.0, 20.0}) {
      TransformerCore core = core_with_knee();
      core.curve = {{.flux = 1, .current = ampere(1 / inductance)}};
      const FrontEndModel model = with_core(core, burden);
      const double total = resistance - core_burden + burden;
      // 40 time constants, in whole periods
      const auto settling =
          static_cast<std::size_t>(std::ceil(40 * inductance / total / 0.02)) * 160;
      for (const std::int32_t order : {1, 3, 21}) {
        const double omega = two_pi * 50 * order;
        const std::complex<double> reactance(0, omega * inductance);
        const auto expected = reactance / (total + reactance);
        const double x = omega * sample_time;
        const double bound =
            total / (omega * inductance) * (x * x / 192 + 0.04 * x * x * x * x) + rounding;
        const auto found = response_of(model, order, settling).current[1];
        BOOST_TEST_INFO(inductance << " H " << burden << " ohm order " << order << ": " << found);
        BOOST_TEST(std::abs(found - expected) < bound);
      }
    }
}

// A step over the knee is off by R times the change of slope times the voltage times its length
// squared over 8, 8e-9 V s; as a current times slope and ratio 0.85 mA. The flux crosses twice a
// period and forgets within 1 ms beyond the knee: three times that.
BOOST_AUTO_TEST_CASE(direct_current_drives_a_core_into_saturation_as_a_fine_integration_says) {
  const FrontEndModel model = with_core(core_with_knee());
  FrontEnd front_end(model, 1);
  const std::size_t count = 8000;
  const SampleBlock block = converted(front_end, model, currents(2, 5), 0, count);
  const auto primary = [](double t) {
    return t < -0.5 * sample_time ? 0.0 : 2 + 5 * std::numbers::sqrt2 * std::sin(two_pi * 50 * t);
  };
  // The first three samples are left to the model: it knows the current from sample 0 on only.
  const auto fine = secondary_by_runge_kutta(primary, 0, count);
  double worst = 0;
  double largest_loss = 0;
  for (std::size_t i = 800; i < count; ++i) {
    worst = std::max(worst, std::abs(block.amperes(0)[i] - fine[i]));
    largest_loss =
        std::max(largest_loss, std::abs(fine[i] - primary(static_cast<double>(i) * sample_time)));
  }
  BOOST_TEST(largest_loss > 4);  // it does saturate
  BOOST_TEST(worst < 3 * 0.85e-3);
}

// In the steady state the flux returns after a period, so that the voltage over the resistance has
// no mean, whatever direct current the primary has. The sum over samples of a wave whose slope
// jumps by 7000 A / s is off by (sample time)^2 / 12 of it, twice a period of 20 ms: 0.9 mA.
BOOST_AUTO_TEST_CASE(a_saturated_core_passes_no_direct_current) {
  const FrontEndModel model = with_core(core_with_knee());
  FrontEnd front_end(model, 1);
  const SampleBlock block = converted(front_end, model, currents(2, 5), 0, 16000);
  double sum = 0;
  double square = 0;
  for (std::size_t i = 16000 - 160; i < 16000; ++i) {
    sum += block.amperes(2)[i];
    square += block.amperes(2)[i] * block.amperes(2)[i];
  }
  BOOST_TEST(std::abs(sum / 160) < 1e-3);
  BOOST_TEST(square / 160 > 4);
}

// Without a current the flux falls from beyond the knee by exp(-R t slope). The trapezoidal rule
// has that rate to (R slope / 32000)^2 / 12 = 8e-5.
BOOST_AUTO_TEST_CASE(remanence_decays_through_the_burden) {
  const double begin = knee_flux + 1e-4;
  TransformerCore core = core_with_knee();
  core.initial_flux = {begin, 0, -begin};
  const FrontEndModel model = with_core(core);
  FrontEnd front_end(model, 1);
  const SampleBlock block = converted(front_end, model, currents(0, 0), 0, 6);
  for (std::size_t i = 0; i < block.count(); ++i) {
    const double t = static_cast<double>(i + 1) * sample_time;
    const double expected = -ratio * magnetising(begin) * std::exp(-resistance * saturated * t);
    BOOST_TEST(std::abs(block.amperes(0)[i] - expected) < 8e-5 * 10);
    BOOST_TEST(block.amperes(1)[i] == 0.0);
    BOOST_TEST(block.amperes(2)[i] == -block.amperes(0)[i]);
  }
  front_end.reset();
  const SampleBlock again = converted(front_end, model, currents(0, 0), 0, 6);
  BOOST_TEST(again.amperes(0)[3] == block.amperes(0)[3]);
}

// By the bilinear transform s is 2 j tan(pi f / rate) rate; the analog lead arctan(corner / f) is
// met to (pi f / rate)^2 / 3 of itself.
BOOST_AUTO_TEST_CASE(a_coil_and_its_integrator_lead_by_the_corner_over_the_frequency) {
  const double corner = 2;
  const FrontEndModel model = with_coil(coil(corner));
  for (const std::int32_t order : {1, 2, 5, 21}) {
    const double f = 50 * order;
    const double angle = std::numbers::pi * f * sample_time;
    const double ratio_of_corner = std::numbers::pi * corner * sample_time / std::tan(angle);
    // 5 s are 63 time constants
    const auto found = response_of(model, order, 40000).current[0];
    const auto expected = 1.0 / std::complex<double>(1, -ratio_of_corner);
    BOOST_TEST(std::abs(found - expected) < rounding);
    const double lead = std::atan(corner / f);
    BOOST_TEST(std::abs(std::arg(found) - lead) < lead * 0.34 * angle * angle * 1.3 + rounding);
    BOOST_TEST(std::abs(std::abs(found) - 1 / std::hypot(1, corner / f)) < 1e-6);
  }
}

// As current an offset is offset / (M 2 pi corner); white noise has the variance g^2 2 / (1 - p) of
// b (1 + z^-1) / (1 - p z^-1), and as good as N (1 - p) / (1 + p) values are independent.
BOOST_AUTO_TEST_CASE(offset_and_noise_of_an_integrator_are_integrated_down_to_its_corner) {
  RogowskiCoil noisy = coil(20);
  noisy.integrator_offset = volt(10e-6);
  noisy.integrator_noise = volt(50e-6);
  const FrontEndModel model = with_coil(noisy);
  FrontEnd front_end(model, 1);
  const std::size_t count = 400000;
  const SampleBlock block = converted(front_end, model, currents(0, 0), 0, count);
  const double mean_expected = 10e-6 / (0.3e-6 * two_pi * 20);
  const double a = std::numbers::pi * 20 * sample_time;
  const double pole = (1 - a) / (1 + a);
  const double b = sample_time / (2 * 0.3e-6 * (1 + a));
  const double variance_expected = b * b * 50e-6 * 50e-6 * 2 / (1 - pole);
  double mean = 0;
  for (const double value : block.amperes(0)) mean += value / static_cast<double>(count);
  double variance = 0;
  for (const double value : block.amperes(0))
    variance += (value - mean) * (value - mean) / static_cast<double>(count);
  const double independent = static_cast<double>(count) * (1 - pole) / (1 + pole);
  BOOST_TEST(std::abs(mean - mean_expected) < 5 * std::sqrt(variance_expected * 2 / independent));
  BOOST_TEST(std::abs(variance / variance_expected - 1) < 5 * std::sqrt(2 / independent));
  BOOST_TEST(block.amperes(0)[1000] != block.amperes(1)[1000]);
}

BOOST_AUTO_TEST_CASE(errors_between_two_burdens_are_interpolated_and_held_beyond) {
  FrontEndModel model = ideal_front_end(31);
  model.transformer = {{ampere(0.1), percent(-0.2), degree(0.5), 1},
                       {ampere(10), percent(-0.1), degree(0.1), 1},
                       {ampere(5), percent(-0.6), degree(1.2), 5}};
  struct Case {
    double burden;
    double ratio;
    double degrees;
  };
  // 1 A is the middle between 0.1 A and 10 A on a logarithmic scale
  for (const Case& c : {Case{0, -0.15, 0.3}, Case{1, -0.15, 0.3}, Case{2, -0.2625, 0.525},
                        Case{5, -0.6, 1.2}, Case{9, -0.6, 1.2}}) {
    model.burden = c.burden;
    const auto found = response_of(model, 1, 1600, 230, 1).current[2];
    const auto expected = std::polar(1 + c.ratio / 100, c.degrees * std::numbers::pi / 180);
    BOOST_TEST_INFO(c.burden << " ohm: " << found);
    BOOST_TEST(std::abs(found - expected) < 1e-8);
  }
}

BOOST_AUTO_TEST_SUITE_END()
