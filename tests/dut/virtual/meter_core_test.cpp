// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/twin/meter_core.h"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

#include "code_source.h"

namespace meterrig::twin {
namespace {

using test::balanced;
using test::CodeSource;
using test::ideal_settings;
using test::Waves;

constexpr double degrees_to_radians = std::numbers::pi / 180;
constexpr std::int64_t rate = 8000;  // samples a second in ideal_settings()
// One window to find the signal, one of it alone, and the search for the first crossing.
constexpr std::int64_t settled_samples = 3 * rate;
// Rounding to 24-bit codes of 500 V and 15 A full scale: at most 0.5 code on a peak of at least a
// twentieth of full scale gives 1.2e-6 of one sample, less in a mean; the interpolated ends of the
// window (third order in the sample interval) stay below 1e-7.
constexpr double relative = 2e-6;

MeterCore make(const CoreSettings& settings) {
  auto core = MeterCore::create(settings);
  BOOST_REQUIRE(core.has_value());
  return std::move(*core);
}

Readings readings_of(const CoreSettings& settings, const Waves& waves,
                     std::int64_t samples = settled_samples) {
  CodeSource source(settings);
  source.extend(waves, samples);
  MeterCore core = make(settings);
  std::vector<PulseEdge> edges;
  core.feed(source.codes(), edges);
  return core.readings();
}

void check_close(double found, double expected, double bound, const char* what) {
  BOOST_TEST(std::abs(found - expected) <= bound,
             what << ": " << found << " instead of " << expected << " +- " << bound);
}

struct Point {
  double hertz;
  double lag_degrees;
  friend std::ostream& operator<<(std::ostream& stream, const Point& point) {
    return stream << point.hertz << " Hz, " << point.lag_degrees << " deg";
  }
};
const std::vector<Point> points{{50, 0},    {50, 60},   {50, -37},   {50, 90},  {50, 180},
                                {49.98, 0}, {47.5, 60}, {52.37, 30}, {60, -60}, {45, 137}};

BOOST_AUTO_TEST_SUITE(meter_core)

BOOST_AUTO_TEST_CASE(readings_are_those_of_the_applied_sines) {
  for (const Point& point : points) {
    BOOST_TEST_CONTEXT(point) {
      constexpr double u = 230;
      constexpr double i = 5;
      const Readings shown =
          readings_of(ideal_settings(), balanced(u, i, point.lag_degrees, point.hertz));
      const double s = u * i;
      const double p = s * std::cos(point.lag_degrees * degrees_to_radians);
      const double q = s * std::sin(point.lag_degrees * degrees_to_radians);
      for (const Place place : {Place::L1, Place::L2, Place::L3}) {
        check_close(shown[{Measurand::voltage, place}], u, u * relative, "U");
        check_close(shown[{Measurand::current, place}], i, i * relative, "I");
        check_close(shown[{Measurand::active_power, place}], p, s * relative, "P");
        check_close(shown[{Measurand::reactive_power, place}], q, s * relative, "Q");
        check_close(shown[{Measurand::apparent_power, place}], s, s * 2 * relative, "S");
        check_close(shown[{Measurand::power_factor, place}], p / s, 4 * relative, "PF");
        const double off = shown[{Measurand::phase_angle, place}] - point.lag_degrees;
        check_close(off - 360 * std::round(off / 360), 0, 3 * relative / degrees_to_radians, "phi");
      }
      check_close(shown[{Measurand::active_power, Place::total}], 3 * p, 3 * s * relative,
                  "P total");
      check_close(shown[{Measurand::reactive_power, Place::total}], 3 * q, 3 * s * relative,
                  "Q total");
      check_close(shown[{Measurand::voltage, Place::L1_L2}], u * std::sqrt(3.0), u * 2 * relative,
                  "U12");
      check_close(shown[{Measurand::voltage, Place::L2_L3}], u * std::sqrt(3.0), u * 2 * relative,
                  "U23");
      check_close(shown[{Measurand::voltage, Place::L3_L1}], u * std::sqrt(3.0), u * 2 * relative,
                  "U31");
      check_close(shown[{Measurand::frequency, Place::total}], point.hertz, point.hertz * 1e-7,
                  "f");
      BOOST_TEST((shown[{Measurand::current, Place::N}]) == 0.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_single_phase_load_returns_through_the_neutral) {
  Waves waves = balanced(230, 0);
  waves.amperes[1] = {.rms = 4, .phase_degrees = -120};
  const Readings shown = readings_of(ideal_settings(), waves);
  check_close(shown[{Measurand::current, Place::N}], 4, 4 * relative, "I_N");
  check_close(shown[{Measurand::current, Place::total}], 4, 4 * relative, "sum of currents");
  check_close(shown[{Measurand::active_power, Place::total}], 920, 920 * relative, "P");
  BOOST_TEST((shown[{Measurand::active_power, Place::L1}]) == 0.0);
}

BOOST_AUTO_TEST_CASE(direct_components_do_not_count) {
  Waves waves = balanced(230, 5, 60);
  for (test::Wave& wave : waves.volts) wave.direct = 3;
  for (test::Wave& wave : waves.amperes) wave.direct = -0.2;
  const Readings shown = readings_of(ideal_settings(), waves, 20 * rate);
  check_close(shown[{Measurand::voltage, Place::L3}], 230, 230 * relative, "U");
  check_close(shown[{Measurand::current, Place::L2}], 5, 5 * relative, "I");
  check_close(shown[{Measurand::active_power, Place::L1}], 575, 1150 * relative, "P");
  check_close(shown[{Measurand::reactive_power, Place::L1}], 575 * std::sqrt(3.0), 1150 * relative,
              "Q");
  // Energy begins with the second window, of a power that differs by no more than the direct
  // product (0.6 W) would make it.
  const double hours = shown[{Measurand::active_energy_import, Place::L1}] / 575;
  check_close(hours * 3600, 19, 0.05, "seconds counted");
}

BOOST_AUTO_TEST_CASE(effective_values_hold_harmonics) {
  Waves waves = balanced(230, 5);
  for (test::Wave& wave : waves.volts) wave.harmonic_order = 5, wave.harmonic_rms = 23;
  for (test::Wave& wave : waves.amperes) wave.harmonic_order = 5, wave.harmonic_rms = 2;
  const Readings shown = readings_of(ideal_settings(), waves);
  check_close(shown[{Measurand::voltage, Place::L1}], 230 * std::sqrt(1.01), 230 * relative, "U");
  check_close(shown[{Measurand::current, Place::L1}], std::sqrt(29.0), 5 * relative, "I");
  check_close(shown[{Measurand::active_power, Place::L1}], 230 * 5 + 23 * 2, 1150 * relative, "P");
}

BOOST_AUTO_TEST_CASE(a_dead_first_phase_is_not_needed) {
  Waves waves = balanced(230, 5, 30);
  waves.volts[0] = {};
  waves.amperes[0] = {};
  const Readings shown = readings_of(ideal_settings(), waves, 5 * rate);
  BOOST_TEST((shown[{Measurand::voltage, Place::L1}]) < 1e-9);
  check_close(shown[{Measurand::frequency, Place::total}], 50, 5e-6, "f");
  check_close(shown[{Measurand::active_power, Place::L3}], 1150 * std::cos(30 * degrees_to_radians),
              1150 * relative, "P");
}

BOOST_AUTO_TEST_CASE(dead_terminals_read_zero_and_come_back) {
  const CoreSettings settings = ideal_settings();
  CodeSource source(settings);
  source.extend(Waves{}, 4 * rate);
  const auto dead = static_cast<std::size_t>(4 * rate);
  source.extend(balanced(230, 5), 4 * rate);
  MeterCore core = make(settings);
  std::vector<PulseEdge> edges;
  core.feed(source.codes(0, dead), edges);
  const Readings off = core.readings();
  BOOST_TEST((off[{Measurand::voltage, Place::L1}]) == 0.0);
  BOOST_TEST((off[{Measurand::frequency, Place::total}]) == 0.0);
  BOOST_TEST((off[{Measurand::apparent_power, Place::total}]) == 0.0);
  BOOST_TEST(edges.empty());
  core.feed(source.codes(dead, dead), edges);
  check_close(core.readings()[{Measurand::voltage, Place::L1}], 230, 230 * relative, "U");
}

BOOST_AUTO_TEST_CASE(a_low_voltage_after_a_high_one_is_found) {
  const CoreSettings settings = ideal_settings();
  CodeSource source(settings);
  source.extend(balanced(230, 5), 4 * rate);
  source.extend(balanced(30, 5), 6 * rate);
  MeterCore core = make(settings);
  std::vector<PulseEdge> edges;
  core.feed(source.codes(), edges);
  // The peak of 30 V is 0.085 of full scale.
  check_close(core.readings()[{Measurand::voltage, Place::L2}], 30, 30 * relative, "U");
  check_close(core.readings()[{Measurand::frequency, Place::total}], 50, 5e-6, "f");
}

BOOST_AUTO_TEST_CASE(import_and_export_are_counted_apart_and_never_taken_back) {
  const CoreSettings settings = ideal_settings();
  CodeSource source(settings);
  source.extend(balanced(230, 5, 0), 30 * rate);
  source.extend(balanced(230, 5, 180), 60 * rate);
  MeterCore core = make(settings);
  std::vector<PulseEdge> edges;
  double last_import = 0;
  double last_export = 0;
  for (std::size_t from = 0; from < source.count(); from += 400) {
    core.feed(source.codes(from, 400), edges);
    const Readings shown = core.readings();
    const double import_ = shown[{Measurand::active_energy_import, Place::total}];
    const double export_ = shown[{Measurand::active_energy_export, Place::total}];
    BOOST_TEST(import_ >= last_import);
    BOOST_TEST(export_ >= last_export);
    last_import = import_;
    last_export = export_;
  }
  // 3450 W; the first second or so is not counted, and the two windows at each change may lie on
  // either side.
  check_close(last_import, 3450 * 29 / 3600.0, 3450 * 1.1 / 3600, "import");
  check_close(last_export, 3450 * 60 / 3600.0, 3450 * 1.1 / 3600, "export");
  const Readings shown = core.readings();
  check_close(shown[{Measurand::active_energy_total, Place::total}], last_import + last_export,
              1e-9, "import + export");
  double phases = 0;
  for (const Place place : {Place::L1, Place::L2, Place::L3}) {
    phases += shown[{Measurand::active_energy_import, place}];
  }
  check_close(phases, last_import, 1e-9, "sum of the phases");
}

BOOST_AUTO_TEST_CASE(reactive_and_apparent_energy_follow_their_powers) {
  const Readings shown = readings_of(ideal_settings(), balanced(230, 5, -30), 101 * rate);
  const double seconds = 100;
  const double s = 3 * 230 * 5;
  // Counted from the end of the first window on: 1 s and up to a period after the start.
  const double bound = 0.021 / seconds;
  const double q = s * 0.5 * seconds / 3600;
  check_close(shown[{Measurand::reactive_energy_export, Place::total}], q, q * bound, "Q export");
  BOOST_TEST((shown[{Measurand::reactive_energy_import, Place::total}]) == 0.0);
  check_close(shown[{Measurand::reactive_energy_total, Place::total}], q, q * bound, "Q total");
  check_close(shown[{Measurand::apparent_energy, Place::total}], s * seconds / 3600,
              s * seconds / 3600 * bound, "S");
}

BOOST_AUTO_TEST_CASE(energy_does_not_drift_from_power) {
  const CoreSettings settings = ideal_settings();
  CodeSource source(settings);
  source.extend(balanced(230, 5, 60, 50), rate);  // whole periods: may be repeated for ever
  MeterCore core = make(settings);
  std::vector<PulseEdge> edges;
  for (int k = 0; k < 10; ++k) core.feed(source.codes(), edges);
  const double before = core.readings()[{Measurand::active_energy_import, Place::total}];
  for (int k = 0; k < 3600; ++k) core.feed(source.codes(), edges);
  const double after = core.readings()[{Measurand::active_energy_import, Place::total}];
  const double watts = core.readings()[{Measurand::active_power, Place::total}];
  // Half a femtowatt-hour at each of 180 000 ticks and 3 phases is 3e-10 Wh; the power comes from
  // its window to 1e-9 or so.
  check_close(after - before, watts, watts * 2e-9, "Wh in an hour");
}

BOOST_AUTO_TEST_CASE(currents_below_the_creep_threshold_count_as_none) {
  CoreSettings settings = ideal_settings();
  settings.creep_threshold = milliampere(2);
  const Readings below = readings_of(settings, balanced(230, 0.00195), 60 * rate);
  BOOST_TEST((below[{Measurand::current, Place::L1}]) == 0.0);
  BOOST_TEST((below[{Measurand::active_power, Place::total}]) == 0.0);
  BOOST_TEST((below[{Measurand::active_energy_import, Place::total}]) == 0.0);
  BOOST_TEST((below[{Measurand::apparent_energy, Place::total}]) == 0.0);
  const Readings above = readings_of(settings, balanced(230, 0.00205), 61 * rate);
  const double expected = 3 * 230 * 0.00205 / 60;
  // 2.05 mA is 1620 codes high: rounding is up to 3e-4 of a sample, 1e-5 of a mean.
  check_close(above[{Measurand::active_energy_import, Place::total}], expected, expected * 0.001,
              "energy");
}

BOOST_AUTO_TEST_CASE(pulses_come_as_often_as_the_constant_says_and_on_their_grid) {
  const CoreSettings settings = ideal_settings();
  CodeSource source(settings);
  source.extend(balanced(230, 5, 60), 101 * rate);
  MeterCore core = make(settings);
  std::vector<PulseEdge> edges;
  core.feed(source.codes(), edges);
  BOOST_REQUIRE(edges.size() > 100);
  for (const PulseEdge& edge : edges) BOOST_TEST(edge.sample % 160 == 0);
  // Each edge is late by less than one grid interval of 20 ms.
  const double seconds = static_cast<double>(edges.back().sample - edges.front().sample) / rate;
  const double expected = static_cast<double>(edges.size() - 1) / 3200 * 3.6e6 / 1725;
  check_close(seconds, expected, 0.02 + expected * relative, "time of the pulses");
  const double counted = core.readings()[{Measurand::active_energy_import, Place::total}];
  BOOST_TEST(edges.size() == static_cast<std::size_t>(counted * 3.2));
}

BOOST_AUTO_TEST_CASE(pulses_keep_their_width_and_pause_and_none_is_lost) {
  CoreSettings settings = ideal_settings();
  settings.outputs[0].width = millisecond(80);
  settings.outputs[0].constant = impulse_per_kilowatt_hour(10000);  // 9.58 a second at 3450 W
  CodeSource source(settings);
  source.extend(balanced(230, 5), 21 * rate);
  source.extend(balanced(230, 0), 40 * rate);
  MeterCore core = make(settings);
  std::vector<PulseEdge> edges;
  core.feed(source.codes(), edges);
  for (std::size_t k = 1; k < edges.size(); ++k) {
    BOOST_TEST(edges[k].sample - edges[k - 1].sample >= 1280);  // 160 ms
  }
  const double counted = core.readings()[{Measurand::active_energy_import, Place::total}];
  BOOST_TEST(edges.size() == static_cast<std::size_t>(counted * 10));
}

BOOST_AUTO_TEST_CASE(outputs_give_the_energy_that_they_are_set_to) {
  CoreSettings settings = ideal_settings();
  const PulseOutput first = settings.outputs[0];
  settings.outputs = {first, first, first};
  settings.outputs[1].energy = PulseEnergy::active_export;
  settings.outputs[1].position_quantum = millisecond(50);
  settings.outputs[2].energy = PulseEnergy::active_total;
  settings.outputs[2].position_quantum = second(0);
  CodeSource source(settings);
  Waves waves = balanced(230, 5);
  waves.amperes[2].phase_degrees += 180;
  source.extend(waves, 60 * rate);
  MeterCore core = make(settings);
  std::vector<PulseEdge> edges;
  core.feed(source.codes(), edges);
  std::array<std::size_t, 3> counts{};
  for (const PulseEdge& edge : edges) ++counts.at(edge.output);
  const Readings shown = core.readings();
  const auto pulses = [&shown](Measurand energy) {
    return static_cast<std::size_t>(shown[{energy, Place::total}] * 3.2);
  };
  // An output whose grid is coarser may have its last pulse still to come.
  BOOST_TEST(counts[0] == pulses(Measurand::active_energy_import));
  BOOST_TEST(pulses(Measurand::active_energy_export) - counts[1] <= 1);
  BOOST_TEST(counts[2] == pulses(Measurand::active_energy_total));
  for (const PulseEdge& edge : edges) {
    if (edge.output == 1) BOOST_TEST(edge.sample % 400 == 0);
  }
}

// 3 x 1150 var lagging in L1 and L2, leading in L3.
BOOST_AUTO_TEST_CASE(outputs_of_reactive_energy_give_that_of_its_sign) {
  CoreSettings settings = ideal_settings();
  const PulseOutput first = settings.outputs[0];
  settings.outputs = {first, first, first};
  settings.outputs[0].energy = PulseEnergy::reactive_import;
  settings.outputs[1].energy = PulseEnergy::reactive_export;
  settings.outputs[2].energy = PulseEnergy::reactive_total;
  CodeSource source(settings);
  Waves waves = balanced(230, 5, 90);
  waves.amperes[2].phase_degrees += 180;
  source.extend(waves, 60 * rate);
  MeterCore core = make(settings);
  std::vector<PulseEdge> edges;
  core.feed(source.codes(), edges);
  std::array<std::size_t, 3> counts{};
  for (const PulseEdge& edge : edges) ++counts.at(edge.output);
  const Readings shown = core.readings();
  const auto pulses = [&shown](Measurand energy) {
    return static_cast<std::size_t>(shown[{energy, Place::total}] * 3.2);
  };
  BOOST_TEST(counts[0] == pulses(Measurand::reactive_energy_import));
  BOOST_TEST(counts[1] == pulses(Measurand::reactive_energy_export));
  BOOST_TEST(counts[2] == pulses(Measurand::reactive_energy_total));
  // 58 s or so of 2 x 1150 and 1150 var, 3200 imp/kvarh.
  BOOST_TEST(counts[0] >= 115u);
  BOOST_TEST(counts[1] >= 57u);
  BOOST_TEST(counts[1] <= 62u);
}

BOOST_AUTO_TEST_CASE(a_short_grid_does_not_count_the_swing_of_power_as_export) {
  CoreSettings settings = ideal_settings();
  settings.outputs[0].position_quantum = millisecond(1);
  settings.outputs[0].width = millisecond(1);
  const Readings shown = readings_of(settings, balanced(230, 5, 60), 61 * rate);
  BOOST_TEST((shown[{Measurand::active_energy_export, Place::total}]) == 0.0);
  check_close(shown[{Measurand::active_energy_import, Place::total}], 1725 / 60.0,
              1725 / 60.0 * 0.021 / 60, "import");
}

BOOST_AUTO_TEST_CASE(pulses_and_readings_do_not_depend_on_how_samples_arrive) {
  const CoreSettings settings = ideal_settings();
  CodeSource source(settings);
  Waves waves = balanced(231.7, 4.3, 41, 49.93);
  waves.volts[0].direct = 1;
  source.extend(waves, 20 * rate);
  source.extend(balanced(229, 1, -20, 50.4), 10 * rate);
  MeterCore at_once = make(settings);
  std::vector<PulseEdge> expected;
  at_once.feed(source.codes(), expected);
  for (const std::size_t step :
       {std::size_t{1}, std::size_t{7}, std::size_t{160}, std::size_t{5001}}) {
    MeterCore core = make(settings);
    std::vector<PulseEdge> edges;
    for (std::size_t from = 0; from < source.count(); from += step) {
      core.feed(source.codes(from, std::min(step, source.count() - from)), edges);
    }
    BOOST_REQUIRE_EQUAL(edges.size(), expected.size());
    for (std::size_t k = 0; k < edges.size(); ++k) {
      BOOST_TEST(edges[k].sample == expected[k].sample);
    }
    const Readings one = core.readings();
    const Readings other = at_once.readings();
    for (int measurand = 0; measurand <= static_cast<int>(Measurand::apparent_energy);
         ++measurand) {
      for (int place = 0; place <= static_cast<int>(Place::total); ++place) {
        const QuantityId id{static_cast<Measurand>(measurand), static_cast<Place>(place)};
        BOOST_TEST(one[id] == other[id]);  // to the bit
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(any_width_of_converter_holds_full_scale) {
  for (const int bits : {8, 16, 24, 25, 31}) {
    CoreSettings settings = ideal_settings();
    settings.adc_bits = bits;
    constexpr double u = 353;  // peak 499.2 V of 500 V
    constexpr double i = 10.6;
    const Readings shown = readings_of(settings, balanced(u, i));
    const double bound = 2 * std::ldexp(1.0, 1 - bits) + relative;
    check_close(shown[{Measurand::voltage, Place::L1}], u, u * bound, "U");
    check_close(shown[{Measurand::active_power, Place::total}], 3 * u * i, 3 * u * i * bound, "P");
    check_close(shown[{Measurand::voltage, Place::L3_L1}], u * std::sqrt(3.0), 2 * u * bound,
                "U31");
  }
}

BOOST_AUTO_TEST_CASE(a_fast_converter_reads_the_same) {
  CoreSettings settings = ideal_settings();
  settings.nominal_rate = {51200, 1};
  const Readings shown =
      readings_of(settings, balanced(230, 5, 60, 49.91), std::int64_t{3} * 51200);
  check_close(shown[{Measurand::active_power, Place::total}], 1725, 3450 * relative, "P");
  check_close(shown[{Measurand::reactive_power, Place::total}], 1725 * std::sqrt(3.0),
              3450 * relative, "Q");
}

BOOST_AUTO_TEST_CASE(registers_start_where_the_model_says_without_a_pulse) {
  CoreSettings settings = ideal_settings();
  settings.initial_import = kilowatt_hour(12345.678);
  settings.initial_export = watt_hour(1);
  const Readings shown = readings_of(settings, balanced(230, 0));
  check_close(shown[{Measurand::active_energy_import, Place::total}], 12345678, 1e-6, "import");
  check_close(shown[{Measurand::active_energy_export, Place::total}], 1, 1e-12, "export");
  check_close(shown[{Measurand::active_energy_total, Place::total}], 12345679, 1e-6, "total");
}

BOOST_AUTO_TEST_CASE(settings_that_are_no_meter_are_refused) {
  const auto refused = [](auto change) {
    CoreSettings settings = ideal_settings();
    change(settings);
    const auto core = MeterCore::create(settings);
    BOOST_REQUIRE(!core);
    BOOST_TEST((core.error().code == ErrorCode::out_of_range));
    BOOST_TEST(!core.error().message.empty());
  };
  refused([](CoreSettings& s) { s.nominal_rate = {100, 1}; });
  refused([](CoreSettings& s) { s.adc_bits = 32; });
  refused([](CoreSettings& s) { s.adc_bits = 7; });
  refused([](CoreSettings& s) { s.voltage_full_scale = volt(0); });
  refused([](CoreSettings& s) { s.voltage_full_scale = Voltage(); });
  refused([](CoreSettings& s) { s.current_full_scale = ampere(-1); });
  refused([](CoreSettings& s) { s.reference_voltage = volt(501); });
  refused([](CoreSettings& s) { s.reference_frequency = hertz(2000); });
  refused([](CoreSettings& s) { s.creep_threshold = Current(); });
  refused([](CoreSettings& s) { s.energy_refresh = second(-1); });
  refused([](CoreSettings& s) { s.initial_import = watt_hour(-1); });
  refused([](CoreSettings& s) { s.outputs[0].constant = impulse_per_kilowatt_hour(0); });
  refused([](CoreSettings& s) { s.outputs[0].width = second(-1); });
  refused([](CoreSettings& s) { s.outputs[0].position_quantum = Duration(); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
