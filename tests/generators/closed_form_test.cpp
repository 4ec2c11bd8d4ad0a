// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/closed_form.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <string>

#include "form_lines.h"

using namespace meterrig;
using meterrig::synthesis::closed_form;
using meterrig::synthesis::ClosedForm;

namespace {

boost::test_tools::predicate_result near(double found, double expected, double relative = 1e-13) {
  if (std::abs(found - expected) <= relative * std::abs(expected)) return true;
  boost::test_tools::predicate_result wrong(false);
  wrong.message() << found << " is not " << expected;
  return wrong;
}

constexpr double turn = 2 * std::numbers::pi;
constexpr double fundamental = 50;

// The steady part of a channel at a time: components, forms by their lines, tones, and the same of
// what is added.
template <class Kind>
double value_at(const Channel<Kind>& channel, Unit<Kind> unit, double seconds) {
  const double root = std::numbers::sqrt2;
  double sum = channel.dc.known() ? channel.dc.in(unit) : 0;
  for (const auto& part : channel.components)
    sum += root * part.rms.in(unit)*std::sin(turn * part.order * fundamental * seconds +
                                             part.phase.in(radian));
  for (const auto& part : channel.tones)
    sum += root * part.rms.in(unit)*std::sin(turn * part.frequency.value() * seconds +
                                             part.phase.in(radian));
  for (const auto& form : channel.forms) {
    const synthesis::FormLines lines = synthesis::lines_of(form);
    sum += lines.dc;
    for (const auto& line : lines.lines) {
      const double x = turn * line.order * fundamental * seconds / lines.cycles;
      sum += line.sine * std::sin(x) + line.cosine * std::cos(x);
    }
  }
  for (const auto& other : channel.also) sum += value_at(other, unit, seconds);
  return sum;
}

// Every kind of part, of lines that are multiples of 12.5 Hz up to 250 Hz or whole hertz.
template <class Kind>
Channel<Kind> random_channel(std::mt19937_64& random, Unit<Kind> unit, int depth) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  const auto rms = [&] { return unit(std::abs(uniform(random))); };
  const auto phase = [&] { return degree(180 * uniform(random)); };
  Channel<Kind> channel;
  channel.dc = unit(uniform(random));
  for (const std::int32_t order : {1, 2, 5})
    channel.components.push_back({.order = order, .rms = rms(), .phase = phase()});
  for (const FormKind kind :
       {FormKind::half_wave, FormKind::phase_fired_leading, FormKind::phase_fired_trailing,
        FormKind::burst_fired, FormKind::rectifier})
    channel.forms.push_back({.kind = kind,
                             .rms = rms(),
                             .phase = phase(),
                             .angle = degree(90 + 80 * uniform(random)),
                             .on_cycles = 1 + depth,
                             .off_cycles = 3 - depth,
                             .highest_order = 5});
  // 62.5 Hz and 150 Hz are lines of the burst and of the forms too.
  for (const Rational frequency : {Rational{125, 2}, {150, 1}, {179, 1}})
    channel.tones.push_back(
        {.frequency = frequency, .rms = rms(), .phase = phase(), .frequency_changes = {}});
  if (depth > 0) channel.also.push_back(random_channel(random, unit, depth - 1));
  return channel;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(closed_form_of_a_recipe)

// Published: IEEE 1459-2010, Annex B, the single-phase example (phases of sines, 60 Hz).
BOOST_AUTO_TEST_CASE(the_single_phase_example_of_ieee_1459_comes_out) {
  SignalRecipe recipe{.frequency = {60, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
  recipe.voltage.at(0).components = {{.order = 1, .rms = volt(100), .phase = degree(0)},
                                     {.order = 3, .rms = volt(8), .phase = degree(-70)},
                                     {.order = 5, .rms = volt(15), .phase = degree(140)},
                                     {.order = 7, .rms = volt(5), .phase = degree(20)}};
  recipe.current.at(0).components = {{.order = 1, .rms = ampere(100), .phase = degree(-30)},
                                     {.order = 3, .rms = ampere(20), .phase = degree(-165)},
                                     {.order = 5, .rms = ampere(15), .phase = degree(234)},
                                     {.order = 7, .rms = ampere(10), .phase = degree(234)}};
  const ClosedForm truth = closed_form(recipe).value();
  BOOST_TEST(near(truth.u.at(0).in(volt), 101.55786527886454));
  BOOST_TEST(near(truth.i.at(0).in(ampere), 103.56157588603989));
  BOOST_TEST(near(truth.p.at(0).in(watt), 8589.162033784582));
  BOOST_TEST(near(truth.q1.at(0).in(var), 5000.0));
  BOOST_TEST(near(truth.s.at(0).in(volt_ampere), 10517.492571901346));
  BOOST_TEST(near(truth.voltage_thd.at(0).in(percent), 17.72004514666935));
  BOOST_TEST(near(truth.current_thd.at(0).in(percent), 26.92582403567252));
  BOOST_TEST(near(truth.displacement.at(0).in(degree), 30.0));
  BOOST_TEST(near(truth.p_total.in(watt), 8589.162033784582));
  BOOST_TEST(truth.p.at(1).in(watt) == 0.0);
}

BOOST_AUTO_TEST_CASE(dc_and_noise_count_where_they_should) {
  SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
  recipe.voltage.at(2) = {.dc = volt(3),
                          .components = {{.order = 1, .rms = volt(4), .phase = degree(10)}},
                          .noise_rms = volt(12)};
  recipe.current.at(2) = {.dc = ampere(2), .components = {}, .noise_rms = ampere(1)};
  const ClosedForm truth = closed_form(recipe).value();
  BOOST_TEST(near(truth.u.at(2).in(volt), 13));
  BOOST_TEST(near(truth.i.at(2).in(ampere), std::sqrt(5.0)));
  BOOST_TEST(near(truth.p.at(2).in(watt), 6));
  BOOST_TEST(truth.q1.at(2).in(var) == 0.0);
  BOOST_TEST(near(truth.voltage_thd.at(2).in(percent), 300));
  BOOST_TEST(!truth.displacement.at(2).known());
  BOOST_TEST(!truth.current_thd.at(2).known());
  BOOST_TEST(!truth.displacement.at(0).known());
}

// All lines are whole in 2 s, and those of a product are below 500 Hz: the mean of 4000 samples is
// the mean of the product. Rounding: 4000 terms of below 30 V x 30 A, 4000 x 1e-16 of it.
BOOST_AUTO_TEST_CASE(forms_tones_and_what_is_added_agree_with_the_mean_over_their_common_period) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    std::mt19937_64 random(seed);
    SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
    recipe.voltage.at(1) = random_channel(random, volt, 2);
    recipe.current.at(1) = random_channel(random, ampere, 1);
    constexpr int count = 4000;
    double uu = 0;
    double ii = 0;
    double ui = 0;
    double u = 0;
    double u_sine = 0;
    double u_cosine = 0;
    for (int n = 0; n < count; ++n) {
      const double seconds = 2.0 * n / count;
      const double volts = value_at(recipe.voltage.at(1), volt, seconds);
      const double amperes = value_at(recipe.current.at(1), ampere, seconds);
      uu += volts * volts / count;
      ii += amperes * amperes / count;
      ui += volts * amperes / count;
      u += volts / count;
      u_sine += 2 * volts * std::sin(turn * fundamental * seconds) / count;
      u_cosine += 2 * volts * std::cos(turn * fundamental * seconds) / count;
    }
    const double first = (u_sine * u_sine + u_cosine * u_cosine) / 2;
    const ClosedForm truth = closed_form(recipe).value();
    BOOST_TEST_CONTEXT("seed " << seed) {
      BOOST_TEST(near(truth.u.at(1).in(volt), std::sqrt(uu), 1e-11));
      BOOST_TEST(near(truth.i.at(1).in(ampere), std::sqrt(ii), 1e-11));
      BOOST_TEST(std::abs(truth.p.at(1).in(watt)-ui) < 1e-9);
      BOOST_TEST(near(truth.voltage_thd.at(1).in(percent),
                      100 * std::sqrt((uu - u * u - first) / first), 1e-10));
    }
  }
}

// Facts: half of the continuous power, whatever the switch.
BOOST_AUTO_TEST_CASE(a_switched_sine_takes_half_of_the_power_of_the_whole_one) {
  for (const FormKind kind :
       {FormKind::half_wave, FormKind::phase_fired_leading, FormKind::burst_fired}) {
    SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
    recipe.voltage.at(0).components = {{.order = 1, .rms = volt(230), .phase = degree(0)}};
    recipe.current.at(0).forms = {{.kind = kind,
                                   .rms = ampere(10),
                                   .phase = degree(0),
                                   .angle = degree(90),
                                   .on_cycles = 2,
                                   .off_cycles = 2}};
    const ClosedForm truth = closed_form(recipe).value();
    BOOST_TEST(near(truth.p.at(0).in(watt), 1150));
    // 63 harmonics of a wave with jumps of 14 A lack 0.2 % of the r.m.s. value sqrt(50) A at most.
    BOOST_TEST(near(truth.i.at(0).in(ampere), std::sqrt(50), 4e-3));
  }
}

BOOST_AUTO_TEST_CASE(a_line_of_a_burst_and_a_tone_of_the_same_frequency_carry_power_together) {
  // 49.98 Hz: a quarter of it is 2499/200 Hz, no multiple of anything short in binary.
  SignalRecipe recipe{.frequency = {2499, 50}, .noise_seed = 0, .voltage = {}, .current = {}};
  recipe.current.at(2).forms = {{.kind = FormKind::burst_fired,
                                 .rms = ampere(1),
                                 .phase = degree(0),
                                 .angle = {},
                                 .on_cycles = 2,
                                 .off_cycles = 2}};
  recipe.voltage.at(2).tones = {
      {.frequency = {3 * 2499, 200}, .rms = volt(1), .phase = degree(90), .frequency_changes = {}}};
  // Line 3 of 4: 8 / (7 pi) of the peak, a cosine.
  BOOST_TEST(near(closed_form(recipe).value().p.at(2).in(watt), 8 / (7 * std::numbers::pi)));
  recipe.voltage.at(2).tones.at(0).frequency = {37485, 1001};
  BOOST_TEST(closed_form(recipe).value().p.at(2).in(watt) == 0.0);
}

BOOST_AUTO_TEST_CASE(bands_of_noise_add_their_squares) {
  SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
  Channel<VoltageKind> band;
  band.noise_bands = {{.lowest = hertz(0), .highest = hertz(100), .rms = volt(4)}};
  recipe.voltage.at(0).noise_rms = volt(12);
  recipe.voltage.at(0).noise_bands = {
      {.lowest = hertz(2000), .highest = hertz(9000), .rms = volt(3)}};
  recipe.voltage.at(0).also = {band};
  BOOST_TEST(near(closed_form(recipe).value().u.at(0).in(volt), 13));
}

BOOST_AUTO_TEST_CASE(what_changes_in_time_has_no_truth_and_the_field_is_named) {
  const auto reason = [](const std::function<void(SignalRecipe&)>& change) {
    SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
    recipe.voltage.at(1).also.resize(2);
    recipe.current.at(2).tones.resize(
        2, {.frequency = {60, 1}, .rms = ampere(1), .phase = {}, .frequency_changes = {}});
    for (auto& tone : recipe.current.at(2).tones) tone.phase = degree(0);
    BOOST_TEST(closed_form(recipe).has_value());
    change(recipe);
    const auto truth = closed_form(recipe);
    BOOST_TEST_REQUIRE(!truth.has_value());
    BOOST_TEST((truth.error().code == ErrorCode::failed_precondition));
    return truth.error().message;
  };
  const std::string why = ": what changes in time has no closed form";
  using R = SignalRecipe;
  BOOST_TEST(reason([](R& r) { r.frequency_modulations.resize(1); }) ==
             "frequency_modulations" + why);
  BOOST_TEST(reason([](R& r) { r.frequency_changes.resize(1); }) == "frequency_changes" + why);
  BOOST_TEST(reason([](R& r) { r.voltage.at(0).amplitude_modulations.resize(1); }) ==
             "voltage L1: amplitude_modulations" + why);
  BOOST_TEST(reason([](R& r) { r.current.at(0).phase_modulations.resize(1); }) ==
             "current L1: phase_modulations" + why);
  BOOST_TEST(reason([](R& r) { r.voltage.at(2).amplitude_changes.resize(1); }) ==
             "voltage L3: amplitude_changes" + why);
  BOOST_TEST(reason([](R& r) { r.voltage.at(1).also.at(1).phase_changes.resize(1); }) ==
             "voltage L2: also[1]: phase_changes" + why);
  BOOST_TEST(reason([](R& r) { r.current.at(1).dc_changes.resize(1); }) ==
             "current L2: dc_changes" + why);
  BOOST_TEST(reason([](R& r) { r.current.at(2).tones.at(1).frequency_changes.resize(1); }) ==
             "current L3: tones[1].frequency_changes" + why);
}

BOOST_AUTO_TEST_SUITE_END()
