// SPDX-License-Identifier: GPL-3.0-or-later
// The metering core in C against the closed form of what it is given.
#include "integer_meter.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <random>
#include <span>
#include <vector>

#include "integer_meter_signal.h"
#include "meterrig/synthesis/closed_form.h"

using namespace meterrig;
using meterrig::test::Codes;
using meterrig::test::sines;

namespace {

constexpr double scans_a_second = INTEGER_METER_RATE;
constexpr double volts_per_code = 60e-6;
constexpr double amperes_per_code = 1.5e-6;
constexpr double joules_per_milliwatt_hour = 3.6;

struct Given {
  std::vector<std::size_t> total;     // scans at which pulses of the total began
  std::vector<std::size_t> imported;  // and of the import
  std::vector<double> joules;         // true energy up to each scan, that scan's included
};

class Meter {
 public:
  explicit Meter(integer_meter_calibration calibration = integer_meter_nominal) {
    integer_meter_reset(&meter_, &calibration);
  }

  Given take(const SignalRecipe& recipe, double seconds) {
    Codes source(recipe);
    return take(source.next(static_cast<std::size_t>(seconds * scans_a_second)));
  }
  Given take(const CodeBlock& codes) {
    Given given;
    double joules = 0;
    for (std::size_t n = 0; n < codes.count(); ++n) {
      std::array<std::int32_t, 3> u{};
      std::array<std::int32_t, 3> i{};
      for (std::size_t p = 0; p < phase_count; ++p) {
        u.at(p) = codes.volts.at(p)[n];
        i.at(p) = codes.amperes.at(p)[n];
        joules += volts_per_code * u.at(p) * amperes_per_code * i.at(p) / scans_a_second;
      }
      const std::uint64_t imported = import_mwh();
      const std::uint64_t exported = export_mwh();
      const std::uint32_t pulses = integer_meter_scan(&meter_, u.data(), i.data());
      if ((pulses & INTEGER_METER_TOTAL) != 0) given.total.push_back(n);
      if ((pulses & INTEGER_METER_IMPORT) != 0) given.imported.push_back(n);
      given.joules.push_back(joules);
      runs_backwards_ |= import_mwh() < imported || export_mwh() < exported;
    }
    BOOST_TEST(!runs_backwards_);
    return given;
  }

  [[nodiscard]] std::uint64_t import_mwh() const {
    return integer_meter_import_milliwatt_hours(&meter_);
  }
  [[nodiscard]] std::uint64_t export_mwh() const {
    return integer_meter_export_milliwatt_hours(&meter_);
  }
  [[nodiscard]] double net_joules() const {
    return (static_cast<double>(import_mwh()) - static_cast<double>(export_mwh())) *
           joules_per_milliwatt_hour;
  }
  [[nodiscard]] const integer_meter_readings& shown() const {
    return *integer_meter_shown(&meter_);
  }
  [[nodiscard]] std::uint32_t shown_since() const { return integer_meter_shown_since(&meter_); }

