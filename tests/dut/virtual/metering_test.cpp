// SPDX-License-Identifier: GPL-3.0-or-later
// Firmware that does otherwise than it should, and wires that go elsewhere: each against its closed
// form.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include "code_source.h"
#include "meterrig/twin/meter_core.h"
#include "wired_signal.h"

namespace meterrig::twin {
namespace {

using boost::test_tools::tolerance;
using test::balanced;
using test::CodeSource;
using test::ideal_settings;
using test::Waves;

constexpr std::int64_t rate = 8000;  // samples a second in ideal_settings()
constexpr double degrees_to_radians = std::numbers::pi / 180;

struct Metered {
  Readings readings;
  std::vector<PulseEdge> edges;
};

Metered metered(const CoreSettings& settings, const Waves& waves, std::int64_t seconds) {
  CodeSource source(settings);
  source.extend(waves, seconds * rate);
  auto core = MeterCore::create(settings);
  BOOST_REQUIRE_MESSAGE(core.has_value(), (core ? "" : core.error().message));
  Metered result;
  core->feed(source.codes(), result.edges);
  result.readings = core->readings();
  return result;
}

// Voltages 100 + n, currents n, of sample n.
class Ramp final : public Signal {
 public:
  [[nodiscard]] Rational rate() const override { return {8000, 1}; }
  [[nodiscard]] Result<void> read(SampleBlock& block) override {
    for (std::size_t k = 0; k < block.count(); ++k) {
      for (std::size_t phase = 0; phase < phase_count; ++phase) {
        const auto number = static_cast<double>(phase + 1);
        block.volts(phase)[k] = 100 * number;
        block.amperes(phase)[k] = number;
      }
    }
    return {};
  }
};

PerPhase<double> behind(const Wiring& wiring) {
  WiredSignal signal(std::make_unique<Ramp>(), wiring);
  SampleBlock block({8000, 1}, 0, 3);
  PerPhase<double> amperes{};
  for (int again = 0; again < 2; ++again) {  // a block that was rewired is filled afresh
    BOOST_REQUIRE(signal.read(block).has_value());
    for (std::size_t phase = 0; phase < phase_count; ++phase)
      amperes.at(phase) = block.amperes(phase)[2];
  }
  return amperes;
}

BOOST_AUTO_TEST_SUITE(metering)

// Late by d, the product with the delayed voltage is Q cos d - P sin d.
BOOST_AUTO_TEST_CASE(a_wrong_quarter_period_mixes_active_into_reactive_power) {
  for (const double error : {-30.0, 2.0, 90.0, 180.0}) {
    CoreSettings settings = ideal_settings();
    settings.quadrature_error = degree(error);
    const Readings shown = metered(settings, balanced(230, 5, 30), 3).readings;
    const double p = 1150 * std::cos(30 * degrees_to_radians);
    const double q = 1150 * std::sin(30 * degrees_to_radians);
    const double turned =
        q * std::cos(error * degrees_to_radians) - p * std::sin(error * degrees_to_radians);
    BOOST_TEST((shown[{Measurand::reactive_power, Place::L2}]) == turned, tolerance(1e-5));
    BOOST_TEST((shown[{Measurand::active_power, Place::L2}]) == p, tolerance(1e-5));
  }
}

// A window of 5.25 periods holds the mean of U I cos(2 w t) over a quarter period besides P.
BOOST_AUTO_TEST_CASE(a_window_that_does_not_follow_the_signal_shows_the_swing_of_power) {
  CoreSettings settings = ideal_settings();
  settings.reading_window = millisecond(105);
  const Readings shown = metered(settings, balanced(230, 5), 3).readings;
  const double off = std::abs((shown[{Measurand::active_power, Place::L1}]) / 1150 - 1);
  const double most = 1 / (2 * std::numbers::pi * 5.25) * 1.2;  // a share of it is direct power
  BOOST_TEST(off > 1e-4);
  BOOST_TEST(off < most);
  // As many crossings as fell into the window.
  const double periods = (shown[{Measurand::frequency, Place::total}]) * 0.105;
  BOOST_TEST(periods == std::round(periods), tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(direct_power_that_is_kept_counts) {
  Waves waves = balanced(230, 5, 90);
  for (test::Wave& wave : waves.volts) wave.direct = 10;
  for (test::Wave& wave : waves.amperes) wave.direct = 0.5;
  CoreSettings settings = ideal_settings();
  settings.direct_power_kept = percent(40);
  const Readings shown = metered(settings, waves, 3).readings;
  BOOST_TEST((shown[{Measurand::active_power, Place::L1}]) == 0.4 * 10 * 0.5, tolerance(2e-3));
}

// From 2^17 Wh on steps of a 24-bit significand are 2^-6 Wh. 1150 W give 31.9 mWh in 100 ms: two
// steps of 15.6 mWh, whatever the rest.
BOOST_AUTO_TEST_CASE(a_floating_accumulator_rounds_every_increment) {
  CoreSettings settings = ideal_settings();
  settings.initial_import = watt_hour(3 * 200000.0);
  settings.energy_refresh = millisecond(100);
  constexpr std::int64_t seconds = 20;
  const Readings exact = metered(settings, balanced(230, 5), seconds).readings;
  settings.accumulator_bits = 24;
  const Readings rounded = metered(settings, balanced(230, 5), seconds).readings;
  const QuantityId id{Measurand::active_energy_import, Place::L1};
  const double counted = exact[id] - 200000;
  BOOST_TEST((rounded[id] - 200000) / counted == 2 * 0.015625 / (1150 * 0.1 / 3600),
             tolerance(2e-3));
  settings.accumulator_bits = 12;  // steps of 64 Wh
  BOOST_TEST((metered(settings, balanced(230, 5), seconds).readings[id]) == 200000 / 64 * 64,
             tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(registers_begin_again_and_go_in_steps) {
  CoreSettings settings = ideal_settings();
  settings.initial_import = watt_hour(98);
  settings.register_span = watt_hour(100);
  const QuantityId total{Measurand::active_energy_import, Place::total};
  const double counted = 98 + 3450 * 9.0 / 3600;  // without the first window, some 8.6 Wh
  const double shown = metered(settings, balanced(230, 5), 10).readings[total];
  BOOST_TEST(shown == counted - 100, tolerance(0.02));
  settings.register_span = watt_hour(0);
  settings.register_step = watt_hour(50);
  BOOST_TEST((metered(settings, balanced(230, 5), 10).readings[total]) == 100);
}

// 3450 W: 0.958 Wh a second. The first window, up to 1.02 s long, is not counted.
BOOST_AUTO_TEST_CASE(energy_goes_to_the_tariff_that_is_on) {
  CoreSettings settings = ideal_settings();
  settings.initial_import = watt_hour(100);
  settings.tariffs = {{.time = second(8), .tariff = 3},
                      {.time = second(0), .tariff = 1},
                      {.time = second(5), .tariff = 2}};
  const Readings shown = metered(settings, balanced(230, 5), 12).readings;
  const auto import = [&shown](int tariff) {
    return shown[{Measurand::active_energy_import, Place::total, tariff}];
  };
  constexpr double each_second = 3450 / 3600.0;
  constexpr double tick = 0.02 * each_second;
  BOOST_TEST(std::abs(import(2) - 3 * each_second) < tick);
  BOOST_TEST(std::abs(import(3) - 4 * each_second) < tick);
  BOOST_TEST(import(1) > 100 + 3.9 * each_second);
  BOOST_TEST(import(4) == 0.0);
  BOOST_TEST(import(1) + import(2) + import(3) == import(0), tolerance(1e-14));
  BOOST_TEST((shown[{Measurand::active_energy_export, Place::total, 2}]) == 0.0);
}

BOOST_AUTO_TEST_CASE(tariffs_switch_late_and_by_the_day_that_was_begun_last) {
  CoreSettings settings = ideal_settings();
  settings.tariffs = {{.time = second(0), .tariff = 1}, {.time = second(5), .tariff = 2}};
  settings.tariff_delay = second(2);  // until then the last one of the day before
  CodeSource source(settings);
  source.extend(balanced(230, -5), 14 * rate);  // exported
  auto core = MeterCore::create(settings);
  BOOST_REQUIRE(core.has_value());
  std::vector<PulseEdge> edges;
  core->feed(source.codes(0, 4 * rate), edges);
  const auto exported = [&core](int tariff) {
    return core->readings()[{Measurand::active_energy_export, Place::total, tariff}];
  };
  constexpr double each_second = 3450 / 3600.0;
  constexpr double tick = 0.02 * each_second;
  BOOST_TEST(std::abs(exported(1) - 2 * each_second) < tick);
  const double before = exported(2);
  core->begin_day();
  core->feed(source.codes(4 * rate, 10 * rate), edges);
  BOOST_TEST(std::abs(exported(1) - 7 * each_second) < tick);
  BOOST_TEST(std::abs(exported(2) - before - 5 * each_second) < 2 * tick);
}

BOOST_AUTO_TEST_CASE(pulses_are_lost_and_repeated_by_their_share) {
  CoreSettings settings = ideal_settings();
  settings.outputs[0].constant = impulse_per_kilowatt_hour(10000);  // 9.6 a second
  constexpr std::int64_t seconds = 40;
  const auto all = metered(settings, balanced(230, 5), seconds).edges.size();
  BOOST_TEST_REQUIRE(all > 300U);
  settings.lost_pulses = percent(25);
  const auto kept = metered(settings, balanced(230, 5), seconds).edges.size();
  BOOST_TEST(kept == all - all / 4);
  settings.lost_pulses = percent(0);
  settings.repeated_pulses = percent(20);
  const auto more = metered(settings, balanced(230, 5), seconds).edges.size();
  BOOST_TEST(static_cast<double>(more) == 1.25 * static_cast<double>(all), tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(settings_that_no_firmware_has_are_refused) {
  const auto refused = [](auto change) {
    CoreSettings settings = ideal_settings();
    change(settings);
    return !MeterCore::create(settings).has_value();
  };
  BOOST_TEST(refused([](CoreSettings& s) { s.lost_pulses = percent(101); }));
  BOOST_TEST(refused([](CoreSettings& s) { s.repeated_pulses = percent(-1); }));
  BOOST_TEST(refused([](CoreSettings& s) { s.accumulator_bits = 54; }));
  BOOST_TEST(refused([](CoreSettings& s) { s.reading_window = second(-1); }));
  BOOST_TEST(refused([](CoreSettings& s) { s.register_step = watt_hour(-1); }));
  BOOST_TEST(refused([](CoreSettings& s) { s.tariff_delay = hour(2); }));
  BOOST_TEST(refused([](CoreSettings& s) { s.tariffs = {{.time = hour(24), .tariff = 1}}; }));
  BOOST_TEST(refused([](CoreSettings& s) { s.tariffs = {{.time = hour(1), .tariff = 9}}; }));
}

BOOST_AUTO_TEST_CASE(currents_go_where_they_are_wired) {
  BOOST_TEST(Wiring{}.is_straight());
  BOOST_TEST(behind({}) == (PerPhase<double>{1, 2, 3}), boost::test_tools::per_element());
  BOOST_TEST(behind({.current = {2, 1, 3}}) == (PerPhase<double>{2, 1, 3}),
             boost::test_tools::per_element());
  BOOST_TEST(behind({.current = {3, 1, -2}}) == (PerPhase<double>{3, 1, -2}),
             boost::test_tools::per_element());
  BOOST_TEST(
      behind({.current = {0, 2, 3}, .amperes_per_volt = 0.01}) == (PerPhase<double>{1, 4, 6}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
