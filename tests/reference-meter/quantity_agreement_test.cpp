// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/quantity_agreement.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <tuple>

#include "random_signal.h"
#include "spectra.h"

using namespace meterrig;
using namespace meterrig::reference;
using enum meterrig::reference::ReactivePowerDefinition;

namespace {

constexpr Rational eight_kilohertz{8000, 1};

struct Run {
  EnergyRegisters registers;
  EnergyRegisterSettings settings;
  std::vector<WindowEnergy> second;
  EnergyBounds bounds;
};

// Windows of 0.25 s whose power changes from one to the next, read by both algorithms, with noise.
Run run_of(TotalCounting total, double noise) {
  EnergyRegisterSettings settings{
      .total = total, .tariffs = {}, .demand = *DemandPeriod::create(second(2), 4)};
  Run run{.registers = EnergyRegisters(settings), .settings = settings, .second = {}, .bounds = {}};
  std::mt19937_64 random(7);
  for (std::int64_t k = 0; k < 24; ++k) {
    SignalRecipe recipe = random_recipe(random, {50, 1}, 12);
    for (std::size_t p = 0; p < phase_count; ++p) {
      recipe.voltage.at(p).noise_rms = volt(230 * noise);
      recipe.current.at(p).noise_rms = ampere(5 * noise);
    }
    const SampleBlock block = samples_of(recipe, eight_kilohertz, k * 2000, 2000);
    const auto first = measure(block);
    BOOST_TEST_REQUIRE(first.has_value());
    const auto second_reading = measure_by_fit(block, first->frequency);
    BOOST_TEST_REQUIRE(second_reading.has_value());
    const Instant begin{k * 250'000'000};
    const Instant end{(k + 1) * 250'000'000};
    BOOST_TEST_REQUIRE(run.registers.add(window_energy(*first, begin, end)).has_value());
    run.second.push_back(window_energy(*second_reading, begin, end));
    run.bounds.add(agreement(*first, *second_reading, block.count()), end - begin);
  }
  return run;
}

bool agrees(const Run& run) {
  return all_within(register_agreement(run.registers, run.settings, run.second, run.bounds));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quantity_agreement)

BOOST_AUTO_TEST_CASE(registers_and_demand_agree_with_the_fit_within_the_bound) {
  for (const TotalCounting total : {TotalCounting::by_sum, TotalCounting::by_phase})
    for (const double noise : {0.0, 1e-4, 0.01}) {
      const Run run = run_of(total, noise);
      for (const QuantityAgreement& q :
           register_agreement(run.registers, run.settings, run.second, run.bounds))
        BOOST_TEST_CONTEXT(q.quantity << " " << q.first << " " << q.second << " bound " << q.bound)
      BOOST_TEST(q.within());
      BOOST_TEST(run.registers.maximum_demand(DemandQuantity::active_import).has_value());
      // without noise the bound is narrow: 1e-8 of the energy
      if (noise == 0) BOOST_TEST(run.bounds.active.in(watt_hour) < 1e-8 * 3 * 1150 * 6 / 3600);
    }
}

// Each register, a hundred-millionth or so of it wrong in one window of the 24.
BOOST_AUTO_TEST_CASE(a_fault_in_any_register_is_noticed) {
  const Run good = run_of(TotalCounting::by_sum, 0);
  BOOST_TEST(agrees(good));
  const auto noticed = [&](const std::function<void(WindowEnergy&)>& fault) {
    Run bad = good;
    fault(bad.second[5]);
    return !agrees(bad);
  };
  const auto wrong = [](auto& energy) { energy = energy * 1.00001; };
  for (std::size_t p = 0; p < phase_count; ++p) {
    BOOST_TEST(noticed([&](WindowEnergy& w) { wrong(w.active.at(p)); }));
    BOOST_TEST(noticed([&](WindowEnergy& w) { wrong(w.reactive.at(p)); }));
    BOOST_TEST(noticed([&](WindowEnergy& w) { wrong(w.apparent.at(p)); }));
    BOOST_TEST(noticed([&](WindowEnergy& w) { w.active.at(p) = -w.active.at(p); }));
    BOOST_TEST(noticed([&](WindowEnergy& w) { w.active.at(p) = ActiveEnergy{}; }));
  }
  BOOST_TEST(noticed([&](WindowEnergy& w) { wrong(w.apparent_total); }));
  Run lost = good;
  lost.second.pop_back();
  BOOST_TEST(!agrees(lost));
}

// A gap before, in and at the end of what would be the greatest period: neither way counts it.
BOOST_AUTO_TEST_CASE(demand_agrees_across_gaps) {
  const EnergyRegisterSettings settings{
      .total = TotalCounting::by_sum, .tariffs = {}, .demand = *DemandPeriod::create(second(2), 2)};
  EnergyRegisters registers(settings);
  std::vector<WindowEnergy> windows;
  for (const auto& [from, to, watts] : {std::tuple{0.5, 2.0, 9.0},
                                        {2.0, 4.0, 1.0},
                                        {4.0, 4.5, 8.0},
                                        {5.0, 6.0, 8.0},
                                        {6.0, 7.5, 3.0},
                                        {8.0, 12.0, 2.0}}) {
    const double hours = watts * (to - from) / 3600;
    windows.push_back(
        {.begin = {std::llround(from * 1e9)},
         .end = {std::llround(to * 1e9)},
         .active = {watt_hour(hours), watt_hour(0), watt_hour(0)},
         .reactive = {var_hour(0), var_hour(0), var_hour(0)},
         .apparent = {volt_ampere_hour(hours), volt_ampere_hour(0), volt_ampere_hour(0)},
         .apparent_total = volt_ampere_hour(hours)});
    BOOST_TEST_REQUIRE(registers.add(windows.back()).has_value());
  }
  const auto found = registers.maximum_demand(DemandQuantity::active_import);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(std::abs(found->value - 5.5) < 1e-12);  // 5 to 7 s: 8 W, then 3 W
  BOOST_TEST(all_within(register_agreement(registers, settings, windows, {})));
}

// Energies that both have, at another time: demand alone tells.
BOOST_AUTO_TEST_CASE(a_fault_in_demand_is_noticed) {
  Run run = run_of(TotalCounting::by_sum, 0);
  Run slow = run;
  slow.settings.demand = *DemandPeriod::create(second(3), 6);
  BOOST_TEST(!agrees(slow));
  Run block = run;
  block.settings.demand = *DemandPeriod::create(second(2), 1);
  const auto found =
      register_agreement(block.registers, block.settings, block.second, block.bounds);
  BOOST_TEST(all_within(std::span(found).first(20)));
  // a sliding maximum is no less than a block's, here more
  BOOST_TEST((!found[20].within() || !found[21].within()));
}

// Edges within a period: the interpolation of the meter beside the fit's integral.
BOOST_AUTO_TEST_CASE(gated_energy_agrees_with_the_integral_of_the_fit) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    std::mt19937_64 random(seed);
    SignalRecipe recipe = random_recipe(random, {5037, 100}, 9);
    if (seed > 4)
      for (std::size_t p = 0; p < phase_count; ++p) {
        recipe.voltage.at(p).noise_rms = volt(0.5);
        recipe.current.at(p).noise_rms = ampere(0.02);
      }
    const std::int64_t start = 123456;
    const SampleBlock block = samples_of(recipe, eight_kilohertz, start, 4000);
    EnergyMeter meter(eight_kilohertz, hertz(50));
    BOOST_TEST_REQUIRE(meter.feed(block).has_value());
    const auto fit = measure_by_fit(block, hertz(50.37));
    BOOST_TEST_REQUIRE(fit.has_value());
    std::uniform_int_distribution<std::int64_t> any(start * 125000 + 2'000'000,
                                                    (start + 4000) * 125000 - 3'000'000);
    for (int n = 0; n < 50; ++n) {
      const Instant begin{any(random)};
      const Instant end{any(random)};
      const QuantityAgreement found = energy_agreement(meter, *fit, begin, end);
      BOOST_TEST_CONTEXT(found.first << " " << found.second << " bound " << found.bound)
      BOOST_TEST(found.within());
      if (seed <= 4) {
        SecondReading wrong = *fit;
        wrong.current_phasors[1][1] *= 1.000001;
        const double time = std::abs((end - begin).in(second));
        if (time > 0.1) BOOST_TEST(!energy_agreement(meter, wrong, begin, end).within());
        wrong = *fit;
        ++wrong.twice_middle;  // a sixteenth of a millisecond late: ripple moves
        if (n == 0)
          BOOST_TEST(!energy_agreement(meter, wrong, {start * 125000 + 3'000'000},
                                       {start * 125000 + 8'000'000})
                          .within());
      }
    }
  }
}

