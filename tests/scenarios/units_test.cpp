// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/units.h"

#include <boost/test/unit_test.hpp>

#include "meterrig/vocabulary/measurand.h"
#include "meterrig/vocabulary/signal.h"

using namespace meterrig;

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(text_with_a_unit_of_its_kind_is_read) {
  BOOST_TEST(*parse_quantity("230 V", QuantityKind::voltage) == 230.0);
  BOOST_TEST(*parse_quantity("0.25 A", QuantityKind::current) == 0.25);
  BOOST_TEST(*parse_quantity("60 deg", QuantityKind::angle) == 60.0);
  BOOST_TEST(*parse_quantity("4 ms", QuantityKind::duration) == 0.004);
  BOOST_TEST(*parse_quantity(" +50mA ", QuantityKind::current) == 0.05,
             boost::test_tools::tolerance(1e-15));
  BOOST_TEST(*parse_quantity("-20 ppm", QuantityKind::percentage) == -0.002,
             boost::test_tools::tolerance(1e-15));
  BOOST_TEST(*parse_quantity("0.5", QuantityKind::none) == 0.5);
}

BOOST_AUTO_TEST_CASE(a_wrong_unit_says_what_was_found_and_expected) {
  const auto mixed = parse_quantity("5 VA", QuantityKind::active_power);
  BOOST_REQUIRE(!mixed);
  BOOST_TEST(mixed.error().message ==
             "'5 VA' is in VA, a unit of apparent power; expected an active power as a number with "
             "one of the units "
             "mW, W, kW, MW");
  const auto missing = parse_quantity("230", QuantityKind::voltage);
  BOOST_REQUIRE(!missing);
  BOOST_TEST(
      missing.error().message ==
      "'230' has no unit; expected a voltage as a number with one of the units uV, mV, V, kV");
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_refused) {
  for (const char* text :
       {"", "V", "1,5 V", "nan V", "inf V", "1e999 V", "0x10 V", "5 Volt", "5 V V", "--5 V"}) {
    BOOST_TEST(!parse_quantity(text, QuantityKind::voltage).has_value(), text);
  }
  BOOST_TEST(!parse_quantity("5 V", QuantityKind::none).has_value());
}

BOOST_AUTO_TEST_CASE(exact_text_reads_back_to_the_same_number) {
  for (const double x : {230.0, 0.1, 1.0 / 3.0, 1e-9, -7.25}) {
    BOOST_TEST(*parse_quantity(exact_text(x, QuantityKind::voltage), QuantityKind::voltage) == x);
  }
}

BOOST_AUTO_TEST_CASE(readable_text_picks_the_prefix) {
  BOOST_TEST(readable(0.05, QuantityKind::current) == "50 mA");
  BOOST_TEST(readable(3450, QuantityKind::active_power) == "3.45 kW");
  BOOST_TEST(readable(0, QuantityKind::voltage) == "0 V");
  BOOST_TEST(readable(std::numeric_limits<double>::quiet_NaN(), QuantityKind::voltage) ==
             "unknown");
}

BOOST_AUTO_TEST_CASE(names_of_quantities_read_back) {
  for (const char* text : {"voltage.L1", "current.N", "active_power.total", "voltage.L2-L3",
                           "active_energy_import.total", "voltage_thd.L3", "voltage_harmonic_2.L1",
                           "current_harmonic_63.L2", "active_energy_import_t1.total",
                           "active_energy_export_t8.total"}) {
    const auto id = parse_quantity_id(text);
    BOOST_REQUIRE(id.has_value());
    BOOST_TEST(to_string(*id) == text);
  }
  BOOST_TEST(!parse_quantity_id("voltage").has_value());
  BOOST_TEST(!parse_quantity_id("volts.L1").has_value());
  BOOST_TEST(!parse_quantity_id("").has_value());
  BOOST_TEST(parse_quantity_id("voltage_harmonic_5.L1")->order == 5);
  BOOST_TEST(parse_quantity_id("active_energy_export_t3.total")->order == 3);
  BOOST_TEST(parse_quantity_id("active_energy_import_t3.L1").error().message ==
             "'active_energy_import_t3.L1' is kept of all phases together; expected "
             "active_energy_import_t3.total");
  for (const char* text : {"voltage_harmonic.L1", "voltage_harmonic_.L1", "voltage_harmonic_1.L1",
                           "voltage_harmonic_64.L1", "voltage_harmonic_5x.L1", "voltage_5.L1",
                           "active_energy_import_t0.total", "active_energy_import_t9.total",
                           "active_energy_import_t.total", "active_energy_import_1.total",
                           "active_energy_import_t1.L1", "active_energy_total_t1.total"})
    BOOST_TEST(!parse_quantity_id(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(a_lagging_current_has_a_positive_displacement) {
  const OperatingPoint point{.frequency = hertz(50),
                             .voltage = {volt(230), volt(230), volt(230)},
                             .voltage_angle = {degree(0), degree(-120), degree(120)},
                             .current = {ampere(5), ampere(0), ampere(5)},
                             .displacement = {degree(60), degree(60), degree(60)}};
  const auto recipe = recipe_of(point);
  BOOST_REQUIRE(recipe.has_value());
  BOOST_TEST(recipe->current[0].components.at(0).phase.in(degree) == -60.0);
  BOOST_TEST(recipe->current[1].components.empty());
  BOOST_TEST(recipe->voltage[2].components.at(0).phase.in(degree) == 120.0);
}

BOOST_AUTO_TEST_SUITE_END()