 private:
  integer_meter meter_{};
  bool runs_backwards_ = false;
};

void check_near(double found, double expected, double bound, const std::string& what) {
  BOOST_TEST(std::abs(found - expected) <= bound,
             what << ": " << found << ", expected " << expected << " within " << bound);
}

/// 207 V to 253 V, 10 mA to 5 A, any angles; voltages with up to 3 % of each harmonic, currents
/// with up to 30 %, up to the 15th; a little direct component.
SignalRecipe random_spectrum(std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  const auto frequency = static_cast<std::int64_t>(5000 + 500 * uniform(random));
  const auto exact = make_rational(frequency, 100);
  BOOST_REQUIRE(exact.has_value());
  SignalRecipe recipe{.frequency = *exact, .voltage = {}, .current = {}};
  const auto fill = [&](auto& channel, auto unit, double rms, double distortion) {
    channel.dc = unit(0.002 * rms * uniform(random));
    channel.noise_rms = unit(0);
    for (std::int32_t h = 1; h <= 15; ++h)
      channel.components.push_back(
          {.order = h,
           .rms = unit(h == 1 ? rms : distortion * rms * std::abs(uniform(random)) / h),
           .phase = degree(180 * uniform(random))});
  };
  for (auto& channel : recipe.voltage) fill(channel, volt, 230 + 23 * uniform(random), 0.06);
  for (auto& channel : recipe.current)
    fill(channel, ampere, std::pow(10, -0.65 + 1.35 * uniform(random)), 0.6);
  return recipe;
}

/// The mean of the current and the voltage of a quarter period ago, which the meter interpolates on
/// a straight line between two scans.
double reactive_of(const Channel<VoltageKind>& voltage, const Channel<CurrentKind>& current,
                   double hertz_) {
  const double quarter = scans_a_second / (4 * hertz_);
  const double near = std::floor(quarter);
  double sum = voltage.dc.in(volt)*current.dc.in(ampere);
  for (std::size_t k = 0; k < voltage.components.size(); ++k) {
    const auto& u = voltage.components[k];
    const auto& i = current.components[k];
    const double step = 2 * std::numbers::pi * u.order * hertz_ / scans_a_second;
    const std::complex<double> delay = (near + 1 - quarter) * std::polar(1.0, -near * step) +
                                       (quarter - near) * std::polar(1.0, -(near + 1) * step);
    const auto phasor = std::polar(u.rms.in(volt)*i.rms.in(ampere), (u.phase - i.phase).in(radian));
    sum += (delay * phasor).real();
  }
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integer_meter_core)

// Bounds: what the registers cut off, 1 of the last digit, and 2e-5 of the value (of S for powers)
// for the ends of a window, which a straight line between two scans stands for.
BOOST_AUTO_TEST_CASE(readings_of_random_spectra_are_those_of_the_closed_form) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 random(seed);
    const SignalRecipe recipe = random_spectrum(random);
    const synthesis::ClosedForm truth = synthesis::closed_form(recipe).value();
    Meter meter;
    meter.take(recipe, 3.5);
    const integer_meter_readings& shown = meter.shown();
    const std::string at = "seed " + std::to_string(seed) + " ";
    const double f = recipe.frequency.value();
    check_near(shown.millihertz, f * 1000, 1 + 1e-5 * f * 1000, at + "frequency");
    for (std::size_t p = 0; p < phase_count; ++p) {
      const double s = truth.s.at(p).in(volt_ampere) * 1000;
      check_near(std::span(shown.millivolts)[p], truth.u.at(p).in(volt) * 1e3,
                 1 + 2e-5 * truth.u.at(p).in(volt) * 1e3, at + "U");
      check_near(std::span(shown.microamperes)[p], truth.i.at(p).in(ampere) * 1e6,
                 1 + 2e-5 * truth.i.at(p).in(ampere) * 1e6, at + "I");
      check_near(std::span(shown.milliwatts)[p], truth.p.at(p).in(watt) * 1e3, 1 + 2e-5 * s,
                 at + "P");
      check_near(std::span(shown.millivars)[p],
                 reactive_of(recipe.voltage.at(p), recipe.current.at(p), f) * 1e3, 1 + 2e-5 * s,
                 at + "Q");
      // U and I were cut off before.
      check_near(std::span(shown.millivoltamperes)[p], s,
                 1 + truth.u.at(p).in(volt) * 1e-3 + truth.i.at(p).in(ampere) + 4e-5 * s, at + "S");
    }
  }
}

BOOST_AUTO_TEST_CASE(reactive_power_of_sines_is_positive_when_the_current_lags) {
  for (const double lag : {90.0, 30.0, -60.0, 150.0}) {
    Meter meter;
    meter.take(sines(230, 5, lag), 3);
    const double radians = lag * std::numbers::pi / 180;
    check_near(meter.shown().millivars[1], 1150e3 * std::sin(radians), 20, "Q");
    check_near(meter.shown().milliwatts[1], 1150e3 * std::cos(radians), 20, "P");
  }
}

// Energy swings within a period by no more than the load's S in a quarter of it.
BOOST_AUTO_TEST_CASE(energy_of_random_spectra_is_the_integral_of_their_power) {
  for (std::uint64_t seed = 101; seed <= 115; ++seed) {
    std::mt19937_64 random(seed);
    const SignalRecipe recipe = random_spectrum(random);
    const synthesis::ClosedForm truth = synthesis::closed_form(recipe).value();
    if (std::abs(truth.p_total.in(watt)) < 2) continue;  // near the creep limit
    Meter meter;
    const Given given = meter.take(recipe, 20);
    const double swing = truth.s_total.in(volt_ampere) / recipe.frequency.value() / 4;
    const double bound = 2 * joules_per_milliwatt_hour + swing;
    const std::string at = "seed " + std::to_string(seed);
    check_near(meter.net_joules(), truth.p_total.in(watt) * 20, bound, at);
    check_near(meter.net_joules(), given.joules.back(), bound, at);
    BOOST_TEST((meter.import_mwh() == 0 || meter.export_mwh() == 0), at);
    BOOST_TEST(given.total.size() == (meter.import_mwh() + meter.export_mwh()) / 100, at);
    BOOST_TEST(given.imported.size() == meter.import_mwh() / 1000, at);
  }
}

