// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped signals are what their comments say: figures typed a second time, held against the
// closed form of the steady ones.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/signal_mapping.h"
#include "meterrig/synthesis/closed_form.h"
#include "meterrig/synthesis/synthesis.h"

using namespace meterrig;
using namespace meterrig::loader;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path(METERRIG_PROJECT_SOURCE_DIR) / "scenarios/signals";

SignalRecipe recipe_in(const fs::path& file) {
  const auto loaded = load_scenario(file);
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), findings_of(loaded));
  BOOST_TEST(loaded->message.scenario().id() == file.stem().string());
  auto recipe = recipe_from(loaded->message.scenario());
  BOOST_REQUIRE(recipe.has_value());
  return *std::move(recipe);
}

SignalRecipe recipe_of_name(const std::string& name) {
  return recipe_in(folder / (name + ".yaml"));
}

synthesis::ClosedForm truth_of(const std::string& name) {
  const auto truth = synthesis::closed_form(recipe_of_name(name));
  BOOST_REQUIRE_MESSAGE(truth.has_value(), (truth ? "" : truth.error().message));
  return *truth;
}

bool near(double found, double expected, double tolerance) {
  BOOST_TEST_INFO(found << " for " << expected);
  return std::abs(found - expected) <= tolerance;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shipped_signals)

BOOST_AUTO_TEST_CASE(each_can_be_computed_at_the_rate_that_synth_takes) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    BOOST_TEST_CONTEXT(entry.path().filename()) {
      auto synthesis = synthesis::Synthesis::create(recipe_in(entry.path()), {12'800, 1});
      BOOST_REQUIRE_MESSAGE(synthesis.has_value(), (synthesis ? "" : synthesis.error().message));
      SampleBlock block({12'800, 1}, 0, 1000);
      BOOST_TEST(synthesis->read(block).has_value());
    }
    ++files;
  }
  BOOST_TEST(files == 19);
}

BOOST_AUTO_TEST_CASE(switched_currents_take_half_of_the_power) {
  for (const auto& [name, watts] : {std::pair{"half-wave", 3450.0},
                                    {"phase-fired-90deg", 1725.0},
                                    {"burst-fired-2-2", 1725.0}}) {
    const auto truth = truth_of(name);
    BOOST_TEST(near(truth.p_total.in(watt), watts, 1e-9), name);
    const double whole = watts / (0.5 * 3 * 230);
    // What the series leaves out above the 63rd harmonic is below 0.4 % of the r.m.s. value.
    for (const Current current : truth.i)
      BOOST_TEST(near(current.in(ampere), whole / std::sqrt(2), 4e-3 * whole), name);
  }
}

BOOST_AUTO_TEST_CASE(the_waveforms_of_r46_have_its_figures) {
  for (const auto& [name, ratio] : {std::pair{"quadriform", 1.01076}, {"peaked", 1.01940}}) {
    const auto truth = truth_of(name);
    BOOST_TEST(near(truth.p_total.in(watt), 1150 * ratio, 1150 * 5e-6), name);
    BOOST_TEST(near(truth.i[0].in(ampere), 5 * 1.07359, 5 * 5e-6), name);
    BOOST_TEST(near(truth.current_thd[0].in(percent), 39.064, 5e-4), name);
    BOOST_TEST(near(truth.voltage_thd[0].in(percent), 4.973, 5e-4), name);
  }
  // Peak of the current over that of its fundamental: flat and sharp.
  for (const auto& [name, crest] : {std::pair{"quadriform", 0.9275}, {"peaked", 1.7600}}) {
    auto synthesis = synthesis::Synthesis::create(recipe_of_name(name), {200'000, 1});
    BOOST_REQUIRE(synthesis.has_value());
    SampleBlock block({200'000, 1}, 0, 4000);
    BOOST_REQUIRE(synthesis->read(block).has_value());
    double peak = 0;
    for (const double value : block.amperes(0)) peak = std::max(peak, value);
    BOOST_TEST(near(peak / (5 * std::sqrt(2)), crest, 1e-4), name);
  }
}

BOOST_AUTO_TEST_CASE(appliances_take_the_power_that_they_say) {
  BOOST_TEST(near(truth_of("appliance-dimmer").p_total.in(watt), 89.93, 5e-3));
  BOOST_TEST(near(truth_of("appliance-rectifier").p_total.in(watt), 151.58, 5e-3));
  BOOST_TEST(near(truth_of("appliance-laptop-supply").p_total.in(watt), 61.44, 5e-3));
}

BOOST_AUTO_TEST_CASE(an_interharmonic_and_an_order_of_phases_change_no_power) {
  BOOST_TEST(near(truth_of("interharmonic").p_total.in(watt), 1150, 1e-9));
  BOOST_TEST(near(truth_of("interharmonic").u[0].in(volt), 230 * std::sqrt(1.0001), 1e-9));
  BOOST_TEST(near(truth_of("reversed-sequence").p_total.in(watt), 3450, 1e-9));
  BOOST_TEST(near(truth_of("unbalance-5-percent").p_total.in(watt), 5 * 230 * 2.4, 1e-9));
}

BOOST_AUTO_TEST_CASE(what_changes_in_time_says_that_it_has_no_truth) {
  for (const char* name :
       {"dip-40-percent-10-cycles", "interruption-250-cycles", "phase-jump-30deg", "frequency-ramp",
        "flicker-pst-1", "high-order-sweep"})
    BOOST_TEST(!synthesis::closed_form(recipe_of_name(name)).has_value(), name);
}

// Facts: U_rms(1/2), one value a half-cycle, goes 100, 76.16, 40 ... 40, 76.16, 100 %.
BOOST_AUTO_TEST_CASE(the_dip_has_the_values_of_each_half_cycle_that_follow_from_it) {
  const Rational rate{12'800, 1};  // 128 samples a half-cycle
  auto synthesis = synthesis::Synthesis::create(recipe_of_name("dip-40-percent-10-cycles"), rate);
  BOOST_REQUIRE(synthesis.has_value());
  const auto rms = [&](int half_cycle) {
    SampleBlock block(rate, 128 * half_cycle, 256);
    BOOST_REQUIRE(synthesis->read(block).has_value());
    double sum = 0;
    for (const double value : block.volts(0)) sum += value * value;
    return 100 * std::sqrt(sum / 256) / 230;
  };
  BOOST_TEST(near(rms(18), 100, 1e-9));
  BOOST_TEST(near(rms(19), 76.16, 5e-3));
  BOOST_TEST(near(rms(20), 40, 1e-9));
  BOOST_TEST(near(rms(38), 40, 1e-9));
  BOOST_TEST(near(rms(39), 76.16, 5e-3));
  BOOST_TEST(near(rms(40), 100, 1e-9));
}

BOOST_AUTO_TEST_SUITE_END()
