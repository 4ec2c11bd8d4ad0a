// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated SMART X96-5A from its terminals to its registers and pulses, against the closed
// form of what was applied and of the errors that its model has.
#include "meterrig/twin/twin.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

#include "meterrig/modbus/codec.h"
#include "shipped_device.h"

namespace meterrig::twin {
namespace {

using test::advance;
using test::apply;
using test::edges_of;
using test::ideal_model;
using test::make_twin;
using test::recipe;

constexpr double degrees_to_radians = std::numbers::pi / 180;
constexpr double settle_seconds = 3;  // two windows of a second, and the search for the first
constexpr double meter_constant = 3200;
// The register's 24 bits of mantissa, and ends of the window of third order in the sample interval.
constexpr double relative = 1.5e-7;

void check_close(double found, double expected, double bound, const char* what) {
  BOOST_TEST(std::abs(found - expected) <= bound,
             what << ": " << found << " instead of " << expected << " +- " << bound);
}

double register_value(const Twin& twin, int address, modbus::Table table = modbus::Table::input) {
  const auto words = twin.registers().read(table, address, 2);
  BOOST_REQUIRE_MESSAGE(words.has_value(), address);
  return modbus::decode(*words, modbus::Type::float32, modbus::WordOrder::high_first);
}

/// Mean power in the pulses of the test output over `seconds` of terminal time, in watts.
double pulsed_watts(Twin& twin, double seconds) {
  const auto edges = edges_of(advance(twin, seconds), "S0-2");
  BOOST_REQUIRE(edges.size() > 2);
  const double time = (edges.back() - edges.front()).in(second);
  return static_cast<double>(edges.size() - 1) / meter_constant * 3.6e6 / time;
}

/// Each of two edges is late by less than a position quantum of 1 ms; a balanced load is steady.
double pulsed_bound(double watts, double seconds) { return watts * 0.001 / (0.9 * seconds); }

BOOST_AUTO_TEST_SUITE(twin)

BOOST_AUTO_TEST_CASE(registers_read_what_was_applied) {
  const auto device = make_twin(ideal_model());
  apply(*device, recipe({.volts = 229.3, .amperes = 4.7, .lag_degrees = 60, .hertz = 49.97}));
  advance(*device, settle_seconds);
  const double s = 229.3 * 4.7;
  const double q = s * std::sin(60 * degrees_to_radians);
  for (int phase = 0; phase < 3; ++phase) {
    check_close(register_value(*device, 0x00 + 2 * phase), 229.3, 229.3 * relative, "U");
    check_close(register_value(*device, 0x06 + 2 * phase), 4.7, 4.7 * relative, "I");
    check_close(register_value(*device, 0x0C + 2 * phase), s / 2, s * relative, "P");
    check_close(register_value(*device, 0x12 + 2 * phase), s, s * 2 * relative, "S");
    check_close(register_value(*device, 0x18 + 2 * phase), q, s * relative, "Q");
    check_close(register_value(*device, 0x1E + 2 * phase), 0.5, 3 * relative, "PF");
    check_close(register_value(*device, 0x24 + 2 * phase), 60, 60 * 3 * relative, "phi");
  }
  check_close(register_value(*device, 0x30), 3 * 4.7, 3 * 4.7 * relative, "sum of currents");
  check_close(register_value(*device, 0x34), 1.5 * s, 3 * s * relative, "P total");
  check_close(register_value(*device, 0x3C), 3 * q, 3 * s * relative, "Q total");
  check_close(register_value(*device, 0x46), 49.97, 49.97 * relative, "f");
  check_close(register_value(*device, 0xC8), 229.3 * std::sqrt(3.0), 400 * relative, "U12");
  check_close(register_value(*device, 0xE0), 0, 1e-6, "I_N");
}

BOOST_AUTO_TEST_CASE(an_ideal_meter_shows_230_v_to_the_last_bit) {
  // A float32 next to 230 is 15.3 uV away, so a reading within 7.6 uV shows exactly 230.0. Codes of
  // 31 bits are 0.47 uV apart; rounding to them is at most half of it on each sample and so at most
  // 0.22 uV in the r.m.s. value. There is no other rounding.
  const auto device = make_twin(ideal_model());
  apply(*device, recipe({}));
  advance(*device, settle_seconds);
  const auto words = device->registers().read(modbus::Table::input, 0, 2);
  BOOST_TEST((words == std::vector<std::uint16_t>{0x4366, 0x0000}));
}

BOOST_AUTO_TEST_CASE(a_gain_error_shows_in_registers_and_pulses) {
  v1::Twin model = ideal_model();
  for (auto& channel : *model.mutable_front_end()->mutable_current()) channel.set_gain(0.8);
  const auto device = make_twin(model);
  apply(*device, recipe({.lag_degrees = 60}));
  advance(*device, settle_seconds);
  const double expected = 1725 * 1.008;
  check_close(register_value(*device, 0x34), expected, expected * 3 * relative, "P");
  check_close(register_value(*device, 0x06), 5 * 1.008, 5 * 3 * relative, "I");
  const double energy_before = device->readings()[{Measurand::active_energy_total, Place::total}];
  check_close(pulsed_watts(*device, 60), expected, pulsed_bound(expected, 60), "pulses");
  const double energy =
      device->readings()[{Measurand::active_energy_total, Place::total}] - energy_before;
  check_close(energy, expected / 60, expected / 60 * 1e-5, "Wh in a minute");
}

BOOST_AUTO_TEST_CASE(a_phase_error_of_the_transformer_costs_tan_phi) {
  v1::Twin model = ideal_model();
  constexpr double lead = 0.5;
  for (const double amperes : {0.05, 6.0}) {
    auto& point = *model.mutable_front_end()->add_current_transformer();
    point.set_current(amperes);
    point.set_phase_error(lead);
  }
  for (const double lag : {0.0, 60.0, -36.87}) {
    const auto device = make_twin(model);
    apply(*device, recipe({.lag_degrees = lag}));
    advance(*device, settle_seconds);
    // The current comes early by `lead`: P is U I cos(phi - lead). The delay is interpolated to
    // 1e-6.
    const double expected = 3450 * std::cos((lag - lead) * degrees_to_radians);
    check_close(register_value(*device, 0x34), expected, 3450 * 2e-6, "P");
    check_close(pulsed_watts(*device, 30), expected, pulsed_bound(expected, 30), "pulses");
    const double error = expected / (3450 * std::cos(lag * degrees_to_radians)) - 1;
    // First order: delta tan(phi).
    check_close(error, lead * degrees_to_radians * std::tan(lag * degrees_to_radians), 5e-5,
                "error");
  }
}

BOOST_AUTO_TEST_CASE(a_ratio_error_follows_the_logarithm_of_the_current) {
  v1::Twin model = ideal_model();
  const std::vector<std::pair<double, double>> points{{0.05, 0.4}, {5, -0.2}};
  for (const auto& [amperes, error] : points) {
    auto& point = *model.mutable_front_end()->add_current_transformer();
    point.set_current(amperes);
    point.set_ratio_error(error);
  }
  const std::vector<std::pair<double, double>> expected{
      {0.02, 0.4}, {0.05, 0.4}, {0.5, 0.1}, {5, -0.2}, {6, -0.2}};  // 0.5 A is half-way
  for (const auto& [amperes, error] : expected) {
    const auto device = make_twin(model);
    apply(*device, recipe({.amperes = amperes}));
    advance(*device, settle_seconds + 2);
    const double shown = register_value(*device, 0x06);
    // The level of the current is itself measured by the model before the error is known.
    check_close((shown / amperes - 1) * 100, error, 0.001, "ratio error in percent");
  }
}

BOOST_AUTO_TEST_CASE(a_clock_error_shows_in_energy_and_frequency_but_not_in_power) {
  v1::Twin model = ideal_model();
  model.mutable_front_end()->set_clock_error(0.1);
  const auto device = make_twin(model);
  apply(*device, recipe({}));
  advance(*device, settle_seconds);
  // Its second is too short: it sees fewer periods in it, and counts 1001 seconds in 1000.
  check_close(register_value(*device, 0x34), 3450, 3450 * 3 * relative, "P");
  check_close(register_value(*device, 0x46), 50 / 1.001, 50 * relative, "f");
  check_close(pulsed_watts(*device, 60), 3450 * 1.001, pulsed_bound(3450, 60), "pulses");
}

BOOST_AUTO_TEST_CASE(an_offset_does_not_show) {
  v1::Twin model = ideal_model();
  for (auto& channel : *model.mutable_front_end()->mutable_current()) channel.set_offset(0.1);
  for (auto& channel : *model.mutable_front_end()->mutable_voltage()) channel.set_offset(-0.2);
  const auto device = make_twin(model);
  apply(*device, recipe({.amperes = 0.05}));
  advance(*device, settle_seconds + 7);
  // 25 mA and -1 V of offset; as a product it would be 0.07 % of 11.5 W in each phase.
  check_close(register_value(*device, 0x06), 0.05, 0.05 * 1e-6, "I");
  check_close(register_value(*device, 0x34), 34.5, 34.5 * 1e-6, "P");
  check_close(pulsed_watts(*device, 300), 34.5, pulsed_bound(34.5, 300) + 34.5 * 1e-5, "pulses");
}

// R.m.s. current and voltage and P follow from the closed forms of the parts; their phases add up.
BOOST_AUTO_TEST_CASE(divider_coil_filter_skew_and_drift_of_a_model_show_in_the_readings) {
  v1::Twin model = ideal_model();
  v1::FrontEnd& front_end = *model.mutable_front_end();
  front_end.mutable_rogowski_coil()->set_mutual_inductance(0.3e-6);
  front_end.mutable_rogowski_coil()->set_integrator_corner(1);
  front_end.mutable_voltage_divider()->set_ratio_error(0.5);
  front_end.mutable_voltage_divider()->set_time_constant(20e-6);
  front_end.mutable_anti_alias_filter()->set_order(2);
  front_end.mutable_anti_alias_filter()->set_corner(2000);
  front_end.set_temperature(-17);  // 40 K below
  front_end.set_clock_drift(0.0001);
  for (auto& channel : *front_end.mutable_current()) {
    channel.set_gain_drift(0.002);
    channel.set_skew(30e-6);
  }
  const auto device = make_twin(model);
  apply(*device, recipe({.lag_degrees = 60}));
  advance(*device, settle_seconds);

  // Bilinear filters are right to (pi f / rate)^2 / 3 = 1.3e-4 of their phase, here of 0.4 deg in
  // all, and of second order in what they lose.
  const double omega = 2 * std::numbers::pi * 50;
  const double volts = 230 * 1.005 / std::hypot(1, omega * 20e-6);
  const double amperes = 5 * (1 - 40 * 0.002 / 100) / std::hypot(1, 1.0 / 50);
  const double lead = std::atan(1.0 / 50) + omega * 30e-6 + std::atan(omega * 20e-6);
  const double power = 3 * volts * amperes * std::cos(60 * degrees_to_radians - lead);
  check_close(register_value(*device, 0x00), volts, volts * 2e-6, "U");
  check_close(register_value(*device, 0x06), amperes, amperes * 2e-6, "I");
  check_close(register_value(*device, 0x34), power, power * 2e-5, "P");
  // Its second is too long by 40 ppm.
  check_close(register_value(*device, 0x46), 50 * (1 + 40e-6), 50 * relative, "f");
}

// 2 A of direct current into a core that 5 A alone leaves straight.
BOOST_AUTO_TEST_CASE(direct_current_saturates_the_core_of_a_model) {
  v1::Twin model = ideal_model();
  v1::FrontEnd& front_end = *model.mutable_front_end();
  front_end.set_burden(6);
  v1::TransformerCore& core = *front_end.mutable_transformer_core();
  core.set_ratio(1000);
  core.set_winding_resistance(4);
  for (const auto& [flux, current] :
       std::vector<std::pair<double, double>>{{3e-4, 3e-5}, {1.3e-3, 0.1}}) {
    v1::MagnetisationPoint& point = *core.add_magnetisation();
    point.set_flux(flux);
    point.set_current(current);
  }
  const auto device = make_twin(model);
  SignalRecipe signal = recipe({});
  apply(*device, signal);
  advance(*device, settle_seconds);
  // The lead of R / (w L) = 10 / (314 10) costs nothing at 0 deg but its square.
  check_close(register_value(*device, 0x34), 3450, 3450 * 2e-5, "P without direct current");
  for (auto& channel : signal.current) channel.dc = ampere(2);
  apply(*device, signal);
  advance(*device, settle_seconds);
  BOOST_TEST(register_value(*device, 0x34) < 0.9 * 3450);
}

BOOST_AUTO_TEST_CASE(noise_of_the_front_end_depends_on_the_seed_alone) {
  v1::Twin model = ideal_model();
  for (auto& channel : *model.mutable_front_end()->mutable_current()) channel.set_noise(0.01);
  const auto shown = [&model](std::uint64_t seed) {
    const auto device = make_twin(model);
    apply(*device, recipe({}), seed);
    advance(*device, settle_seconds);
    return device->readings()[{Measurand::active_power, Place::total}];
  };
  const double first = shown(7);
  BOOST_TEST(first == shown(7));  // to the bit
  BOOST_TEST(first != shown(8));
  // 2.5 mA on each of 8000 samples: 230 V x 2.5 mA / sqrt(8000) = 6.4 mW a phase, 11 mW in total.
  check_close(first, 3450, 5 * 0.0112, "P");
}

BOOST_AUTO_TEST_CASE(no_load_gives_no_energy_and_no_pulse) {
  v1::Twin model = ideal_model();
  for (auto& channel : *model.mutable_front_end()->mutable_current()) {
    channel.set_noise(0.002);  // 0.5 mA r.m.s., half the creep threshold
    channel.set_offset(0.05);
  }
  const auto device = make_twin(model);
  apply(*device, recipe({.volts = 1.15 * 230, .amperes = 0}));
  BOOST_TEST(advance(*device, 1200).empty());
  BOOST_TEST((device->readings()[{Measurand::active_energy_total, Place::total}]) == 0.0);
  BOOST_TEST(register_value(*device, 0x06) == 0.0);
  BOOST_TEST(register_value(*device, 0x34) == 0.0);
}

BOOST_AUTO_TEST_CASE(the_starting_current_registers) {
  const auto device = make_twin(ideal_model());
  apply(*device, recipe({.amperes = 0.005}));  // 0.001 In of class 0.5S
  advance(*device, settle_seconds);
  check_close(register_value(*device, 0x34), 3.45, 3.45 * 1e-6, "P");
  // 3.45 W at 3200 imp/kWh is a pulse every 326 s.
  const auto edges = edges_of(advance(*device, 2000), "S0-2");
  BOOST_REQUIRE_EQUAL(edges.size(), 6u);
  check_close((edges[1] - edges[0]).in(second), 3.6e6 / 3200 / 3.45, 0.002, "s between pulses");
}

BOOST_AUTO_TEST_CASE(directions_have_registers_of_their_own) {
  v1::Twin model = ideal_model();
  model.set_initial_import(1000);
  model.set_initial_export(2000);
  const auto device = make_twin(model);
  apply(*device, recipe({.lag_degrees = 30}));
  advance(*device, 61);
  BOOST_TEST(register_value(*device, 0x4A) == 2.0);
  BOOST_TEST(register_value(*device, 0x4E) == 0.0);
  const double import_ = device->readings()[{Measurand::active_energy_import, Place::total}];
  apply(*device, recipe({.lag_degrees = 30 + 180}));
  advance(*device, 60);
  const Readings shown = device->readings();
  check_close(register_value(*device, 0x34), -3450 * std::cos(30 * degrees_to_radians),
              3450 * relative, "P");
  BOOST_TEST(register_value(*device, 0x1E) < 0);  // the power factor tells the direction
  // The window in which it turned may count on either side.
  const double minute = 3450 * std::cos(30 * degrees_to_radians) / 60;
  check_close(shown[{Measurand::active_energy_import, Place::total}], import_, minute / 55,
              "import");
  check_close(shown[{Measurand::active_energy_export, Place::total}], 2000 + minute, minute / 55,
              "export");
  check_close(shown[{Measurand::reactive_energy_export, Place::total}], 1725 / 60.0,
              1725 / 60.0 / 55, "reactive export");
  // The test output of this device counts both.
  BOOST_TEST(edges_of(advance(*device, 10), "S0-2").size() > 5u);
}

BOOST_AUTO_TEST_CASE(pulses_lie_on_the_grid_of_the_device_and_between_the_steps) {
  const auto device = make_twin(ideal_model());
  apply(*device, recipe({.lag_degrees = 60}));
  Instant from{0};
  std::size_t count = 0;
  for (int step = 0; step < 60; ++step) {
    const auto pulses = advance(*device, 0.7531);
    const Instant to = device->describe()->now;
    for (const Pulse& pulse : pulses) {
      BOOST_TEST((pulse.time >= from && pulse.time < to));
      BOOST_TEST(pulse.time.nanoseconds % 1'000'000 == 0);
      ++count;
    }
    from = to;
  }
  BOOST_TEST(count > 60u);
}

BOOST_AUTO_TEST_CASE(pulses_keep_apart_when_the_output_is_too_slow_for_the_power) {
  v1::Device profile = test::shipped_profile();
  profile.mutable_pulse_outputs(1)->set_constant(30000);
  profile.mutable_pulse_outputs(1)->set_width(0.1);
  const auto device = make_twin(ideal_model(), profile);
  apply(*device, recipe({}));  // 28.75 pulses a second where 5 have room
  const auto edges = edges_of(advance(*device, 20), "S0-2");
  BOOST_REQUIRE(edges.size() > 80);
  for (std::size_t k = 1; k < edges.size(); ++k) {
    BOOST_TEST((edges[k] - edges[k - 1]).in(second) >= 0.2);
  }
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_steps_of_time) {
  const auto loaded = loader::load_twin(test::project_file("dut/profiles/smart-x96-5a.twin.yaml"));
  BOOST_REQUIRE(loaded.has_value());
  const v1::Twin& model = loaded->message.twin();  // noise, transformers, clock error and all
  const auto run = [&model](unsigned seed) {
    const auto device = make_twin(model);
    std::vector<Pulse> pulses;
    std::mt19937 random(seed);
    std::int64_t end = 0;
    for (const double amperes : {5.0, 0.05, 3.0}) {
      apply(*device, recipe({.amperes = amperes, .lag_degrees = 40, .hertz = 50.2}), 99);
      end += 13'333'333'333;
      while (device->describe()->now.nanoseconds < end) {
        std::int64_t step = end;
        if (seed != 0) {
          std::uniform_int_distribution<std::int64_t> any(0, seed == 1 ? 400'000 : 3'000'000'000);
          step = std::min(end, device->describe()->now.nanoseconds + any(random));
        }
        auto part = device->advance({step});
        BOOST_REQUIRE(part.has_value());
        pulses.insert(pulses.end(), part->begin(), part->end());
      }
    }
    return std::pair(pulses, device->readings());
  };
  const auto [expected, expected_readings] = run(0);
  BOOST_TEST(expected.size() > 40u);
  for (const unsigned seed : {1U, 2U, 3U}) {
    const auto [pulses, readings] = run(seed);
    BOOST_REQUIRE_EQUAL(pulses.size(), expected.size());
    for (std::size_t k = 0; k < pulses.size(); ++k) {
      BOOST_TEST(pulses[k].output == expected[k].output);
      BOOST_TEST(pulses[k].time.nanoseconds == expected[k].time.nanoseconds);
    }
    for (int measurand = 0; measurand <= static_cast<int>(Measurand::apparent_energy);
         ++measurand) {
      for (int place = 0; place <= static_cast<int>(Place::total); ++place) {
        const QuantityId id{static_cast<Measurand>(measurand), static_cast<Place>(place)};
        BOOST_TEST(readings[id] == expected_readings[id]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(identity_and_parameters_are_readable) {
  const v1::Device profile = test::shipped_profile();
  LineSettings line = factory_line(profile.modbus());
  line.serial.baud_rate = 38400;
  line.serial.parity = ports::Parity::odd;
  line.unit = 247;
  const auto made = Twin::create(profile, ideal_model(), "00", line);
  BOOST_REQUIRE(made.has_value());
  const Twin& device = **made;
  constexpr auto holding = modbus::Table::holding;
  BOOST_TEST((device.registers().read(holding, 0xFC00, 4) ==
              std::vector<std::uint16_t>{0xFFFF, 0xFFFF, 0x0096, 0x0104}));
  BOOST_TEST(register_value(device, 0x02, holding) == 60.0);   // demand period, min
  BOOST_TEST(register_value(device, 0x0A, holding) == 3.0);    // 3P4W
  BOOST_TEST(register_value(device, 0x0C, holding) == 100.0);  // pulse width, ms
  BOOST_TEST(register_value(device, 0x12, holding) == 2.0);    // 8O1
  BOOST_TEST(register_value(device, 0x14, holding) == 247.0);
  BOOST_TEST(register_value(device, 0x16, holding) == 1.0);  // 0.01 kvarh a pulse
  BOOST_TEST(register_value(device, 0x1C, holding) == 4.0);  // 38400 Bd
}

BOOST_AUTO_TEST_CASE(a_power_cycle_starts_it_afresh) {
  v1::Twin model = ideal_model();
  model.set_initial_import(1500);
  const auto device = make_twin(model);
  const auto run = [&device] {
    apply(*device, recipe({.lag_degrees = 60}), 3);
    const auto pulses = advance(*device, 20);
    std::vector<std::int64_t> times;
    times.reserve(pulses.size());
    for (const Pulse& pulse : pulses) times.push_back(pulse.time.nanoseconds);
    return std::pair(times, device->readings()[{Measurand::active_energy_import, Place::total}]);
  };
  const auto first = run();
  BOOST_TEST(first.first.size() > 20u);
  BOOST_REQUIRE(device->power_cycle().has_value());
  BOOST_TEST(device->describe()->now.nanoseconds == 0);
  BOOST_TEST(register_value(*device, 0x00) == 0.0);
  BOOST_TEST(register_value(*device, 0x48) == 1.5);
  advance(*device, 0);
  BOOST_TEST((run() == first));
}

BOOST_AUTO_TEST_CASE(energy_registers_are_renewed_as_often_as_the_profile_says) {
  v1::Device profile = test::shipped_profile();
  profile.mutable_modbus()->set_energy_refresh(0.1);
  const auto device = make_twin(ideal_model(), profile);
  apply(*device, recipe({}));
  advance(*device, 3.0005);  // renewed at 3.0 s
  const double before = device->readings()[{Measurand::active_energy_import, Place::total}];
  advance(*device, 0.099);
  BOOST_TEST((device->readings()[{Measurand::active_energy_import, Place::total}]) == before);
  advance(*device, 0.001);
  const double after = device->readings()[{Measurand::active_energy_import, Place::total}];
  check_close(after - before, 3450 * 0.1 / 3600, 3450 * 0.1 / 3600 * 1e-5, "Wh in 100 ms");
}

BOOST_AUTO_TEST_CASE(it_says_who_it_is) {
  const auto device = make_twin(ideal_model());
  advance(*device, 1.5);
  const TerminalsDescription who = *device->describe();
  BOOST_TEST(who.device == "smart-x96-5a");
  BOOST_TEST(who.serial_number == "4294967295");
  BOOST_TEST(who.model == "ideal");
  BOOST_TEST(who.model_sha256 == "00");
  BOOST_TEST(who.simulated);
  BOOST_TEST(who.now.nanoseconds == 1'500'000'000);
}

BOOST_AUTO_TEST_CASE(time_goes_forward_and_an_hour_at_most) {
  const auto device = make_twin(ideal_model());
  advance(*device, 2);
  BOOST_TEST(device->advance({2'000'000'000}).has_value());  // the present
  for (const std::int64_t until :
       {std::int64_t{1'999'999'999}, std::int64_t{2'000'000'001 + 3'600'000'000'000}, INT64_MIN,
        INT64_MAX}) {
    const auto refused = device->advance({until});
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == ErrorCode::out_of_range));
    BOOST_TEST(device->describe()->now.nanoseconds == 2'000'000'000);
  }
}

// Order h of the voltage of L2 at 0x020E + 2 (h - 2), of the current of L1 at 0x0306 + 2 (h - 2).
BOOST_AUTO_TEST_CASE(registers_read_every_order_of_harmonics) {
  const auto device = make_twin(ideal_model());
  SignalRecipe distorted = recipe({});
  distorted.voltage[1].components.push_back({5, volt(0.04 * 230), degree(20)});
  distorted.voltage[1].components.push_back({63, volt(0.03 * 230), degree(70)});
  distorted.current[0].components.push_back({2, ampere(0.1 * 5), degree(0)});
  apply(*device, distorted);
  advance(*device, settle_seconds);
  check_close(register_value(*device, 0x020E + 2 * 3), 4, 0.005, "U5");
  check_close(register_value(*device, 0x020E + 2 * 61), 3, 0.005, "U63");
  check_close(register_value(*device, 0x020E + 2 * 4), 0, 0.005, "U6");
  check_close(register_value(*device, 0x0192 + 2 * 3), 0, 0.005, "U5 of L1");
  check_close(register_value(*device, 0x0306), 10, 0.01, "I2");
  check_close(register_value(*device, 0x00EC), 5, 0.005, "distortion of U");
  check_close(register_value(*device, 0x00F0), 10, 0.01, "distortion of I");
}

// 3 x 230 V x 5 A x 3200 imp/kWh: 3.07 pulses a second. After booting there is the first window,
// of a second and up to a period, and a pulse may take its interval.
BOOST_AUTO_TEST_CASE(a_device_that_boots_counts_nothing_until_it_has) {
  v1::Twin model = ideal_model();
  model.set_boot_time(4);
  const auto device = make_twin(model);
  const double interval = 3600 / (3450 * 3.2);
  apply(*device, recipe({}));
  auto edges = edges_of(advance(*device, 10), "S0-2");
  BOOST_REQUIRE(!edges.empty());
  BOOST_TEST(edges.front().nanoseconds * 1e-9 > 4 + 1);
  BOOST_TEST(edges.front().nanoseconds * 1e-9 < 4 + 1.05 + interval);

  // A voltage that was there before boots nothing, neither does a current that goes.
  apply(*device, recipe({.volts = 200}));
  BOOST_TEST(edges_of(advance(*device, 2), "S0-2").size() > 4U);
  apply(*device, recipe({.amperes = 0}));
  advance(*device, 2);
  apply(*device, recipe({}));
  BOOST_TEST(edges_of(advance(*device, 4), "S0-2").size() > 7U);

  apply(*device, recipe({.volts = 0}));
  BOOST_TEST(edges_of(advance(*device, 3), "S0-2").size() <= 1U);
  const Instant on = device->describe()->now;
  apply(*device, recipe({}));
  advance(*device, 1.5);
  apply(*device, recipe({.amperes = 4}));  // goes on booting
  edges = edges_of(advance(*device, 6), "S0-2");
  BOOST_REQUIRE(!edges.empty());
  BOOST_TEST((edges.front() - on).in(second) > 4 + 1);
  BOOST_TEST((edges.front() - on).in(second) < 4 + 1.05 + 1.25 * interval);

  BOOST_REQUIRE(device->power_cycle().has_value());
  apply(*device, recipe({}));
  BOOST_TEST(edges_of(advance(*device, 4.9), "S0-2").empty());
}

// The steps in which time is granted change nothing.
BOOST_AUTO_TEST_CASE(booting_ends_at_the_same_sample_whatever_the_steps) {
  v1::Twin model = ideal_model();
  model.set_boot_time(2.345);
  const auto whole = make_twin(model);
  const auto pieces = make_twin(model);
  apply(*whole, recipe({}));
  apply(*pieces, recipe({}));
  const auto expected = edges_of(advance(*whole, 8), "S0-2");
  std::vector<Instant> found;
  for (int step = 0; step < 80; ++step) {
    const auto some = edges_of(advance(*pieces, 0.1), "S0-2");
    found.insert(found.end(), some.begin(), some.end());
  }
  BOOST_TEST(expected.size() > 5U);
  BOOST_TEST((found == expected));
}

// The day begins when the voltage comes: 5 s of tariff 1, less the first window, then tariff 2.
BOOST_AUTO_TEST_CASE(tariffs_begin_with_the_voltage_and_have_registers) {
  v1::Device profile = test::shipped_profile();
  const auto add = [&profile](int address, const std::string& quantity) {
    v1::Register& entry = *profile.mutable_modbus()->add_registers();
    entry = profile.modbus().registers(0);
    entry.set_address(address);
    entry.set_quantity(quantity);
    entry.set_unit("Wh");
  };
  add(0x1000, "active_energy_import_t1.total");
  add(0x1002, "active_energy_import_t2.total");
  profile.add_tariff_switches()->set_tariff(1);
  v1::TariffSwitch& night = *profile.add_tariff_switches();
  night.set_time(5);
  night.set_tariff(2);
  const auto device = make_twin(ideal_model(), profile);
  advance(*device, 20);  // without voltage
  apply(*device, recipe({}));
  advance(*device, 12);
  constexpr double each_second = 3450 / 3600.0;
  BOOST_TEST(register_value(*device, 0x1002) == 7 * each_second,
             boost::test_tools::tolerance(0.02));
  BOOST_TEST(register_value(*device, 0x1000) > 3.9 * each_second);
  BOOST_TEST(register_value(*device, 0x1000) < 4.1 * each_second);
}

BOOST_AUTO_TEST_CASE(a_recipe_that_cannot_be_computed_leaves_the_old_one) {
  const auto device = make_twin(ideal_model());
  apply(*device, recipe({}));
  SignalRecipe too_high = recipe({});
  too_high.voltage[0].components.push_back({80, volt(1), degree(0)});  // 4 kHz at 8 kS/s
  const auto refused = device->apply(too_high, 1);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == ErrorCode::out_of_range));
  advance(*device, settle_seconds);
  check_close(register_value(*device, 0), 230, 230 * relative, "U");
}

BOOST_AUTO_TEST_CASE(models_that_are_no_such_meter_are_refused) {
  const auto refused = [](auto change) {
    v1::Twin model = ideal_model();
    v1::Device profile = test::shipped_profile();
    change(model, profile);
    const auto made = Twin::create(profile, model, "00", factory_line(profile.modbus()));
    BOOST_REQUIRE(!made.has_value());
    BOOST_TEST((made.error().code == ErrorCode::invalid_argument ||
                made.error().code == ErrorCode::out_of_range));
    BOOST_TEST(!made.error().message.empty());
  };
  refused([](v1::Twin& model, v1::Device&) { model.set_device("another"); });
  refused([](v1::Twin& model, v1::Device&) { model.set_serial_number("4294967296"); });
  refused([](v1::Twin& model, v1::Device&) { model.set_serial_number(""); });
  refused([](v1::Twin& model, v1::Device&) { model.set_firmware("0xyz"); });
  refused([](v1::Twin& model, v1::Device&) { model.mutable_front_end()->clear_voltage(); });
  refused([](v1::Twin& model, v1::Device&) { model.mutable_front_end()->set_adc_bits(40); });
  refused([](v1::Twin& model, v1::Device&) { model.mutable_front_end()->set_sample_rate(0); });
  refused([](v1::Twin& model, v1::Device&) {
    model.mutable_front_end()->mutable_transformer_core()->set_ratio(100);
  });
  refused([](v1::Twin& model, v1::Device&) {
    model.mutable_front_end()->mutable_anti_alias_filter()->set_order(2);
  });
  refused([](v1::Twin&, v1::Device& profile) {
    profile.mutable_modbus()->mutable_registers(0)->set_quantity("voltage.L9");
  });
  refused([](v1::Twin&, v1::Device& profile) {
    profile.mutable_modbus()->mutable_registers(0)->set_unit("A");
  });
  refused([](v1::Twin&, v1::Device& profile) {
    profile.mutable_modbus()->mutable_registers(1)->set_address(1);
  });
  refused([](v1::Twin&, v1::Device& profile) { profile.mutable_pulse_outputs(0)->clear_energy(); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
