// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>

#include "meterrig/synthesis/synthesis.h"

using namespace meterrig;
using meterrig::synthesis::Synthesis;

namespace {

constexpr Rational eight_kilohertz{8000, 1};
constexpr double two_pi = 2 * std::numbers::pi;

// One volt peak at L1.
SignalRecipe sine_wave(Rational frequency = {50, 1}, Angle phase = degree(0)) {
  SignalRecipe recipe{.frequency = frequency, .noise_seed = 4, .voltage = {}, .current = {}};
  recipe.voltage[0].components = {
      {.order = 1, .rms = volt(std::numbers::sqrt2 / 2), .phase = phase}};
  return recipe;
}

Channel<VoltageKind>& l1(SignalRecipe& recipe) { return recipe.voltage[0]; }

Synthesis make(const SignalRecipe& recipe, Rational rate = eight_kilohertz) {
  auto synthesis = Synthesis::create(recipe, rate);
  BOOST_TEST_REQUIRE(synthesis.has_value(), (synthesis ? "" : synthesis.error().message));
  return *std::move(synthesis);
}

std::vector<double> samples(const SignalRecipe& recipe, std::size_t count, std::int64_t first = 0,
                            Rational rate = eight_kilohertz) {
  Synthesis synthesis = make(recipe, rate);
  SampleBlock block(rate, first, count);
  BOOST_TEST_REQUIRE(synthesis.read(block).has_value());
  return {block.volts(0).begin(), block.volts(0).end()};
}

// The greatest difference from a function of time.
double difference(const std::vector<double>& values, const std::function<double(double)>& expected,
                  std::int64_t first = 0, double rate = 8000) {
  double worst = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double t = static_cast<double>(first + static_cast<std::int64_t>(i)) / rate;
    worst = std::max(worst, std::abs(values[i] - expected(t)));
  }
  return worst;
}

double rms(std::span<const double> values) {
  double square = 0;
  for (const double value : values) square += value * value;
  return std::sqrt(square / static_cast<double>(values.size()));
}

Change<Percent> to(double share, Start start, double hold, double ramp = 0) {
  return {.start = start, .value = percent(share), .ramp = second(ramp), .hold = second(hold)};
}

std::string refusal(const SignalRecipe& recipe, Rational rate = eight_kilohertz) {
  const auto made = Synthesis::create(recipe, rate);
  BOOST_TEST_REQUIRE(!made.has_value());
  return made.error().message;
}

// Any time below a second at 8 kS/s and any sine of it are right to a few 1e-14 in doubles; what is
// left is the rounding of this test's own arithmetic.
constexpr double rounding = 2e-13;

}  // namespace

BOOST_AUTO_TEST_SUITE(changing_signals)

BOOST_AUTO_TEST_CASE(amplitude_modulation_by_a_sine_and_by_a_rectangle) {
  SignalRecipe recipe = sine_wave();
  l1(recipe).amplitude_modulations = {{.shape = ModulationShape::sine,
                                       .frequency = {88, 10},
                                       .depth = percent(12.5),
                                       .phase = degree(30)}};
  const auto sine = [](double t) {
    return (1 + 0.125 * std::sin(two_pi * 8.8 * t + two_pi / 12)) * std::sin(two_pi * 50 * t);
  };
  BOOST_TEST(difference(samples(recipe, 8000), sine) < rounding);
  l1(recipe).amplitude_modulations[0].shape = ModulationShape::rectangular;
  const auto rectangle = [](double t) {
    const double swing = std::sin(two_pi * 8.8 * t + two_pi / 12) >= 0 ? 1 : -1;
    return (1 + 0.125 * swing) * std::sin(two_pi * 50 * t);
  };
  BOOST_TEST(difference(samples(recipe, 8000), rectangle) < rounding);
}

BOOST_AUTO_TEST_CASE(phase_modulation_turns_a_harmonic_as_many_times_as_its_order) {
  SignalRecipe recipe = sine_wave();
  l1(recipe).components.push_back(
      {.order = 7, .rms = volt(0.1 * std::numbers::sqrt2 / 2), .phase = degree(20)});
  l1(recipe).phase_modulations = {{.shape = ModulationShape::sine,
                                   .frequency = {3, 1},
                                   .depth = degree(15),
                                   .phase = degree(0)}};
  const auto expected = [](double t) {
    const double x = two_pi * 50 * t + two_pi / 24 * std::sin(two_pi * 3 * t);
    return std::sin(x) + 0.1 * std::sin(7 * x + two_pi / 18);
  };
  BOOST_TEST(difference(samples(recipe, 8000), expected) < rounding);
}

