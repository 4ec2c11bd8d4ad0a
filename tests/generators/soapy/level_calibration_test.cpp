// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/soapy/level_calibration.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "results.h"

using namespace meterrig;
using namespace meterrig::test;
using soapy::LevelCalibration;
using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

namespace {

RfCalibrationRow row(Frequency frequency, RfLevel level, ActivePower power, Percent uncertainty) {
  return {.frequency = frequency,
          .level = level,
          .forward_power = power,
          .expanded_uncertainty = uncertainty};
}

// A level that falls by 20 dB a decade, then stays.
RfCalibration falling() {
  return {.id = "c",
          .serial_number = "s",
          .date = {year(2026), month(1), day(15)},
          .due = {year(2027), month(1), day(14)},
          .antenna = "",
          .gains = {},
          .rows = {row(megahertz(1), volt(10), watt(4), percent(5)),
                   row(megahertz(10), volt(1), watt(1), percent(8)),
                   row(megahertz(80), volt(1), watt(1), percent(6))}};
}

LevelCalibration calibration() {
  return right(LevelCalibration::create(falling(), {year(2026), month(6), day(1)}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(level_calibration)

BOOST_AUTO_TEST_CASE(a_row_is_given_back_and_decibels_lie_straight_over_the_logarithm_between) {
  const LevelCalibration c = calibration();
  const auto volts = [&](double hertz_number) {
    return std::get<Voltage>(right(c.at(hertz(hertz_number))).level).in(volt);
  };
  BOOST_TEST(volts(1e6) == 10.0);
  BOOST_TEST(volts(10e6) == 1.0);
  BOOST_TEST(volts(80e6) == 1.0);
  const auto near = boost::test_tools::tolerance(1e-12);
  BOOST_TEST(volts(std::sqrt(10.0) * 1e6) == std::sqrt(10.0), near);
  BOOST_TEST(volts(2e6) == 5.0, near);  // 20 dB a decade is the reciprocal
  BOOST_TEST(volts(40e6) == 1.0, near);
  BOOST_TEST(right(c.at(hertz(std::sqrt(10.0) * 1e6))).forward_power.in(watt) == 2.0, near);
  BOOST_TEST(right(c.at(megahertz(2))).expanded_uncertainty.in(percent) == 8.0);
  BOOST_TEST(right(c.at(megahertz(1))).expanded_uncertainty.in(percent) == 5.0);
  BOOST_TEST(right(c.amplitude_of(volt(2.5), megahertz(2))) == 0.5, near);
}

BOOST_AUTO_TEST_CASE(beyond_its_rows_it_does_not_hold) {
  const LevelCalibration c = calibration();
  check_refused(c.at(kilohertz(999)), ErrorCode::out_of_range,
                "999 kHz; calibration 'c' holds from 1 MHz to 80 MHz");
  check_refused(c.at(megahertz(80.001)), ErrorCode::out_of_range, "80.001 MHz");
  check_refused(c.at(Frequency()), ErrorCode::out_of_range, "unknown");
}

BOOST_AUTO_TEST_CASE(it_holds_from_its_date_to_its_due_date) {
  const auto on = [](int y, unsigned m, unsigned d) {
    return LevelCalibration::create(falling(), year_month_day(year(y), month(m), day(d)));
  };
  BOOST_TEST(on(2026, 1, 15).has_value());
  BOOST_TEST(on(2027, 1, 14).has_value());
  check_refused(on(2027, 1, 15), ErrorCode::failed_precondition,
                "calibration 'c' was due on 2027-01-14; today is 2027-01-15");
  check_refused(on(2026, 1, 14), ErrorCode::failed_precondition, "is of 2026-01-15; today is");
}

BOOST_AUTO_TEST_CASE(rows_that_make_no_sense_are_refused) {
  const auto refused = [](auto change, const std::string& words) {
    RfCalibration c = falling();
    change(c.rows);
    check_refused(LevelCalibration::create(c, {year(2026), month(6), day(1)}),
                  ErrorCode::invalid_argument, words);
  };
  using Rows = std::vector<RfCalibrationRow>;
  refused([](Rows& rows) { rows.clear(); }, "has no rows");
  refused([](Rows& rows) { rows[1].frequency = megahertz(1); }, "1 MHz after 1 MHz");
  refused([](Rows& rows) { rows[0].frequency = hertz(0); }, "0 Hz after 0 Hz");
  refused([](Rows& rows) { rows[0].frequency = Frequency(); }, "unknown after 0 Hz");
  refused([](Rows& rows) { rows[1].level = volt(0); }, "10 MHz: level 0 V");
  refused([](Rows& rows) { rows[1].level = volt(-1); }, "10 MHz: level -1 V");
  refused([](Rows& rows) { rows[1].level = volt_per_metre(1); }, "10 MHz: level 1 V/m");
  refused([](Rows& rows) { rows[0].level = Voltage(); }, "1 MHz: level unknown");
  refused([](Rows& rows) { rows[1].forward_power = ActivePower(); }, "in all rows or in none");
  refused([](Rows& rows) { rows[1].forward_power = watt(0); }, "forward power of 0 W");
  refused([](Rows& rows) { rows[1].expanded_uncertainty = Percent(); }, "expanded uncertainty");
  refused(
      [](Rows& rows) {
        for (auto& r : rows) r.level = volt(-1);
      },
      "level -1 V");
}

BOOST_AUTO_TEST_SUITE_END()