// Between two pulses lies their energy, in whichever part of a period they come.
BOOST_AUTO_TEST_CASE(a_pulse_begins_at_the_scan_at_which_the_energy_passes) {
  for (const double lag : {0.0, 60.0, 180.0, -143.0}) {
    SignalRecipe recipe = sines(230, 6, lag);
    recipe.current[1].components.clear();  // a single-phase load, whose power swings through zero
    recipe.current[2].components.clear();
    Meter meter;
    const Given given = meter.take(recipe, 30);
    double greatest = 0;  // energy of one scan
    for (std::size_t n = 1; n < given.joules.size(); ++n)
      greatest = std::max(greatest, std::abs(given.joules[n] - given.joules[n - 1]));
    std::size_t checked = 0;
    for (std::size_t k = 1; k < given.total.size(); ++k) {
      if (given.total[k - 1] < std::size_t{3} * INTEGER_METER_RATE)
        continue;  // the direction was not yet known
      const double between =
          std::abs(given.joules[given.total[k]] - given.joules[given.total[k - 1]]);
      check_near(between, 360, greatest, "energy of a pulse");
      ++checked;
    }
    BOOST_TEST(checked > 40u);
  }
}

BOOST_AUTO_TEST_CASE(energy_that_turns_is_in_both_registers_and_none_is_lost) {
  Meter meter;
  double joules = 0;
  double imported = 0;
  for (const double lag : {0.0, 180.0, 60.0, 120.0, 0.0}) {
    const Given given = meter.take(sines(230, 5, lag), 7.3);
    joules += given.joules.back();
    imported += std::max(0.0, given.joules.back());
  }
  check_near(meter.net_joules(), joules, 2 * joules_per_milliwatt_hour, "net energy");
  // A window in which both came is counted as its net: at most a window's energy less in each.
  const double window = 3 * 1150 * 1.25;
  check_near(static_cast<double>(meter.import_mwh()) * joules_per_milliwatt_hour, imported,
             3 * window, "import");
}

BOOST_AUTO_TEST_CASE(pulses_held_back_at_a_change_of_direction_come_one_by_one) {
  Meter meter;
  meter.take(sines(230, 6, 0), 5);
  const Given given = meter.take(sines(230, 6, 180), 12);
  BOOST_REQUIRE(given.total.size() > 100u);
  for (std::size_t k = 1; k < given.total.size(); ++k)
    BOOST_TEST(given.total[k] - given.total[k - 1] >= 240u);  // 60 ms
  const double late = 360 * static_cast<double>(given.total.size()) - std::abs(given.joules.back());
  BOOST_TEST(std::abs(late) <= 2 * 360);
}

BOOST_AUTO_TEST_CASE(below_the_creep_limit_nothing_is_counted_and_above_everything_is) {
  {
    Meter meter;
    meter.take(sines(230, 0.9 / 690, 0), 600);  // 0.9 W
    BOOST_TEST(meter.import_mwh() == 0u);
    check_near(meter.shown().milliwatts[0], 300, 1.1, "P");
    // Nor is it kept for later: of 0.9 W x 600 s nothing is seen once there is a load.
    meter.take(sines(230, 10.0 / 690, 0), 20);
    check_near(static_cast<double>(meter.import_mwh()), 10 * 20 / 3.6, 10 * 1.25 / 3.6 + 2,
               "import after creep");
  }
  {
    Meter meter;
    meter.take(sines(230, 1.1 / 690, 0), 600);
    check_near(static_cast<double>(meter.import_mwh()), 1.1 / 3.6 * 600, 2, "import");
  }
}

BOOST_AUTO_TEST_CASE(a_phase_that_is_dead_leaves_the_others_to_be_measured) {
  SignalRecipe recipe = sines(230, 5, 0, {4993, 100});
  recipe.voltage[0].components.clear();
  recipe.current[0].components.clear();
  Meter meter;
  meter.take(recipe, 6);
  check_near(meter.shown().millihertz, 49930, 1.5, "frequency");
  BOOST_TEST(meter.shown().millivolts[0] == 0u);
  check_near(meter.shown().milliwatts[2], 1150e3, 25, "P");
  meter.take(sines(0, 0, 0), 4);
  BOOST_TEST(meter.shown().millihertz == 0u);
  BOOST_TEST(meter.shown().millivolts[2] == 0u);
  meter.take(recipe, 6);
  check_near(meter.shown().milliwatts[2], 1150e3, 25, "P again");
}