// Spectra that differ by an error that is told.
BOOST_AUTO_TEST_CASE(every_definition_of_q_agrees_within_the_errors_of_the_spectra) {
  std::mt19937_64 random(21);
  std::uniform_real_distribution<double> uniform(-1, 1);
  int told = 0;
  for (int n = 0; n < 40; ++n) {
    const RandomSystem system(random, Wires::four, 25);
    RandomSystem other = system;
    const double error = n % 2 == 0 ? 1e-9 : 1e-6;
    for (auto* channels : {&other.u, &other.i})
      for (auto& channel : *channels) channel[1] *= 1 + 0.5 * error * uniform(random);
    for (const auto definition : {fundamental, budeanu, fryze, quarter_period_delay, arithmetic,
                                  vector, effective, collective}) {
      const QuantityAgreement found =
          reactive_agreement(system.elements(), other.elements(), definition, error);
      BOOST_TEST_CONTEXT(found.quantity << " " << found.first << " " << found.second << " bound "
                                        << found.bound) {
        BOOST_TEST(found.within());
        BOOST_TEST(found.quantity == name(definition));
      }
      // All currents a twentieth too large: each Q is; told where it is no small part of S.
      RandomSystem wrong = system;
      double s = 0;
      for (std::size_t k = 0; k < phase_count; ++k) {
        for (auto& phasor : wrong.i.at(k)) phasor *= 1.05;
        s += (system.elements().phase.at(k).u * system.elements().phase.at(k).i).in(volt_ampere);
      }
      if (std::abs(found.first) < 0.05 * s) continue;
      ++told;
      BOOST_TEST_CONTEXT(found.quantity << " " << n)
      BOOST_TEST(
          !reactive_agreement(system.elements(), wrong.elements(), definition, error).within());
    }
  }
  BOOST_TEST(told > 250);
}

BOOST_AUTO_TEST_SUITE_END()