// The phase against the sum of the frequency, sample interval by sample interval, by Simpson's rule
// (exact for a ramp, 1e-12 turns for the sine).
BOOST_AUTO_TEST_CASE(the_phase_is_the_integral_of_the_frequency) {
  SignalRecipe recipe = sine_wave();
  recipe.frequency_modulations = {{.shape = ModulationShape::sine,
                                   .frequency = {5, 2},
                                   .depth = hertz(0.7),
                                   .phase = degree(50)},
                                  {.shape = ModulationShape::rectangular,
                                   .frequency = {4, 1},
                                   .depth = hertz(0.25),
                                   .phase = degree(0)}};
  recipe.frequency_changes = {{.start = {.time = {250'000'000}, .angle = {}, .cycle = 0},
                               .value = hertz(-1.5),
                               .ramp = second(0.125),
                               .hold = second(0.25)}};
  const auto frequency = [](double t) {
    double f = 50 + 0.7 * std::sin(two_pi * 2.5 * t + two_pi * 50 / 360);
    f += std::fmod(4 * t, 1) < 0.5 ? 0.25 : -0.25;
    if (t > 0.25 && t < 0.375) f -= 1.5 * (t - 0.25) / 0.125;
    if (t >= 0.375 && t <= 0.625) f -= 1.5;
    if (t > 0.625 && t < 0.75) f -= 1.5 * (1 - (t - 0.625) / 0.125);
    return f;
  };
  const std::vector<double> values = samples(recipe, 8000);
  double turns = 0;
  double worst = 0;
  for (std::size_t n = 0; n < values.size(); ++n) {
    worst = std::max(worst, std::abs(values[n] - std::sin(two_pi * turns)));
    const double t = static_cast<double>(n) / 8000;
    const double h = 1.0 / 8000;
    // Just inside the interval, where the rectangle is steady.
    turns += h / 6 * (frequency(t + 1e-12) + 4 * frequency(t + h / 2) + frequency(t + h - 1e-12));
  }
  BOOST_TEST(worst < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_frequency_that_has_changed_keeps_its_phase_for_a_day_at_a_million_samples) {
  // 0.3 Hz more from 1 s on: at sample n past it 50 n + 0.3 (n - 1e6) millionths of a turn.
  SignalRecipe recipe = sine_wave();
  l1(recipe).components[0].order = 63;
  recipe.frequency_changes = {{.start = {.time = {1'000'000'000}, .angle = {}, .cycle = 0},
                               .value = hertz(0.3),
                               .ramp = {},
                               .hold = {}}};
  const std::int64_t day = 86400LL * 1'000'000;
  const std::vector<double> values = samples(recipe, 100, day, {1'000'000, 1});
  double worst = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t n = day + static_cast<std::int64_t>(i);
    const std::int64_t ten_millionths = (500 * n + 3 * (n - 1'000'000)) % 10'000'000;
    const double turns = static_cast<double>(63 * ten_millionths % 10'000'000) / 1e7;
    worst = std::max(worst, std::abs(values[i] - std::sin(two_pi * turns)));
  }
  BOOST_TEST(worst < 1e-9);  // radians at the 63rd harmonic
}

// IEC 61000-4-30: to 40 % at a positive zero crossing for 10 cycles.
BOOST_AUTO_TEST_CASE(a_dip_begins_and_ends_at_the_phase_angle) {
  for (const double angle : {0.0, 90.0, 270.0}) {
    SignalRecipe recipe = sine_wave({50, 1}, degree(-120));
    l1(recipe).amplitude_changes = {to(40, {.time = {}, .angle = degree(angle), .cycle = 3}, 0.2)};
    // sin(2 pi 50 t - 120 deg) first rises through 0 at a third of a period.
    const double start = (1.0 / 3 + 3 + angle / 360) / 50;
    const auto expected = [start](double t) {
      const bool inside = t >= start - 1e-12 && t < start + 0.2 - 1e-12;
      return (inside ? 0.4 : 1.0) * std::sin(two_pi * (50 * t - 1.0 / 3));
    };
    BOOST_TEST(difference(samples(recipe, 4000), expected) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(a_change_that_lasts_whole_samples_lasts_just_as_many) {
  SignalRecipe recipe = sine_wave({50, 1}, degree(90));
  l1(recipe).amplitude_changes = {to(0, {.time = {20'000'000}, .angle = {}, .cycle = 0}, 0.02)};
  const std::vector<double> values = samples(recipe, 480);
  for (std::size_t n = 0; n < values.size(); ++n) {
    const bool dark = n >= 160 && n < 320;
    const double wave = std::cos(two_pi * static_cast<double>(n) / 160);
    BOOST_TEST(std::abs(values[n] - (dark ? 0 : wave)) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(a_ramp_goes_there_and_comes_back_in_its_time) {
  SignalRecipe recipe = sine_wave();
  l1(recipe).amplitude_changes = {
      to(150, {.time = {100'000'000}, .angle = {}, .cycle = 0}, 0.3, 0.05)};
  const auto expected = [](double t) {
    const double up = std::clamp((t - 0.1) / 0.05, 0.0, 1.0);
    const double down = std::clamp((t - 0.45) / 0.05, 0.0, 1.0);
    return (1 + 0.5 * (up - down)) * std::sin(two_pi * 50 * t);
  };
  BOOST_TEST(difference(samples(recipe, 8000), expected) < rounding);
}

BOOST_AUTO_TEST_CASE(a_phase_jump_and_a_step_of_dc) {
  SignalRecipe recipe = sine_wave();
  l1(recipe).phase_changes = {{.start = {.time = {}, .angle = degree(0), .cycle = 5},
                               .value = degree(45),
                               .ramp = second(0),
                               .hold = {}}};
  l1(recipe).dc_changes = {{.start = {.time = {300'000'000}, .angle = {}, .cycle = 0},
                            .value = volt(0.25),
                            .ramp = second(0),
                            .hold = second(0.1)}};
  const auto expected = [](double t) {
    const double jump = t >= 0.1 - 1e-12 ? std::numbers::pi / 4 : 0;
    const double dc = t >= 0.3 - 1e-12 && t < 0.4 - 1e-12 ? 0.25 : 0;
    return std::sin(two_pi * 50 * t + jump) + dc;
  };
  BOOST_TEST(difference(samples(recipe, 8000), expected) < rounding);
}

BOOST_AUTO_TEST_CASE(a_tone_has_its_own_frequency_and_sweeps) {
  SignalRecipe recipe = sine_wave();
  l1(recipe).components.clear();
  l1(recipe).tones = {{.frequency = {2675, 10},
                       .rms = volt(std::numbers::sqrt2 / 2),
                       .phase = degree(90),
                       .frequency_changes = {{.start = {.time = {}, .angle = {}, .cycle = 0},
                                              .value = hertz(1000),
                                              .ramp = second(0.5),
                                              .hold = second(0)}}}};
  const auto expected = [](double t) {
    double turns = 267.5 * t;
    if (t < 0.5)
      turns += 1000 * t * t;
    else
      turns += 250 + 1000 * (t - 0.5) - 1000 * (t - 0.5) * (t - 0.5);
    return std::cos(two_pi * turns);
  };
  BOOST_TEST(difference(samples(recipe, 8000), expected) < 5e-12);  // 267 turns in doubles
}

// 2 cycles on, 2 off: what its series gives against the sine itself, in mean square. The lines
// above the 20th harmonic, at (2 j + 1) / 4 of 50 Hz, have amplitudes below 2 / (pi 4 (x^2 - 1)), x
// from 20 on; their squares add up to less than 2e-6.
BOOST_AUTO_TEST_CASE(a_burst_has_a_period_of_all_its_cycles) {
  SignalRecipe recipe = sine_wave();
  l1(recipe).components.clear();
  Form<VoltageKind> burst{.kind = FormKind::burst_fired,
                          .rms = volt(std::numbers::sqrt2 / 2),
                          .phase = degree(0),
                          .angle = degree(90),
                          .on_cycles = 2,
                          .off_cycles = 2,
                          .highest_order = 20};
  l1(recipe).forms = {burst};
  const std::vector<double> values = samples(recipe, 8000, 640);
  std::vector<double> rest(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t n = (640 + i) % 640;
    const double wave = n < 320 ? std::sin(two_pi * static_cast<double>(n) / 160) : 0;
    rest[i] = values[i] - wave;
  }
  BOOST_TEST(rms(rest) < std::sqrt(2e-6));
  BOOST_TEST(rms(rest) > 1e-5);  // the series does end
}

BOOST_AUTO_TEST_CASE(a_phase_jump_of_a_burst_shifts_it_by_a_part_of_its_period) {
  SignalRecipe steady = sine_wave();
  l1(steady).components.clear();
  l1(steady).forms = {{.kind = FormKind::burst_fired,
                       .rms = volt(1),
                       .phase = degree(0),
                       .angle = degree(90),
                       .on_cycles = 1,
                       .off_cycles = 2,
                       .highest_order = 30}};
  SignalRecipe shifted = steady;
  l1(shifted).phase_changes = {{.start = {.time = {}, .angle = {}, .cycle = 0},
                                .value = degree(90),
                                .ramp = second(0),
                                .hold = {}}};
  const std::vector<double> a = samples(steady, 1000, 40);
  const std::vector<double> b = samples(shifted, 1000, 0);
  for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST(std::abs(a[i] - b[i]) < rounding);
}

BOOST_AUTO_TEST_CASE(what_is_also_there_is_added_with_changes_of_its_own) {
  SignalRecipe recipe = sine_wave();
  Channel<VoltageKind> more{.dc = volt(0.5), .components = {}, .noise_rms = volt(0)};
  more.components = {{.order = 3, .rms = volt(std::numbers::sqrt2 / 2), .phase = degree(0)}};
  more.amplitude_changes = {to(0, {.time = {50'000'000}, .angle = {}, .cycle = 0}, 10)};
  l1(recipe).also = {more};
  const auto expected = [](double t) {
    return std::sin(two_pi * 50 * t) + 0.5 + (t < 0.05 - 1e-12 ? std::sin(two_pi * 150 * t) : 0);
  };
  BOOST_TEST(difference(samples(recipe, 8000), expected) < rounding);
}

// White noise of r.m.s. 1 through the band: r.m.s. exact but for its own scatter; outside the band,
// by more than the transition of 1 % of the rate, 1e-4 of a line inside.
BOOST_AUTO_TEST_CASE(a_band_of_noise_has_its_value_and_stays_in_its_band) {
  SignalRecipe recipe = sine_wave();
  l1(recipe).components.clear();
  l1(recipe).noise_bands = {{.lowest = hertz(1000), .highest = hertz(2000), .rms = volt(2)}};
  const std::size_t count = 160000;
  const std::vector<double> values = samples(recipe, count);
  // 2 B T independent values: 2 x 1000 Hz x 20 s.
  BOOST_TEST(std::abs(rms(values) / 2 - 1) < 5 / std::sqrt(2.0 * 40000));
  const auto mean_square_at = [&](double from, double till) {
    double sum = 0;
    int lines = 0;
    double f = from;
    while (f < till) {
      // A Hann window: its side lobes must not show the band.
      double x = 0;
      double y = 0;
      for (std::size_t n = 0; n < 16000; ++n) {
        const double t = static_cast<double>(n) / 8000;
        const double w = 0.5 - 0.5 * std::cos(two_pi * t / 2);
        x += w * values[n] * std::cos(two_pi * f * t);
        y += w * values[n] * std::sin(two_pi * f * t);
      }
      sum += x * x + y * y;
      ++lines;
      f += 25;
    }
    return sum / lines;
  };
  const double inside = mean_square_at(1050, 1950);
  BOOST_TEST(mean_square_at(100, 900) < 1e-7 * inside);
  BOOST_TEST(mean_square_at(2100, 3900) < 1e-7 * inside);
}

BOOST_AUTO_TEST_CASE(random_access_gives_the_bits_of_a_sequential_run_whatever_changes) {
  SignalRecipe recipe = sine_wave({499, 10}, degree(17));
  recipe.frequency_modulations = {
      {.shape = ModulationShape::sine, .frequency = {3, 1}, .depth = hertz(1), .phase = degree(0)}};
  Channel<VoltageKind>& channel = l1(recipe);
  channel.amplitude_modulations = {{.shape = ModulationShape::sine,
                                    .frequency = {88, 10},
                                    .depth = percent(10),
                                    .phase = degree(0)}};
  channel.phase_changes = {{.start = {.time = {}, .angle = degree(90), .cycle = 2},
                            .value = degree(30),
                            .ramp = second(0.01),
                            .hold = {}}};
  channel.forms = {{.kind = FormKind::phase_fired_leading,
                    .rms = volt(1),
                    .phase = degree(0),
                    .angle = degree(90),
                    .on_cycles = 1,
                    .off_cycles = 1,
                    .highest_order = 40},
                   {.kind = FormKind::burst_fired,
                    .rms = volt(1),
                    .phase = degree(0),
                    .angle = degree(90),
                    .on_cycles = 2,
                    .off_cycles = 2,
                    .highest_order = 40}};
  channel.tones = {
      {.frequency = {1777, 10}, .rms = volt(0.2), .phase = degree(1), .frequency_changes = {}}};
  channel.noise_bands = {{.lowest = hertz(0), .highest = hertz(500), .rms = volt(0.1)}};
  Channel<VoltageKind> more{.dc = volt(0.5), .components = {}, .noise_rms = volt(0.1)};
  more.components = {{.order = 3, .rms = volt(0.3), .phase = degree(0)}};
  more.amplitude_changes = {to(10, {.time = {50'000'000}, .angle = {}, .cycle = 0}, 0.01, 0.003)};
  channel.also = {more};
  const std::vector<double> all = samples(recipe, 3000);
  for (const std::size_t first : {std::size_t{1}, std::size_t{255}, std::size_t{1003}}) {
    const std::vector<double> some = samples(recipe, 777, static_cast<std::int64_t>(first));
    BOOST_TEST(
        std::equal(some.begin(), some.end(), all.begin() + static_cast<std::ptrdiff_t>(first)));
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_modulation_takes_beyond_half_the_rate_is_refused_by_name) {
  SignalRecipe recipe = sine_wave({50, 1});
  l1(recipe).components[0].order = 79;
  BOOST_TEST(Synthesis::create(recipe, eight_kilohertz).has_value());
  recipe.frequency_modulations = {
      {.shape = ModulationShape::sine, .frequency = {1, 1}, .depth = hertz(1), .phase = degree(0)}};
  BOOST_TEST(refusal(recipe) ==
             "voltage L1: harmonic 79 of 51 Hz needs more than 8058 samples a second; the rate is "
             "8000");
  recipe = sine_wave();
  l1(recipe).tones = {
      {.frequency = {4000, 1}, .rms = volt(1), .phase = degree(0), .frequency_changes = {}}};
  BOOST_TEST(refusal(recipe) ==
             "voltage L1: a tone of 4000 Hz needs more than 8000 samples a second; the rate is "
             "8000");
  recipe = sine_wave();
  l1(recipe).forms = {{.kind = FormKind::half_wave,
                       .rms = volt(1),
                       .phase = degree(0),
                       .angle = degree(90),
                       .on_cycles = 1,
                       .off_cycles = 1,
                       .highest_order = 80}};
  BOOST_TEST(refusal(recipe) ==
             "voltage L1: a form up to harmonic 80 of 50 Hz needs more than 8000 samples a second; "
             "the rate is 8000");
  recipe = sine_wave();
  l1(recipe).noise_bands = {{.lowest = hertz(0), .highest = hertz(5000), .rms = volt(1)}};
  BOOST_TEST(refusal(recipe) ==
             "voltage L1: noise up to 5000 Hz needs at least 10000 samples a second; the rate is "
             "8000");
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused_by_channel_and_value) {
  SignalRecipe recipe = sine_wave();
  recipe.frequency_changes = {{.start = {}, .value = hertz(-50), .ramp = {}, .hold = {}}};
  BOOST_TEST(refusal(recipe) ==
             "fundamental: modulations and changes take it down to 0 Hz; expected above 0");
  recipe.frequency_changes = {{.start = {.time = {}, .angle = degree(0), .cycle = 0},
                               .value = hertz(1),
                               .ramp = {},
                               .hold = {}}};
  BOOST_TEST(refusal(recipe) ==
             "fundamental: a change of frequency that starts at a phase angle; expected a time");
  recipe = sine_wave();
  l1(recipe).amplitude_changes = {to(50, {.time = {}, .angle = {}, .cycle = 0}, -1)};
  BOOST_TEST(refusal(recipe) ==
             "voltage L1: a change with a ramp of 0 s and a hold of -1 s; expected a value and "
             "times of at least 0 s");
  l1(recipe).amplitude_changes = {to(50, {.time = {}, .angle = degree(360), .cycle = 0}, 1)};
  BOOST_TEST(refusal(recipe) ==
             "voltage L1: a change at 360 deg of cycle 0; expected an angle from 0 up to below 360 "
             "deg in cycle 0 or later");
  l1(recipe).amplitude_changes = {to(50, {.time = {-1}, .angle = {}, .cycle = 0}, 1)};
  BOOST_TEST(refusal(recipe) == "voltage L1: a change at -1 ns; expected a time of at least 0");
  recipe = sine_wave();
  l1(recipe).phase_modulations = {{.shape = ModulationShape::sine,
                                   .frequency = {0, 1},
                                   .depth = degree(1),
                                   .phase = degree(0)}};
  BOOST_TEST(refusal(recipe) ==
             "voltage L1: a modulation at 0 Hz by 1; expected a frequency above 0, a depth and a "
             "phase");
  recipe = sine_wave();
  l1(recipe).noise_bands = {{.lowest = hertz(10), .highest = hertz(10), .rms = volt(1)}};
  BOOST_TEST(refusal(recipe) ==
             "voltage L1: a band of noise from 10 Hz to 10 Hz of 1 r.m.s.; expected rising "
             "frequencies from 0 and a value of at least 0");
}

BOOST_AUTO_TEST_SUITE_END()
