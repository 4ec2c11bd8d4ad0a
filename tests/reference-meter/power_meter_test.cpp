// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/power_meter.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "period_ramp.h"
#include "random_signal.h"

using namespace meterrig;
using namespace meterrig::reference;
using meterrig::synthesis::closed_form;
using meterrig::synthesis::ClosedForm;

namespace {

constexpr Rational eight_kilohertz{8000, 1};

class Collected final : public PowerMeter::Sink {
 public:
  void take(const PowerWindow& window) override { windows.push_back(window); }
  std::vector<PowerWindow> windows;
};

PowerMeter meter_of(Rational rate = eight_kilohertz, double nominal = 50, int cycles = 10) {
  auto meter = PowerMeter::create({.rate = rate, .nominal = hertz(nominal), .cycles = cycles});
  BOOST_TEST_REQUIRE(meter.has_value());
  return *std::move(meter);
}

std::vector<PowerWindow> windows_of(PowerMeter& meter, const SignalRecipe& recipe, Rational rate,
                                    std::size_t count, std::size_t block_size = 1000) {
  Collected collected;
  auto source = synthesis::Synthesis::create(recipe, rate);
  BOOST_TEST_REQUIRE(source.has_value());
  for (std::size_t first = 0; first < count; first += block_size) {
    SampleBlock block(rate, static_cast<std::int64_t>(first), std::min(block_size, count - first));
    const bool read = source->read(block).has_value();
    if (!read || !meter.feed(block, collected)) BOOST_FAIL("block at " << first);
  }
  return collected.windows;
}

SignalRecipe steady(double volts, double amperes, double displacement,
                    Rational frequency = {50, 1}) {
  OperatingPoint point{.frequency = hertz(frequency.value()),
                       .voltage = {},
                       .voltage_angle = {degree(0), degree(-120), degree(120)},
                       .current = {},
                       .displacement = {}};
  point.voltage.fill(volt(volts));
  point.current.fill(ampere(amperes));
  point.displacement.fill(degree(displacement));
  return *recipe_of(point);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(power_of_a_stream)

// Harmonics up to 0.45 of the rate; found errors are far below the bound, which is 4e-10 here.
BOOST_AUTO_TEST_CASE(random_spectra_read_within_1e_9_at_any_frequency) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      const Rational frequency =
          *make_rational(std::uniform_int_distribution<int>(45000, 55000)(random), 1000);
      const auto highest = static_cast<std::int32_t>(0.45 * 8000 / frequency.value());
      const SignalRecipe recipe = random_recipe(random, frequency, highest);
      PowerMeter meter = meter_of();
      const auto windows = windows_of(meter, recipe, eight_kilohertz, 16000);
      BOOST_TEST_REQUIRE(windows.size() >= 7);
      const ClosedForm truth = closed_form(recipe).value();
      for (const PowerWindow& window : windows) {
        BOOST_TEST(window.reading.leakage < 1e-9);
        BOOST_TEST(worst_error(window.reading, truth) < 1e-9);
        BOOST_TEST(std::abs(window.reading.frequency.in(hertz)-frequency.value()) < 1e-8);
      }
    }
  }
}

// Whole periods in whole samples: what is left is rounding, of sums of 1600 products and of the
// 1e-13 of a period that the search for the frequency leaves.
BOOST_AUTO_TEST_CASE(coherent_signals_read_within_1e_11) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      const SignalRecipe recipe = random_recipe(random, {50, 1}, 63);
      PowerMeter meter = meter_of();
      for (const PowerWindow& window : windows_of(meter, recipe, eight_kilohertz, 16000))
        BOOST_TEST(worst_error(window.reading, closed_form(recipe).value()) < 1e-11);
    }
  }
}