// L1 falls below zero, is all but silent for the rest of the window, and L2, which is watched next,
// never crosses zero.
BOOST_AUTO_TEST_CASE(a_crossing_that_one_phase_began_is_not_ended_by_another) {
  CodeBlock block;
  for (std::size_t n = 0; n < 20'000; ++n) {
    block.volts[0].push_back(n < 800 ? -833'333 : -1);  // -50 V, -60 uV
    block.volts[1].push_back(1'666'667);
    block.volts[2].push_back(0);
    for (auto& row : block.amperes) row.push_back(0);
  }
  Meter meter;
  meter.take(block);
  BOOST_TEST(meter.shown().millihertz == 0u);
  check_near(meter.shown().millivolts[1], 100e3, 1, "U");
}

BOOST_AUTO_TEST_CASE(a_direct_voltage_is_measured_without_a_frequency) {
  SignalRecipe recipe = sines(0, 0, 0);
  for (auto& channel : recipe.voltage) channel.dc = volt(200);
  for (auto& channel : recipe.current) channel.dc = ampere(-2);
  Meter meter;
  meter.take(recipe, 4);
  BOOST_TEST(meter.shown().millihertz == 0u);
  check_near(meter.shown().millivolts[0], 200e3, 1, "U");
  check_near(meter.shown().milliwatts[0], -400e3, 1, "P");
  check_near(static_cast<double>(meter.export_mwh()), 1200 * 4 / 3.6, 1200 * 1.25 / 3.6, "export");
}

BOOST_AUTO_TEST_CASE(a_calibration_constant_scales_what_follows_from_it) {
  Meter good;
  Meter wrong({.nanovolts_per_code = 60000, .picoamperes_per_code = 1512000});
  good.take(sines(230, 5, 30), 20);
  wrong.take(sines(230, 5, 30), 20);
  const auto ratio = [](auto a, auto b) { return static_cast<double>(a) / static_cast<double>(b); };
  check_near(ratio(wrong.import_mwh(), good.import_mwh()), 1.008, 1e-4, "energy");
  check_near(ratio(wrong.shown().microamperes[0], good.shown().microamperes[0]), 1.008, 1e-6, "I");
  check_near(ratio(wrong.shown().milliwatts[0], good.shown().milliwatts[0]), 1.008, 1e-5, "P");
  BOOST_TEST(wrong.shown().millivolts[0] == good.shown().millivolts[0]);
}

// Whatever the converter gives, also what no grid would; sanitizers watch the arithmetic.
BOOST_AUTO_TEST_CASE(no_codes_overflow_it) {
  constexpr std::int32_t lowest = -(1 << (INTEGER_METER_BITS - 1));
  std::mt19937 random(7);
  std::uniform_int_distribution<std::int32_t> code(lowest, -lowest - 1);
  for (const integer_meter_calibration calibration :
       {integer_meter_nominal, integer_meter_calibration{1000, 10'000},
        integer_meter_calibration{100'000, 10'000'000}}) {
    Meter meter(calibration);
    for (int pattern = 0; pattern < 4; ++pattern) {
      CodeBlock block;
      for (std::size_t n = 0; n < 12'000; ++n) {
        for (std::size_t p = 0; p < phase_count; ++p) {
          const bool high = n / 40 % 2 == 0;
          const std::int32_t square = high ? -lowest - 1 : lowest;
          block.volts.at(p).push_back(pattern == 0 ? lowest : pattern == 1 ? code(random) : square);
          block.amperes.at(p).push_back(pattern == 0   ? lowest
                                        : pattern == 1 ? code(random)
                                        : pattern == 2 ? square
                                                       : -square - 1);
        }
      }
      meter.take(block);
      BOOST_TEST(meter.shown_since() <= 5000u);
    }
    // Full-scale squares in phase, and against each other.
    BOOST_TEST(meter.import_mwh() > 0u);
    BOOST_TEST(meter.export_mwh() > 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_reset_forgets_everything) {
  integer_meter meter{};
  integer_meter_reset(&meter, &integer_meter_nominal);
  Codes source(sines(230, 5, 0));
  const CodeBlock codes = source.next(20'000);
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> second;
  for (auto* pulses : {&first, &second}) {
    integer_meter_reset(&meter, &integer_meter_nominal);
    for (std::size_t n = 0; n < codes.count(); ++n) {
      const std::array u{codes.volts[0][n], codes.volts[1][n], codes.volts[2][n]};
      const std::array i{codes.amperes[0][n], codes.amperes[1][n], codes.amperes[2][n]};
      pulses->push_back(integer_meter_scan(&meter, u.data(), i.data()));
    }
    BOOST_TEST(integer_meter_import_milliwatt_hours(&meter) > 4000u);
  }
  BOOST_TEST((first == second));
}

BOOST_AUTO_TEST_SUITE_END()
