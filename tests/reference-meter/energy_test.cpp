// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/energy.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "random_signal.h"

using namespace meterrig;
using meterrig::reference::EnergyMeter;
using meterrig::synthesis::closed_form;
using meterrig::synthesis::ClosedForm;

namespace {

constexpr Rational eight_kilohertz{8000, 1};

// Integral of one phase's power from 0 to `seconds`, in watt seconds, term by term from the
// definition (each product of two sines is two cosines), in extended precision.
double energy_of(const SignalRecipe& recipe, std::size_t phase, long double seconds) {
  const long double two_pi = 2 * std::acos(-1.0L);
  const long double omega = two_pi * recipe.frequency.numerator / recipe.frequency.denominator;
  struct Line {
    int order;
    long double rms;
    long double radians;
  };
  const auto lines_of = [two_pi](const auto& channel, auto unit) {
    std::vector<Line> lines;
    // dc is a cosine of order 0
    lines.push_back({0, channel.dc.in(unit) / std::sqrt(2.0L), two_pi / 4});
    for (const auto& c : channel.components)
      lines.push_back({c.order, c.rms.in(unit), c.phase.in(degree)*two_pi / 360});
    return lines;
  };
  const auto integral_of_cosine = [&](int k, long double radians) {
    if (k == 0) return seconds * std::cos(radians);
    return (std::sin(k * omega * seconds + radians) - std::sin(radians)) / (k * omega);
  };
  long double sum = 0;
  for (const Line& u : lines_of(recipe.voltage.at(phase), volt))
    for (const Line& i : lines_of(recipe.current.at(phase), ampere))
      sum += u.rms * i.rms *
             (integral_of_cosine(u.order - i.order, u.radians - i.radians) -
              integral_of_cosine(u.order + i.order, u.radians + i.radians));
  return static_cast<double>(sum);
}

EnergyMeter fed(const SignalRecipe& recipe, std::size_t count, std::size_t block = 1600,
                Rational rate = eight_kilohertz, Frequency nominal = hertz(50)) {
  EnergyMeter meter(rate, nominal);
  for (std::size_t at = 0; at < count; at += block) {
    const auto size = std::min(block, count - at);
    BOOST_TEST_REQUIRE(
        meter.feed(samples_of(recipe, rate, static_cast<std::int64_t>(at), size)).has_value());
  }
  return meter;
}

SignalRecipe sines(double displacement, Rational frequency = {50, 1}) {
  OperatingPoint point{
      .frequency = hertz(frequency.value()),
      .voltage = {volt(230), volt(231), volt(229)},
      .voltage_angle = {degree(0), degree(-120), degree(120)},
      .current = {ampere(5), ampere(4), ampere(6)},
      .displacement = {degree(displacement), degree(displacement), degree(displacement)}};
  return *recipe_of(point);
}

double net(const EnergyMeter::Registers& r, std::size_t phase) {
  return (r.import_.at(phase) - r.export_.at(phase)).in(watt_second);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(energy)

BOOST_AUTO_TEST_CASE(reactive_energy_of_sines_flows_evenly_at_any_instant) {
  for (const double displacement : {60.0, -37.0, 180.0 + 30}) {
    const SignalRecipe recipe = sines(displacement, {49963, 1000});
    EnergyMeter meter = fed(recipe, 16000);
    double vars = 0;
    for (const double volt_amperes : {230.0 * 5, 231.0 * 4, 229.0 * 6})
      vars += volt_amperes * std::sin(displacement * std::acos(-1.0) / 180);
    for (const std::int64_t from : {300'000'000, 512'345'678, 999'999'999}) {
      for (const std::int64_t longer : {1'000, 123'456'789, 700'000'000}) {
        const double found =
            (meter.reactive_until({from + longer}) - meter.reactive_until({from})).in(var_second);
        const double expected = vars * static_cast<double>(longer) * 1e-9;
        BOOST_TEST(std::abs(found - expected) < 1e-8 * std::abs(vars),
                   found << " instead of " << expected);
      }
    }
    // The windows that are not whole yet are not known, and what was forgotten no more.
    BOOST_TEST(!meter.reactive_until({2'000'000'000}).known());
    BOOST_TEST(!meter.reactive_until({-1}).known());
    const ReactiveEnergy before = meter.reactive_until({1'100'000'000});
    meter.forget_before({1'050'000'000});
    BOOST_TEST(!meter.reactive_until({500'000'000}).known());
    BOOST_TEST(meter.reactive_until({1'100'000'000}).in(var_second) == before.in(var_second));
  }
}

// Pure sines: the power has a component at 100 Hz, x = 0.079 (see sample_integral.h), error below
// 1e-22 of S times a sample interval: what is left is rounding, of times (0.25 ns of 3 kW is taken
// out by whole nanoseconds) and sums.
BOOST_AUTO_TEST_CASE(energy_of_sines_is_exact_at_any_instant) {
  const SignalRecipe recipe = sines(30, {49963, 1000});
  const EnergyMeter meter = fed(recipe, 9000);
  std::mt19937_64 random(31);
  std::uniform_int_distribution<std::int64_t> any(2000000, 1120000000);
  double worst = 0;
  for (int k = 0; k < 300; ++k) {
    const Instant t{any(random)};
    const auto energies = meter.active_until_per_phase(t);
    for (std::size_t p = 0; p < phase_count; ++p)
      worst = std::max(worst, std::abs(energies.at(p).in(watt_second)-energy_of(
                                  recipe, p, static_cast<long double>(t.nanoseconds) * 1e-9L)));
  }
  // S is 1374 VA at most; 1e-12 of 1.12 s of it for sums of 9000 terms and the constant of the
  // start, which is integrated by 6 samples: 7e-9 S of a sample interval
  BOOST_TEST(worst < 1374 * (1.12e-12 + 7e-9 / 8000));
}

// Near both ends 6 samples are used: x^6 5!/6! / 7 (interpolation remainder, integrated) is
// 5.7e-9 of S sample intervals inside and, one sample beyond the end, x^6 (1/3) = 8e-8.
BOOST_AUTO_TEST_CASE(energy_near_the_ends_of_the_record_is_good_to_a_billionth_of_a_period) {
  const SignalRecipe recipe = sines(60);
  const EnergyMeter meter = fed(recipe, 3200);
  for (std::int64_t ns = 0; ns <= 400000000; ns += ns == 3000000 ? 394000000 : 40000) {
    const auto energies = meter.active_until_per_phase({ns});
    for (std::size_t p = 0; p < phase_count; ++p) {
      const double expected = energy_of(recipe, p, static_cast<long double>(ns) * 1e-9L);
      BOOST_TEST(std::abs(energies.at(p).in(watt_second)-expected) < 1374 * (8e-8 / 8000 + 1e-12));
    }
  }
}

// With harmonics to order 10 of u and i the power goes up to 20 f: x = 0.79, and the bound of
// sample_integral.h, 3e-6 x^16 (1 + 2 / x), is 2.3e-7 sample intervals, 1.5e-9 periods, of the
// components so high; 20 % harmonics make them less than a tenth of S.
BOOST_AUTO_TEST_CASE(energy_of_distorted_waves_gates_within_a_billionth_of_power_times_period) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      std::uniform_int_distribution<std::int64_t> hundredths(4500, 5500);
      const SignalRecipe recipe =
          random_recipe(random, *make_rational(hundredths(random), 100), 10);
      const EnergyMeter meter = fed(recipe, 8000);
      const ClosedForm truth = closed_form(recipe).value();
      std::uniform_int_distribution<std::int64_t> any(2000000, 990000000);
      for (int k = 0; k < 50; ++k) {
        const Instant from{any(random)};
        const Instant to{any(random)};
        const auto a = meter.active_until_per_phase(from);
        const auto b = meter.active_until_per_phase(to);
        for (std::size_t p = 0; p < phase_count; ++p) {
          const double expected =
              energy_of(recipe, p, static_cast<long double>(to.nanoseconds) * 1e-9L) -
              energy_of(recipe, p, static_cast<long double>(from.nanoseconds) * 1e-9L);
          const double difference = (b.at(p) - a.at(p)).in(watt_second)-expected;
          BOOST_TEST(std::abs(difference) < 1e-9 * truth.s.at(p).in(volt_ampere) * 0.02);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(registers_add_up_to_the_integral_and_to_the_closed_form) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      std::uniform_int_distribution<std::int64_t> thousandths(47000, 53000);
      SignalRecipe recipe = random_recipe(random, *make_rational(thousandths(random), 1000), 12);
      recipe.current.at(1).noise_rms = ampere(0.01);
      const EnergyMeter meter = fed(recipe, 40000, 777);
      const EnergyMeter::Registers registers = meter.registers();
      const ClosedForm truth = closed_form(recipe).value();
      BOOST_TEST(registers.until.nanoseconds > 4700000000);
      const auto integral = meter.active_until_per_phase(registers.until);
      const double seconds = static_cast<double>(registers.until.nanoseconds) * 1e-9;
      for (std::size_t p = 0; p < phase_count; ++p) {
        const double s = truth.s.at(p).in(volt_ampere);
        // the boundary is told to half a nanosecond, in which u i is at most 4 S here
        BOOST_TEST(std::abs(net(registers, p) - integral.at(p).in(watt_second)) <
                   4 * s * 0.5e-9 + 1e-12 * s);
        if (p == 1) continue;  // noise
        // the power's order 24 is at x = 1: 1e-5 sample intervals of a tenth of S at the boundary;
        // the start, by 6 samples, knows order 13 (x = 0.5) to 0.02 x^6, 4e-4 sample intervals of
        // it
        BOOST_TEST(
            std::abs(net(registers, p) - energy_of(recipe, p, static_cast<long double>(seconds))) <
            1e-5 * s * 0.02);
        double q = 0;
        for (std::size_t k = 0; k < 4; ++k)
          q += (k < 2 ? 1 : -1) * registers.quadrant.at(k).at(p).in(var_second);
        BOOST_TEST(std::abs(q / seconds - truth.q1.at(p).in(var)) < 1e-6 * s);
      }
      const double total = (registers.import_total - registers.export_total).in(watt_second);
      BOOST_TEST(std::abs(total - net(registers, 0) - net(registers, 1) - net(registers, 2)) <
                 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_blocks) {
  std::mt19937_64 random(8);
  SignalRecipe recipe = random_recipe(random, {50123, 1000}, 30);
  recipe.voltage.at(0).noise_rms = volt(1);
  const EnergyMeter whole = fed(recipe, 12345, 12345);
  for (const std::size_t block : {1U, 63U, 64U, 1000U, 1024U, 5000U}) {
    const EnergyMeter cut = fed(recipe, 12345, block);
    const auto a = whole.registers();
    const auto b = cut.registers();
    for (std::size_t p = 0; p < phase_count; ++p) {
      BOOST_TEST((a.import_.at(p) == b.import_.at(p)));
      BOOST_TEST((a.export_.at(p) == b.export_.at(p)));
      for (std::size_t k = 0; k < 4; ++k)
        BOOST_TEST((a.quadrant.at(k).at(p) == b.quadrant.at(k).at(p)));
    }
    BOOST_TEST(a.until.nanoseconds == b.until.nanoseconds);
    for (const std::int64_t ns :
         {std::int64_t{500000}, std::int64_t{1000000123}, std::int64_t{1543000000}})
      BOOST_TEST((whole.active_until({ns}) == cut.active_until({ns})));
  }
}

BOOST_AUTO_TEST_CASE(each_displacement_counts_in_its_quadrant) {
  const std::array<double, 4> displacement = {40, 140, -140, -40};
  for (std::size_t k = 0; k < 4; ++k) {
    const EnergyMeter meter = fed(sines(displacement.at(k)), 8000);
    const auto registers = meter.registers();
    const double seconds = static_cast<double>(registers.until.nanoseconds) * 1e-9;
    const double q = 1150 * std::sin(displacement.at(k) * std::acos(-1.0) / 180) * seconds;
    const double p = 1150 * std::cos(displacement.at(k) * std::acos(-1.0) / 180) * seconds;
    for (std::size_t other = 0; other < 4; ++other) {
      const double found = registers.quadrant.at(other).at(0).in(var_second);
      BOOST_TEST(std::abs(found - (other == k ? std::abs(q) : 0)) < 1e-9 * 1150);
    }
    // until is 0.2 s n + 8 samples: not whole periods, so p is compared with less than 1 period
    BOOST_TEST(std::abs(net(registers, 0) - p) < 1150 * 0.002);
    BOOST_TEST((p > 0 ? registers.export_ : registers.import_).at(0).in(watt_second) == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(the_total_register_counts_the_sum_of_the_phases) {
  SignalRecipe recipe = sines(0);
  recipe.current.at(1).components.at(0).phase += degree(180);  // L2 exports
  const auto registers = fed(recipe, 8000).registers();
  BOOST_TEST(registers.export_.at(1).in(watt_second) > 700.0);
  BOOST_TEST(registers.export_total.in(watt_second) == 0.0);
  BOOST_TEST(std::abs(registers.import_total.in(watt_second)-net(registers, 0) - net(registers, 1) -
                      net(registers, 2)) < 1e-9);
}

BOOST_AUTO_TEST_CASE(windows_follow_a_change_of_frequency) {
  EnergyMeter meter(eight_kilohertz, hertz(50));
  BOOST_TEST((meter.frequency() == hertz(50)));
  BOOST_TEST_REQUIRE(
      meter.feed(samples_of(sines(0, {50, 1}), eight_kilohertz, 0, 8000)).has_value());
  BOOST_TEST(std::abs(meter.frequency().in(hertz)-50) < 1e-9);
  BOOST_TEST_REQUIRE(
      meter.feed(samples_of(sines(0, {507, 10}), eight_kilohertz, 8000, 40000)).has_value());
  BOOST_TEST(std::abs(meter.frequency().in(hertz)-50.7) < 1e-9);
}

BOOST_AUTO_TEST_CASE(without_any_signal_the_registers_stay_at_zero) {
  const auto registers =
      fed({.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}}, 8000).registers();
  BOOST_TEST(registers.import_total.in(watt_second) == 0.0);
  BOOST_TEST(registers.until.nanoseconds > 700000000);
}

BOOST_AUTO_TEST_CASE(thousands_of_windows_lose_nothing_to_rounding) {
  // 2 kS/s to keep the test short: the power's 120 Hz is at x = 0.38, known to 0.02 x^6 = 6e-5
  // sample intervals of S at the start
  const Rational rate{2000, 1};
  const SignalRecipe recipe = sines(0, {60, 1});
  EnergyMeter meter(rate, hertz(60));
  for (std::int64_t at = 0; at < 2000000; at += 20000) {
    BOOST_TEST_REQUIRE(meter.feed(samples_of(recipe, rate, at, 20000)).has_value());
    meter.forget_before({at * 500000});
  }
  const auto registers = meter.registers();
  const double seconds = static_cast<double>(registers.until.nanoseconds) * 1e-9;
  BOOST_TEST(seconds > 999.0);
  const double expected = energy_of(recipe, 0, static_cast<long double>(seconds));
  // half a nanosecond of 2 S, and 1e-14 of the energy
  BOOST_TEST(std::abs(net(registers, 0) - expected) <
             1150 * (6e-5 / 2000 + 1e-9 + 1e-14 * seconds));
}

BOOST_AUTO_TEST_CASE(blocks_that_do_not_fit_are_refused_and_change_nothing) {
  const SignalRecipe recipe = sines(0);
  EnergyMeter meter = fed(recipe, 4000);
  const auto code = [&meter](const SampleBlock& block) { return meter.feed(block).error().code; };
  BOOST_TEST(
      (code(samples_of(recipe, eight_kilohertz, 4001, 100)) == ErrorCode::failed_precondition));
  BOOST_TEST(
      (code(samples_of(recipe, eight_kilohertz, 3999, 100)) == ErrorCode::failed_precondition));
  BOOST_TEST((code(samples_of(recipe, {16000, 1}, 4000, 100)) == ErrorCode::invalid_argument));
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    SampleBlock block = samples_of(recipe, eight_kilohertz, 4000, 100);
    block.amperes(2)[99] = bad;
    BOOST_TEST((code(block) == ErrorCode::invalid_argument));
  }
  BOOST_TEST(meter.feed(samples_of(recipe, eight_kilohertz, 4000, 100)).has_value());
}

BOOST_AUTO_TEST_CASE(energy_outside_the_history_is_unknown) {
  const SignalRecipe recipe = sines(0);
  EnergyMeter meter = fed(recipe, 80000);
  BOOST_TEST(!meter.active_until({-1}).known());
  BOOST_TEST(meter.active_until({0}).in(watt_second) == 0.0);
  BOOST_TEST(meter.active_until({10000000000}).known());
  BOOST_TEST(!meter.active_until({10000000001}).known());
  const ActiveEnergy kept = meter.active_until({5000000000});
  meter.forget_before({5000000000});
  BOOST_TEST((meter.active_until({5000000000}) == kept));
  BOOST_TEST(!meter.active_until({1000000000}).known());
  meter.forget_before({20000000000});
  BOOST_TEST(meter.active_until({10000000000}).known());
  BOOST_TEST_REQUIRE(meter.feed(samples_of(recipe, eight_kilohertz, 80000, 8000)).has_value());
  BOOST_TEST(meter.registers().import_total.in(watt_second) > 10.7 * 3400);
}

BOOST_AUTO_TEST_CASE(a_record_of_a_few_samples_has_energy) {
  SampleBlock block(eight_kilohertz, 0, 1);
  block.volts(0)[0] = 10;
  block.amperes(0)[0] = 2;
  EnergyMeter meter(eight_kilohertz, hertz(50));
  BOOST_TEST(!meter.active_until({0}).known());
  for (std::int64_t n = 0; n < 40; ++n) {
    block.first_sample = n;
    BOOST_TEST_REQUIRE(meter.feed(block).has_value());
    BOOST_TEST(std::abs(meter.active_until({n * 125000}).in(watt_second)-20.0 *
                        static_cast<double>(n) / 8000) < 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(a_meter_that_starts_late_counts_from_there) {
  const SignalRecipe recipe = sines(0);
  EnergyMeter meter(eight_kilohertz, hertz(50));
  BOOST_TEST_REQUIRE(meter.feed(samples_of(recipe, eight_kilohertz, 4000, 8000)).has_value());
  BOOST_TEST(meter.active_until({500000000}).in(watt_second) == 0.0);
  BOOST_TEST(std::abs(meter.active_until({900000000}).in(watt_second)-0.4 * 3448) < 1e-6);
  BOOST_TEST(meter.registers().until.nanoseconds > 1200000000);
}

BOOST_AUTO_TEST_SUITE_END()
