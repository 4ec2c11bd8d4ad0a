// SPDX-License-Identifier: GPL-3.0-or-later
// Signals of influence levels, held against their closed forms.
#include "influence_signal.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "meterrig/synthesis/closed_form.h"
#include "meterrig/synthesis/synthesis.h"
#include "repetition.h"

using namespace meterrig;
using boost::test_tools::tolerance;

namespace {

constexpr double full_watts = 3 * 230 * 5;

OperatingPoint load(double displacement = 0) {
  return {.frequency = hertz(50),
          .voltage = {volt(230), volt(230), volt(230)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(5), ampere(5), ampere(5)},
          .displacement = {degree(displacement), degree(displacement), degree(displacement)}};
}

v1::InfluenceLevel switched(v1::FormKind kind, v1::SwitchedLevel level) {
  v1::InfluenceLevel influence;
  v1::SwitchedSine& sine = *influence.mutable_signal()->mutable_switched_current();
  sine.set_kind(kind);
  sine.set_level(level);
  sine.set_angle(kind == v1::FORM_KIND_BURST_FIRED ? 0 : 60);
  sine.set_on_cycles(kind == v1::FORM_KIND_BURST_FIRED ? 1 : 0);
  sine.set_off_cycles(kind == v1::FORM_KIND_BURST_FIRED ? 3 : 0);
  return influence;
}

synthesis::ClosedForm truth_of(const v1::InfluenceLevel& level, const OperatingPoint& point,
                               bool exported = false) {
  const auto recipe = campaign::signal_under(level, point, exported);
  BOOST_REQUIRE(recipe.has_value());
  const auto truth = synthesis::closed_form(*recipe);
  BOOST_REQUIRE(truth.has_value());
  return *truth;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(influence_signal)

// U5 of 10 % and I5 of 40 %, in phase: P = 1.04 P1, I = 1.07703 I1.
BOOST_AUTO_TEST_CASE(harmonics_carry_the_power_of_their_shares) {
  v1::InfluenceLevel level;
  v1::HarmonicShare& voltage = *level.mutable_signal()->add_voltage_harmonics();
  voltage.set_order(5);
  voltage.set_share(10);
  v1::HarmonicShare& current = *level.mutable_signal()->add_current_harmonics();
  current.set_order(5);
  current.set_share(40);
  const auto truth = truth_of(level, load());
  for (std::size_t p = 0; p < phase_count; ++p) {
    BOOST_TEST(truth.p.at(p).in(watt) == 1.04 * 1150, tolerance(1e-12));
    BOOST_TEST(truth.i.at(p).in(ampere) == 5 * std::sqrt(1.16), tolerance(1e-12));
    BOOST_TEST(truth.u.at(p).in(volt) == 230 * std::sqrt(1.01), tolerance(1e-12));
  }
  BOOST_TEST(truth_of(level, load(180), true).p_total.in(watt) == -1.04 * full_watts,
             tolerance(1e-12));
  // A lag of 60 deg is a delay, 300 deg of the 5th: 0.5 P1 + 0.04 P1 cos(300 deg).
  BOOST_TEST(truth_of(level, load(60)).p_total.in(watt) == (0.5 + 0.04 * 0.5) * full_watts,
             tolerance(1e-12));
}

// Phase after phase is the one before, a third of a period later.
BOOST_AUTO_TEST_CASE(all_phases_have_one_shape) {
  v1::InfluenceLevel level;
  for (const int order : {3, 5, 8}) {
    v1::HarmonicShare& share = *level.mutable_signal()->add_current_harmonics();
    share.set_order(order);
    share.set_share(20);
    share.set_phase(10 * order);
  }
  v1::InterharmonicShare& tone = *level.mutable_signal()->add_current_interharmonics();
  tone.set_frequency_factor(3);  // a third of its period too
  tone.set_share(10);
  const auto recipe = campaign::signal_under(level, load(), false);
  BOOST_REQUIRE(recipe.has_value());
  auto signal = synthesis::Synthesis::create(*recipe, {15'000, 1});  // 300 samples a period
  BOOST_REQUIRE(signal.has_value());
  SampleBlock block({15'000, 1}, 0, 600);
  BOOST_REQUIRE(signal->read(block).has_value());
  for (std::size_t i = 100; i < 600; ++i) {
    BOOST_TEST(std::abs(block.amperes(1)[i] - block.amperes(0)[i - 100]) < 1e-10);
    BOOST_TEST(std::abs(block.amperes(2)[i] - block.amperes(1)[i - 100]) < 1e-10);
  }
}

// What a switch lets through of sin^2, by adding it up.
BOOST_AUTO_TEST_CASE(the_share_let_through_is_that_of_the_wave) {
  constexpr int steps = 108'000;  // 300 a degree, so that none is cut
  for (const v1::FormKind kind : {v1::FORM_KIND_HALF_WAVE, v1::FORM_KIND_PHASE_FIRED_LEADING,
                                  v1::FORM_KIND_PHASE_FIRED_TRAILING}) {
    v1::SwitchedSine sine;
    sine.set_kind(kind);
    sine.set_angle(60);
    double through = 0;
    double all = 0;
    for (int i = 0; i < steps; ++i) {
      const double degrees = 360 * (i + 0.5) / steps;
      const double square = std::pow(std::sin(degrees / 180 * std::acos(-1.0)), 2);
      const double in_half = std::fmod(degrees, 180);
      const bool on = kind == v1::FORM_KIND_HALF_WAVE             ? degrees < 180
                      : kind == v1::FORM_KIND_PHASE_FIRED_LEADING ? in_half > 60
                                                                  : in_half < 60;
      all += square;
      if (on) through += square;
    }
    BOOST_TEST(campaign::share_let_through(sine) == through / all, tolerance(1e-7));
  }
}

BOOST_AUTO_TEST_CASE(the_level_says_what_the_current_is_of) {
  for (const v1::FormKind kind : {v1::FORM_KIND_HALF_WAVE, v1::FORM_KIND_PHASE_FIRED_LEADING,
                                  v1::FORM_KIND_PHASE_FIRED_TRAILING, v1::FORM_KIND_BURST_FIRED}) {
    // The mean power is that of the sine; its series ends at the 63rd order, the power is in the
    // 1st.
    const auto power = truth_of(switched(kind, v1::SWITCHED_LEVEL_MEAN_POWER), load());
    BOOST_TEST(power.p_total.in(watt) == full_watts, tolerance(1e-9));
    BOOST_TEST(
        truth_of(switched(kind, v1::SWITCHED_LEVEL_MEAN_POWER), load(180), true).p_total.in(watt) ==
            -full_watts,
        tolerance(1e-9));
    const auto rms = truth_of(switched(kind, v1::SWITCHED_LEVEL_RMS), load());
    // But for odd orders n above the 63rd of a jump s = peak sin(60 deg) in each half-cycle: lines
    // of 2 s / (pi n), together s^2 / (64 pi^2).
    const double share = campaign::share_let_through(
        switched(kind, v1::SWITCHED_LEVEL_RMS).signal().switched_current());
    const bool jumps =
        kind == v1::FORM_KIND_PHASE_FIRED_LEADING || kind == v1::FORM_KIND_PHASE_FIRED_TRAILING;
    const double jump = jumps ? 5 * std::sqrt(2 / share) * std::sqrt(0.75) : 0;
    BOOST_TEST(
        rms.i[1].in(ampere) == std::sqrt(25 - jump * jump / (64 * std::pow(std::acos(-1.0), 2))),
        tolerance(1e-5));
    const auto whole = truth_of(switched(kind, v1::SWITCHED_LEVEL_WHOLE_SINE), load());
    BOOST_TEST(whole.p_total.in(watt) == share * full_watts, tolerance(1e-9));
  }
}

BOOST_AUTO_TEST_CASE(voltage_frequency_sequence_and_interruption_change_the_point) {
  v1::InfluenceLevel level;
  level.set_voltage_factor(0.8);
  level.set_frequency_factor(1.02);
  level.set_reversed_sequence(true);
  level.add_interrupted_phases(v1::PHASE_NAME_L2);
  const OperatingPoint point = campaign::point_under(level, load(60));
  BOOST_TEST(point.frequency.in(hertz) == 51, tolerance(1e-15));
  BOOST_TEST(point.voltage[0].in(volt) == 184, tolerance(1e-15));
  BOOST_TEST(point.voltage[1].in(volt) == 0);
  BOOST_TEST(point.voltage_angle[1].in(degree) == 120);
  BOOST_TEST(point.voltage_angle[2].in(degree) == -120);
  BOOST_TEST(point.current[1].in(ampere) == 5);
  BOOST_TEST(point.displacement[2].in(degree) == 60);
}

BOOST_AUTO_TEST_CASE(a_burst_and_interharmonics_repeat_after_their_common_periods) {
  const auto periods = [](const v1::InfluenceLevel& level) {
    return campaign::periods_repeated(*campaign::signal_under(level, load(), false));
  };
  BOOST_TEST(periods({}).value() == 1);
  v1::InfluenceLevel level = switched(v1::FORM_KIND_BURST_FIRED, v1::SWITCHED_LEVEL_MEAN_POWER);
  BOOST_TEST(periods(level).value() == 4);
  v1::InterharmonicShare& tone = *level.mutable_signal()->add_current_interharmonics();
  tone.set_frequency_factor(2.2);
  tone.set_share(1);
  BOOST_TEST(periods(level).value() == 20);
  tone.set_frequency_factor(2.234);
  BOOST_TEST((periods(level).error().code == ErrorCode::out_of_range));
}

// 8000 / 50 is a whole number of samples a period; 8000 / 60 is one in three periods.
BOOST_AUTO_TEST_CASE(readings_start_in_each_period_of_a_repetition) {
  BOOST_TEST(campaign::samples_between_readings({8000, 1}, {50, 1}, 4).value() == 160);
  BOOST_TEST(campaign::samples_between_readings({8000, 1}, {60, 1}, 4).value() == 400);
  BOOST_TEST(campaign::samples_between_readings({8000, 1}, {60, 1}, 1).value() == 0);
  BOOST_TEST((campaign::samples_between_readings({8000, 1}, {60, 1}, 6).error().code ==
              ErrorCode::out_of_range));
}

// One reading of a burst is wrong by percents; the mean over its periods is the closed form.
BOOST_AUTO_TEST_CASE(the_mean_over_a_repetition_is_free_of_interharmonics) {
  const auto recipe = campaign::signal_under(
      switched(v1::FORM_KIND_BURST_FIRED, v1::SWITCHED_LEVEL_MEAN_POWER), load(), false);
  auto signal = synthesis::Synthesis::create(*recipe, {8000, 1});
  BOOST_REQUIRE(signal.has_value());
  std::vector<campaign::ReferenceReading> readings;
  double worst = 0;
  for (std::int64_t k = 0; k < 4; ++k) {
    SampleBlock block({8000, 1}, 1000 + 160 * k, 3200);
    BOOST_REQUIRE(signal->read(block).has_value());
    const auto first = reference::measure(block);
    BOOST_REQUIRE(first.has_value());
    const auto second_reading = reference::measure_by_fit(block, first->frequency);
    BOOST_REQUIRE(second_reading.has_value());
    readings.push_back({.first = *first,
                        .second = *second_reading,
                        .agreement = reference::agreement(*first, *second_reading, block.count()),
                        .true_power = {},
                        .true_power_tolerance = {}});
    worst = std::max(worst, std::abs(first->p_total.in(watt)-full_watts));
  }
  BOOST_TEST(worst > 0.01 * full_watts);
  const auto mean = campaign::mean_reading(readings);
  BOOST_TEST(mean.first.p_total.in(watt) == full_watts, tolerance(1e-9));
  BOOST_TEST(mean.second.p_total.in(watt) == full_watts, tolerance(1e-9));
  BOOST_TEST(mean.agreement.within);
}

BOOST_AUTO_TEST_SUITE_END()