BOOST_AUTO_TEST_CASE(other_rates_nominal_frequencies_and_windows_read_as_well) {
  struct Case {
    Rational rate;
    double nominal;
    Rational frequency;
    int cycles;
  };
  for (const Case& c : {Case{{51200, 1}, 60, {6003, 100}, 12}, Case{{4000, 1}, 50, {501, 10}, 50},
                        Case{{12800, 1}, 400, {4011, 10}, 80}, Case{{8000, 1}, 50, {49, 1}, 6}}) {
    BOOST_TEST_CONTEXT(c.rate.value() << " samples a second, " << c.frequency.value() << " Hz") {
      std::mt19937_64 random(3);
      const auto highest = static_cast<std::int32_t>(0.2 * c.rate.value() / c.frequency.value());
      const SignalRecipe recipe = random_recipe(random, c.frequency, highest);
      PowerMeter meter = meter_of(c.rate, c.nominal, c.cycles);
      const auto windows =
          windows_of(meter, recipe, c.rate, 3 * static_cast<std::size_t>(c.rate.value()));
      BOOST_TEST_REQUIRE(windows.size() >= 2);
      for (const PowerWindow& window : windows) {
        BOOST_TEST(worst_error(window.reading, closed_form(recipe).value()) < 1e-9);
        BOOST_TEST(std::abs(window.reading.averaged.in(second)-c.cycles / c.frequency.value()) <
                   1e-9);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(windows_follow_one_another_without_a_gap_and_add_up) {
  const SignalRecipe recipe = steady(230, 5, 60, {499, 10});
  PowerMeter meter = meter_of();
  const auto windows = windows_of(meter, recipe, eight_kilohertz, 40000);
  double seconds = 0;
  for (std::size_t k = 0; k < windows.size(); ++k) {
    BOOST_TEST(windows[k].number == static_cast<std::int64_t>(k));
    seconds += windows[k].reading.averaged.in(second);
    if (k == 0) continue;
    BOOST_TEST(windows[k].begin.sample == windows[k - 1].end.sample);
    BOOST_TEST(windows[k].begin.part == windows[k - 1].end.part);
  }
  const PowerMeter::Energies energies = meter.energies();
  BOOST_TEST(energies.duration.in(second) == seconds, boost::test_tools::tolerance(1e-14));
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double s = 230 * 5 * seconds;
    BOOST_TEST(energies.active[p].in(watt_second) == s * 0.5, boost::test_tools::tolerance(1e-11));
    BOOST_TEST(energies.reactive[p].in(var_second) == s * std::sqrt(0.75),
               boost::test_tools::tolerance(1e-11));
    BOOST_TEST(energies.apparent[p].in(volt_ampere_second) == s,
               boost::test_tools::tolerance(1e-11));
  }
}

// The weights of all windows add up to 1: a load that comes and goes, its switching anywhere, is
// counted whole. Its windows have other weights each, so only the sum can be right.
BOOST_AUTO_TEST_CASE(no_energy_is_lost_or_counted_twice_between_windows) {
  SignalRecipe recipe = steady(230, 5, 0, {50, 1});
  for (auto& current : recipe.current)
    current.amplitude_changes = {{.start = {.time = {1'234'000'000}, .angle = {}, .cycle = 0},
                                  .value = percent(300),
                                  .ramp = second(0),
                                  .hold = second(0.777)}};
  PowerMeter meter = meter_of();
  const auto windows = windows_of(meter, recipe, eight_kilohertz, 40000);
  // P(t) = P (1 - cos 2 w t) a(t): from the first boundary to the last, the switched part from
  // 1.234 s to 2.011 s, both a whole number of samples.
  double switched = 0;
  for (int n = 9872; n < 9872 + 6216; ++n)
    switched += 2 * 230.0 * 5 * (1 - std::cos(4 * std::acos(-1.0) * 50 * n / 8000)) / 8000;
  const double seconds = meter.energies().duration.in(second);
  BOOST_TEST(meter.energies().active[0].in(watt_second) == 230 * 5 * seconds + switched,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(how_a_stream_is_cut_changes_no_bit) {
  std::mt19937_64 random(8);
  const SignalRecipe recipe = random_recipe(random, {5013, 100}, 40);
  for (const auto quantities : {PowerMeter::Quantities::all, PowerMeter::Quantities::active}) {
    const auto meter_of_these = [quantities] {
      return *PowerMeter::create(
          {.rate = eight_kilohertz, .nominal = hertz(50), .cycles = 10, .quantities = quantities});
    };
    PowerMeter one = meter_of_these();
    const auto expected = windows_of(one, recipe, eight_kilohertz, 20000, 20000);
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{7}, std::size_t{256}, std::size_t{1999}}) {
      PowerMeter meter = meter_of_these();
      const auto windows =
          windows_of(meter, recipe, eight_kilohertz, size == 1 ? 8000 : 20000, size);
      BOOST_TEST_REQUIRE(!windows.empty());
      for (std::size_t k = 0; k < windows.size(); ++k) {
        BOOST_TEST((windows[k].reading.frequency == expected[k].reading.frequency));
        for (std::size_t p = 0; p < phase_count; ++p) {
          const PhaseReading& a = windows[k].reading.phase.at(p);
          const PhaseReading& b = expected[k].reading.phase.at(p);
          BOOST_TEST((a.u == b.u && a.i == b.i && a.p == b.p));
          if (quantities == PowerMeter::Quantities::all) BOOST_TEST((a.q1 == b.q1));
        }
      }
    }
  }
}

// The first window whole after the step knows it from half of one; what is left shrinks by its
// square.
BOOST_AUTO_TEST_CASE(after_a_step_of_frequency_the_fifth_window_is_right_again) {
  SignalRecipe recipe = steady(230, 5, 30, {50, 1});
  recipe.frequency_changes = {{.start = {.time = {2'000'000'000}, .angle = {}, .cycle = 0},
                               .value = hertz(0.4),
                               .ramp = second(0),
                               .hold = {}}};
  PowerMeter meter = meter_of();
  const auto windows = windows_of(meter, recipe, eight_kilohertz, 40000);
  const double active = 230 * 5 * std::sqrt(0.75);
  int right = 0;
  for (const PowerWindow& window : windows) {
    if (window.begin.sample < 16000 + 4 * 1600) continue;
    ++right;
    BOOST_TEST(window.reading.frequency.in(hertz) == 50.4, boost::test_tools::tolerance(1e-8));
    BOOST_TEST(window.reading.phase[0].p.in(watt) == active, boost::test_tools::tolerance(1e-9));
  }
  BOOST_TEST(right > 8);
}

BOOST_AUTO_TEST_CASE(active_energy_alone_has_the_same_r_m_s_and_power_and_no_fundamentals) {
  std::mt19937_64 random(12);
  SignalRecipe recipe = random_recipe(random, {5021, 100}, 63);
  // L1 is dead for the first second, so that another voltage is followed at first.
  recipe.voltage[0].amplitude_changes = {
      {.start = {}, .value = percent(0), .ramp = second(0), .hold = second(1)}};
  PowerMeter full = meter_of();
  const auto expected = windows_of(full, recipe, eight_kilohertz, 24000);
  auto made = PowerMeter::create({.rate = eight_kilohertz,
                                  .nominal = hertz(50),
                                  .cycles = 10,
                                  .quantities = PowerMeter::Quantities::active});
  BOOST_TEST_REQUIRE(made.has_value());
  const auto windows = windows_of(*made, recipe, eight_kilohertz, 24000);
  BOOST_TEST_REQUIRE(windows.size() == expected.size());
  for (std::size_t k = 0; k < windows.size(); ++k) {
    BOOST_TEST(windows[k].reading.frequency.in(hertz) == expected[k].reading.frequency.in(hertz),
               boost::test_tools::tolerance(1e-9));
    BOOST_TEST(!windows[k].reading.q1_total.known());
    for (std::size_t p = 0; p < phase_count; ++p) {
      const PhaseReading& a = windows[k].reading.phase.at(p);
      const PhaseReading& b = expected[k].reading.phase.at(p);
      BOOST_TEST(std::abs((a.u - b.u).in(volt)) < 230e-9);
      BOOST_TEST(std::abs((a.i - b.i).in(ampere)) < 5e-9);
      BOOST_TEST(std::abs((a.p - b.p).in(watt)) < 1150e-9);
      BOOST_TEST(!a.q1.known());
      BOOST_TEST(!a.voltage_thd.known());
    }
  }
  BOOST_TEST(
      made->energies().active[1].in(watt_second) == full.energies().active[1].in(watt_second),
      boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_dead_stream_reads_zero_and_no_angles) {
  PowerMeter meter = meter_of();
  SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
  const auto windows = windows_of(meter, recipe, eight_kilohertz, 8000);
  BOOST_TEST_REQUIRE(!windows.empty());
  for (const PowerWindow& window : windows) {
    BOOST_TEST(window.reading.frequency.in(hertz) == 50.0);
    BOOST_TEST(window.reading.phase[0].u.in(volt) == 0.0);
    BOOST_TEST(window.reading.phase[0].p.in(watt) == 0.0);
    BOOST_TEST(!window.reading.phase[0].displacement.known());
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_metered_is_refused_and_changes_nothing) {
  PowerMeter meter = meter_of();
  Collected windows;
  SampleBlock block(eight_kilohertz, 100, 500);
  BOOST_TEST(meter.feed(block, windows).has_value());
  SampleBlock later(eight_kilohertz, 601, 10);
  BOOST_TEST((meter.feed(later, windows).error().code == ErrorCode::failed_precondition));
  SampleBlock other({4000, 1}, 600, 10);
  BOOST_TEST((meter.feed(other, windows).error().code == ErrorCode::invalid_argument));
  SampleBlock next(eight_kilohertz, 600, 500);
  BOOST_TEST(meter.feed(next, windows).has_value());
}

BOOST_AUTO_TEST_CASE(a_sample_that_is_no_number_ends_the_stream_with_its_name) {
  std::mt19937_64 random(2);
  const SignalRecipe recipe = random_recipe(random, {50, 1}, 9);
  for (const auto quantities : {PowerMeter::Quantities::all, PowerMeter::Quantities::active})
    // In the first ramp, where it is flat, in the ramp of a boundary, at the end of a block.
    for (const std::size_t at :
         {std::size_t{5}, std::size_t{1300}, std::size_t{2000}, std::size_t{7989}}) {
      auto made = PowerMeter::create(
          {.rate = eight_kilohertz, .nominal = hertz(50), .cycles = 10, .quantities = quantities});
      BOOST_TEST_REQUIRE(made.has_value());
      Collected windows;
      SampleBlock broken = samples_of(recipe, eight_kilohertz, 0, 7990);
      broken.amperes(1)[at] = std::numeric_limits<double>::infinity();
      SampleBlock next = samples_of(recipe, eight_kilohertz, 7990, 8000);
      auto refused = made->feed(broken, windows);
      if (at == 7989) {  // it waits for the rest of its tile
        BOOST_TEST(refused.has_value());
        refused = made->feed(next, windows);
      }
      BOOST_TEST_REQUIRE(!refused.has_value());
      BOOST_TEST(refused.error().message == "current L2 has a sample that is not a finite number");
      for (const PowerWindow& window : windows.windows)
        BOOST_TEST(std::isfinite(window.reading.p_total.in(watt)));
      BOOST_TEST((made->feed(next, windows).error().code == ErrorCode::failed_precondition));
    }
}

BOOST_AUTO_TEST_CASE(settings_that_make_no_meter_are_refused) {
  const auto code = [](Rational rate, double nominal, int cycles) {
    const auto made =
        PowerMeter::create({.rate = rate, .nominal = hertz(nominal), .cycles = cycles});
    BOOST_TEST_REQUIRE(!made.has_value());
    return made.error().code;
  };
  BOOST_TEST((code({0, 1}, 50, 10) == ErrorCode::out_of_range));
  BOOST_TEST((code({499, 1}, 50, 10) == ErrorCode::out_of_range));
  BOOST_TEST((code({8000, 1}, 0, 10) == ErrorCode::out_of_range));
  BOOST_TEST((code({8000, 1}, 50, 5) == ErrorCode::out_of_range));
  BOOST_TEST((code({8000, 1}, 50, 1001) == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_CASE(the_ramp_is_the_distribution_of_a_sum_of_five_uniform_numbers) {
  const PeriodRamp ramp;
  std::vector<double> values(501);
  ramp.values(0, 0.01, values);
  BOOST_TEST(values.front() == 0.0);
  BOOST_TEST(values.back() == 1.0, boost::test_tools::tolerance(1e-13));
  for (std::size_t k = 0; k <= 500; ++k) {
    BOOST_TEST(values[k] + values[500 - k] == 1.0, boost::test_tools::tolerance(1e-13));
    // The sum of five uniform numbers is below x with this probability (Irwin and Hall 1927).
    const double x = 0.01 * static_cast<double>(k);
    double sum = 0;
    const std::array<double, 6> binomial{1, -5, 10, -10, 5, -1};
    for (std::size_t j = 0; j < 6; ++j)
      sum += binomial.at(j) * std::pow(std::max(0.0, x - static_cast<double>(j)), 5) / 120;
    BOOST_TEST(std::abs(values[k] - sum) < 1e-13);
  }
}

BOOST_AUTO_TEST_SUITE_END()
