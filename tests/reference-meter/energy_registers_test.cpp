// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/energy_registers.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "random_signal.h"

using namespace meterrig;
using namespace meterrig::reference;
using enum meterrig::reference::EnergyRegister;

namespace {

__extension__ using Extended = __float128;

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t hour_ns = 3600 * second_ns;
constexpr std::int64_t day_ns = 24 * hour_ns;

// The same in all phases; energies in Wh, varh, VAh of each.
WindowEnergy window(std::int64_t begin, std::int64_t end, double active, double reactive,
                    double apparent) {
  return {.begin = {begin},
          .end = {end},
          .active = {watt_hour(active), watt_hour(active), watt_hour(active)},
          .reactive = {var_hour(reactive), var_hour(reactive), var_hour(reactive)},
          .apparent = {volt_ampere_hour(apparent), volt_ampere_hour(apparent),
                       volt_ampere_hour(apparent)},
          .apparent_total = volt_ampere_hour(3 * apparent)};
}

void add(EnergyRegisters& registers, const WindowEnergy& window) {
  const auto added = registers.add(window);
  BOOST_TEST_REQUIRE(added.has_value());
}

TariffTable day_and_night(Instant monday = {0}) {
  const std::array switches{
      TariffSwitch{.days = monday_to_friday, .time_of_day = hour(7), .tariff = 1},
      TariffSwitch{.days = monday_to_friday, .time_of_day = hour(22), .tariff = 2},
      TariffSwitch{.days = weekend, .time_of_day = hour(8.5), .tariff = 8}};
  const auto table = TariffTable::create(switches, monday);
  BOOST_TEST_REQUIRE(table.has_value());
  return *table;
}

DemandPeriod period(Duration length, int sub_periods) {
  const auto made = DemandPeriod::create(length, sub_periods);
  BOOST_TEST_REQUIRE(made.has_value());
  return *made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(energy_registers)

// 691.2 million samples of a day at 8 kS/s in blocks of 64, of powers from milliwatts to 20
// kW: 10.8 million doubles from 2^-29 to 2^-3 Wh. Their last digits are 2^-81 or more and their sum
// is below 2^20, 101 bits: __float128, with 113, adds them without error.
BOOST_AUTO_TEST_CASE(a_day_of_blocks_is_summed_to_a_thousandth_of_a_millionth_of_a_millionth) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-3, 4.3);
  ExactEnergy sum;
  Extended truth = 0;
  double plain = 0;
  double watts = 0;
  for (int block = 0; block < 10'800'000; ++block) {
    if (block % 1000 == 0) watts = std::pow(10, exponent(random));
    const double hours = watts * (1 + 1e-3 * static_cast<double>(block % 997)) * 0.008 / 3600;
    sum += ExactEnergy::of(hours);
    truth += hours;
    plain += hours;
  }
  const auto error = [truth](double found) {
    return std::abs(static_cast<double>((static_cast<Extended>(found) - truth) / truth));
  };
  BOOST_TEST(error(sum.value()) < 1.2e-16);  // one rounding
  BOOST_TEST(error(watt_hour(sum.value()).in(watt_second) / 3600) < 1e-15);
  BOOST_TEST(error(plain) > 1e-15);  // what it is for
}

// 432 000 windows of 0.2 s, parted by tariffs and demand periods, of both signs.
BOOST_AUTO_TEST_CASE(registers_of_a_day_are_exact_through_tariffs_and_demand) {
  EnergyRegisters registers({.total = TotalCounting::by_phase,
                             .tariffs = day_and_night(),
                             .demand = period(minute(15), 15)});
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> uniform(-0.2, 1);
  Extended imported = 0;
  Extended exported = 0;
  Extended lagging = 0;
  for (std::int64_t k = 0; k < 432'000; ++k) {
    const double active = uniform(random);
    const double reactive = uniform(random) * 0.3;
    // windows of 0.2 s that do not end with minutes
    add(registers, window(k * 200'000'000 + 12345, (k + 1) * 200'000'000 + 12345, active, reactive,
                          std::hypot(active, reactive)));
    (active >= 0 ? imported : exported) += 3 * static_cast<Extended>(std::abs(active));
    if (reactive >= 0) lagging += 3 * static_cast<Extended>(reactive);
  }
  const auto error = [](double found, Extended truth) {
    return std::abs(static_cast<double>((static_cast<Extended>(found) - truth) / truth));
  };
  const RegisterReading total = registers.read(Place::total);
  BOOST_TEST(error(total.active_import.in(watt_hour), imported) < 4e-16);
  BOOST_TEST(error(total.active_export.in(watt_hour), exported) < 4e-16);
  BOOST_TEST(error(total.active_net.in(watt_hour), imported - exported) < 4e-16);
  BOOST_TEST(error(total.active_total.in(watt_hour), imported + exported) < 4e-16);
  BOOST_TEST(error(total.reactive_import.in(var_hour), lagging) < 4e-16);
  for (const EnergyRegister which :
       {active_import, active_export, reactive_quadrant_1, reactive_quadrant_2, reactive_quadrant_3,
        reactive_quadrant_4, apparent_import, apparent_export}) {
    ExactEnergy tariffs;
    ExactEnergy phases;
    for (int t = 1; t <= tariff_count; ++t) tariffs += registers.exact(which, Place::total, t);
    for (const Place place : {Place::L1, Place::L2, Place::L3})
      phases += registers.exact(which, place);
    BOOST_TEST((tariffs == registers.exact(which, Place::total)));
    BOOST_TEST((phases == registers.exact(which, Place::total)));
    BOOST_TEST((tariffs > ExactEnergy{}));
  }
}

BOOST_AUTO_TEST_CASE(energy_counts_by_its_signs_in_four_quadrants) {
  const std::array<std::array<double, 2>, 4> signs{{{1, 1}, {-1, 1}, {-1, -1}, {1, -1}}};
  const std::array quadrants{reactive_quadrant_1, reactive_quadrant_2, reactive_quadrant_3,
                             reactive_quadrant_4};
  for (std::size_t q = 0; q < 4; ++q) {
    EnergyRegisters registers;
    add(registers, window(0, 10, 3 * signs.at(q)[0], 4 * signs.at(q)[1], 5));
    for (const auto& [place, times] : {std::pair{Place::L2, 1.0}, std::pair{Place::total, 3.0}}) {
      for (std::size_t k = 0; k < 4; ++k)
        BOOST_TEST(registers.exact(quadrants.at(k), place).value() == (k == q ? 4 * times : 0));
      const RegisterReading reading = registers.read(place);
      const bool imported = signs.at(q)[0] > 0;
      BOOST_TEST(reading.active_import.in(watt_hour) == (imported ? 3 * times : 0));
      BOOST_TEST(reading.active_export.in(watt_hour) == (imported ? 0 : 3 * times));
      BOOST_TEST(reading.active_net.in(watt_hour) == 3 * times * signs.at(q)[0]);
      BOOST_TEST(reading.active_total.in(watt_hour) == 3 * times);
      BOOST_TEST(reading.reactive_quadrant.at(q).in(var_hour) == 4 * times);
      BOOST_TEST(reading.reactive_import.in(var_hour) == (q < 2 ? 4 * times : 0));
      BOOST_TEST(reading.reactive_export.in(var_hour) == (q < 2 ? 0 : 4 * times));
      BOOST_TEST(reading.reactive_net.in(var_hour) == 4 * times * signs.at(q)[1]);
      BOOST_TEST(reading.reactive_total.in(var_hour) == 4 * times);
      BOOST_TEST(reading.apparent_import.in(volt_ampere_hour) == (imported ? 5 * times : 0));
      BOOST_TEST(reading.apparent_export.in(volt_ampere_hour) == (imported ? 0 : 5 * times));
      BOOST_TEST(reading.apparent_total.in(volt_ampere_hour) == 5 * times);
    }
  }
  EnergyRegisters none;
  BOOST_TEST(!none.read(Place::N).active_import.known());
  BOOST_TEST(!none.read(Place::total, 9).active_import.known());
  BOOST_TEST(none.read(Place::total, 8).active_import.in(watt_hour) == 0.0);
}

// L1 imports 5, L2 exports 2, L3 exports 1: by the sum 2 imported; by phases 5 and 3.
BOOST_AUTO_TEST_CASE(the_total_counts_by_the_sum_or_by_phases) {
  WindowEnergy mixed = window(0, 10, 0, 1, 6);
  mixed.active = {watt_hour(5), watt_hour(-2), watt_hour(-1)};
  mixed.apparent_total = volt_ampere_hour(10);  // of its own definition
  EnergyRegisters by_sum;
  add(by_sum, mixed);
  BOOST_TEST(by_sum.read(Place::total).active_import.in(watt_hour) == 2.0);
  BOOST_TEST(by_sum.read(Place::total).active_export.in(watt_hour) == 0.0);
  BOOST_TEST(by_sum.read(Place::total).reactive_quadrant[0].in(var_hour) == 3.0);
  BOOST_TEST(by_sum.read(Place::total).apparent_import.in(volt_ampere_hour) == 10.0);
  EnergyRegisters by_phase({.total = TotalCounting::by_phase, .tariffs = {}, .demand = {}});
  add(by_phase, mixed);
  BOOST_TEST(by_phase.read(Place::total).active_import.in(watt_hour) == 5.0);
  BOOST_TEST(by_phase.read(Place::total).active_export.in(watt_hour) == 3.0);
  BOOST_TEST(by_phase.read(Place::total).active_net.in(watt_hour) == 2.0);
  BOOST_TEST(by_phase.read(Place::total).reactive_quadrant[0].in(var_hour) == 1.0);
  BOOST_TEST(by_phase.read(Place::total).reactive_quadrant[1].in(var_hour) == 2.0);
  BOOST_TEST(by_phase.read(Place::total).apparent_export.in(volt_ampere_hour) == 12.0);
}

BOOST_AUTO_TEST_CASE(a_table_tells_the_tariff_of_every_time_of_the_week) {
  const Instant monday{3 * day_ns + 17};
  const TariffTable table = day_and_night(monday);
  const auto at = [&](int day, double hours) {
    return table.tariff_at(
        {monday.nanoseconds + day * day_ns + std::llround(hours * static_cast<double>(hour_ns))});
  };
  BOOST_TEST(at(0, 0) == 8);  // since Sunday
  BOOST_TEST(at(0, 6.999) == 8);
  BOOST_TEST(at(0, 7) == 1);
  BOOST_TEST(at(0, 21.999) == 1);
  BOOST_TEST(at(0, 22) == 2);
  BOOST_TEST(at(1, 3) == 2);
  BOOST_TEST(at(5, 8.499) == 2);
  BOOST_TEST(at(5, 8.5) == 8);
  BOOST_TEST(at(6, 5) == 8);
  BOOST_TEST(at(7, 7) == 1);    // the next week
  BOOST_TEST(at(-3, 12) == 1);  // a Friday before
  BOOST_TEST(at(700, 7) == 1);
  const auto next = [&](std::int64_t from) {
    return table.next_switch({monday.nanoseconds + from}).nanoseconds - monday.nanoseconds;
  };
  BOOST_TEST(next(0) == 7 * hour_ns);
  BOOST_TEST(next(7 * hour_ns) == 22 * hour_ns);
  BOOST_TEST(next(7 * hour_ns - 1) == 7 * hour_ns);
  BOOST_TEST(next(6 * day_ns + 9 * hour_ns) == 7 * day_ns + 7 * hour_ns);
  BOOST_TEST(next(-1) == 7 * hour_ns);
}

BOOST_AUTO_TEST_CASE(tables_that_make_no_sense_are_refused) {
  const auto code = [](std::vector<TariffSwitch> switches) {
    const auto table = TariffTable::create(switches, {0});
    BOOST_TEST_REQUIRE(!table.has_value());
    return table.error().code;
  };
  BOOST_TEST((code({}) == ErrorCode::invalid_argument));
  BOOST_TEST((code({{.time_of_day = hour(7), .tariff = 0}}) == ErrorCode::out_of_range));
  BOOST_TEST((code({{.time_of_day = hour(7), .tariff = 9}}) == ErrorCode::out_of_range));
  BOOST_TEST((code({{.time_of_day = hour(24)}}) == ErrorCode::out_of_range));
  BOOST_TEST((code({{.time_of_day = hour(-1)}}) == ErrorCode::out_of_range));
  BOOST_TEST((code({{.time_of_day = Duration{}}}) == ErrorCode::out_of_range));
  BOOST_TEST((code({{.days = 0, .time_of_day = hour(7)}}) == ErrorCode::invalid_argument));
  BOOST_TEST((code({{.days = 0x80, .time_of_day = hour(7)}}) == ErrorCode::invalid_argument));
  BOOST_TEST((code({{.days = weekend, .time_of_day = hour(7)},
                    {.days = every_day, .time_of_day = hour(7), .tariff = 2}}) ==
              ErrorCode::invalid_argument));
}

// A window of 10 s from 3 s before the switch: 3 and 7 tenths, which add up to the last bit.
BOOST_AUTO_TEST_CASE(a_window_across_a_switch_is_parted_and_nothing_jumps) {
  EnergyRegisters registers(
      {.total = TotalCounting::by_sum, .tariffs = day_and_night(), .demand = {}});
  const std::int64_t at = 22 * hour_ns - 3 * second_ns;
  BOOST_TEST(registers.tariff() == 8);
  const double energy = 1.0 / 3;
  add(registers, window(at, at + 10 * second_ns, energy, -energy, energy));
  BOOST_TEST(registers.tariff() == 2);
  const double day = registers.read(Place::L1, 1).active_import.in(watt_hour);
  const double night = registers.read(Place::L1, 2).active_import.in(watt_hour);
  BOOST_TEST(std::abs(day - 0.3 * energy) < 1e-16);
  BOOST_TEST(std::abs(night - 0.7 * energy) < 1e-16);
  BOOST_TEST((registers.exact(active_import, Place::L1) == ExactEnergy::of(energy)));
  BOOST_TEST((registers.exact(reactive_quadrant_4, Place::L1) == ExactEnergy::of(energy)));
  BOOST_TEST((registers.exact(apparent_import, Place::L3, 1) +
                  registers.exact(apparent_import, Place::L3, 2) ==
              ExactEnergy::of(energy)));
  BOOST_TEST(registers.read(Place::total, 8).active_import.in(watt_hour) == 0.0);
  // Windows that end at the switches are not parted.
  BOOST_TEST((registers.tariff_or_demand_change({at})->nanoseconds == 22 * hour_ns));
}

BOOST_AUTO_TEST_CASE(an_input_chooses_the_tariff_of_what_follows) {
  EnergyRegisters registers;
  BOOST_TEST(!registers.tariff_or_demand_change({0}).has_value());
  add(registers, window(0, 10, 1, 0, 1));
  for (int t = 1; t <= tariff_count; ++t) {
    BOOST_TEST_REQUIRE(registers.select_tariff(t).has_value());
    BOOST_TEST(registers.tariff() == t);
    add(registers, window(10 * t, 10 * t + 10, t, 0, t));
  }
  BOOST_TEST(registers.read(Place::L1, 1).active_import.in(watt_hour) == 2.0);
  for (int t = 2; t <= tariff_count; ++t)
    BOOST_TEST(registers.read(Place::L1, t).active_import.in(watt_hour) == t);
  BOOST_TEST(registers.read(Place::L1).active_import.in(watt_hour) == 37.0);
  BOOST_TEST((registers.select_tariff(0).error().code == ErrorCode::out_of_range));
  BOOST_TEST((registers.select_tariff(9).error().code == ErrorCode::out_of_range));
  EnergyRegisters by_table(
      {.total = TotalCounting::by_sum, .tariffs = day_and_night(), .demand = {}});
  BOOST_TEST((by_table.select_tariff(2).error().code == ErrorCode::failed_precondition));
}

// Power of 1, 2, ... kW minute by minute to 20 kW, then back, over three phases.
BOOST_AUTO_TEST_CASE(demand_is_the_mean_power_of_a_period) {
  const auto kilowatts = [](std::int64_t minute_number) {
    return static_cast<double>(minute_number < 20 ? minute_number + 1 : 40 - minute_number);
  };
  EnergyRegisters block(
      {.total = TotalCounting::by_sum, .tariffs = {}, .demand = period(minute(5), 1)});
  EnergyRegisters sliding(
      {.total = TotalCounting::by_sum, .tariffs = {}, .demand = period(minute(5), 5)});
  const std::int64_t minute_ns = 60 * second_ns;
  for (std::int64_t m = 0; m < 40; ++m) {
    const double hours = kilowatts(m) * 1000 / 60 / 3;
    for (EnergyRegisters* registers : {&block, &sliding})
      add(*registers, window(m * minute_ns, (m + 1) * minute_ns, hours, -hours, hours * 1.5));
    const auto last = block.last_demand(DemandQuantity::active_import);
    BOOST_TEST(last.has_value() == (m >= 4));
    if (m == 4) BOOST_TEST(std::abs(last->value - 3000) < 1e-9);  // 1 to 5 kW
  }
  // 16 to 20 kW, and 20 to 16 as well: the first counts. Sliding: 18, 19, 20, 20, 19.
  const auto of_block = block.maximum_demand(DemandQuantity::active_import);
  BOOST_TEST_REQUIRE(of_block.has_value());
  BOOST_TEST(std::abs(of_block->value - 18000) < 1e-8);
  BOOST_TEST(of_block->end.nanoseconds == 20 * minute_ns);
  const auto of_sliding = sliding.maximum_demand(DemandQuantity::active_import);
  BOOST_TEST_REQUIRE(of_sliding.has_value());
  BOOST_TEST(std::abs(of_sliding->value - 19200) < 1e-8);
  BOOST_TEST(of_sliding->end.nanoseconds == 22 * minute_ns);
  BOOST_TEST(std::abs(sliding.maximum_demand(DemandQuantity::reactive_export)->value - 19200) <
             1e-8);
  BOOST_TEST(std::abs(sliding.maximum_demand(DemandQuantity::apparent)->value - 28800) < 1e-8);
  BOOST_TEST(sliding.maximum_demand(DemandQuantity::active_export)->value == 0.0);
  BOOST_TEST(sliding.maximum_demand(DemandQuantity::reactive_import)->value == 0.0);
  // Reset: the next period, which slides over minutes before it, is the greatest.
  sliding.reset_maximum_demand();
  BOOST_TEST(!sliding.maximum_demand(DemandQuantity::active_import).has_value());
  BOOST_TEST(sliding.last_demand(DemandQuantity::active_import).has_value());
  add(sliding, window(40 * minute_ns, 41 * minute_ns, 0, 0, 0));
  BOOST_TEST(std::abs(sliding.maximum_demand(DemandQuantity::active_import)->value - 2000) <
             1e-9);  // 4, 3, 2, 1, 0 kW
}

BOOST_AUTO_TEST_CASE(a_period_begun_in_its_middle_or_with_a_gap_does_not_count) {
  EnergyRegisters registers(
      {.total = TotalCounting::by_sum, .tariffs = {}, .demand = period(second(10), 2)});
  const auto feed = [&](double from, double to) {
    add(registers,
        window(std::llround(from * 1e9), std::llround(to * 1e9), (to - from) / 3600, 0, 1));
  };
  const auto found = [&] { return registers.maximum_demand(DemandQuantity::active_import); };
  feed(3, 13.5);  // whole from 5 to 10 alone
  BOOST_TEST(!found().has_value());
  feed(13.5, 15);
  BOOST_TEST_REQUIRE(found().has_value());  // 5 to 15, 3 W
  BOOST_TEST(std::abs(found()->value - 3) < 1e-12);
  BOOST_TEST(found()->end.nanoseconds == 15 * second_ns);
  registers.reset_maximum_demand();
  feed(15, 19);
  feed(20, 24);  // a gap of a second
  feed(24, 29);
  BOOST_TEST(!found().has_value());
  feed(29, 30);
  BOOST_TEST_REQUIRE(found().has_value());
  BOOST_TEST(found()->end.nanoseconds == 30 * second_ns);
}

BOOST_AUTO_TEST_CASE(demand_periods_that_make_no_sense_are_refused) {
  const auto code = [](Duration length, int sub_periods) {
    const auto made = DemandPeriod::create(length, sub_periods);
    BOOST_TEST_REQUIRE(!made.has_value());
    return made.error().code;
  };
  BOOST_TEST((code(second(0), 1) == ErrorCode::out_of_range));
  BOOST_TEST((code(Duration{}, 1) == ErrorCode::out_of_range));
  BOOST_TEST((code(hour(200), 1) == ErrorCode::out_of_range));
  BOOST_TEST((code(minute(15), 0) == ErrorCode::out_of_range));
  BOOST_TEST((code(minute(15), 1001) == ErrorCode::out_of_range));
  BOOST_TEST((code(second(1), 7) == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_CASE(a_register_cuts_off_and_rolls_over) {
  const auto six = RegisterFormat::create(6, 1);  // 99999.9 kWh
  BOOST_TEST_REQUIRE(six.has_value());
  const auto shown = [&](double kilowatt_hours) {
    return six->shown(ExactEnergy::of(1000 * kilowatt_hours));
  };
  BOOST_TEST(shown(0) == 0);
  BOOST_TEST(shown(0.09999) == 0);
  BOOST_TEST(shown(0.1) == 1);
  BOOST_TEST(shown(99999.99) == 999999);
  BOOST_TEST(shown(100000) == 0);
  BOOST_TEST(shown(123456.78) == 234567);
  BOOST_TEST(shown(-12.34) == -123);
  BOOST_TEST(six->shown_kilo(ExactEnergy::of(123456780)) == 23456.7);
  BOOST_TEST(six->advance(999998, 3) == 5);
  BOOST_TEST(six->advance(3, 999998) == 999995);
  BOOST_TEST(six->advance(7, 7) == 0);
  // Finer than a watt hour: 1 / 3 Wh is 0.000333 kWh.
  const auto fine = RegisterFormat::create(18, 12);
  BOOST_TEST_REQUIRE(fine.has_value());
  BOOST_TEST(fine->shown(ExactEnergy::of(1.0 / 3)) == 333333333);
  BOOST_TEST(fine->shown(ExactEnergy::of(1e9)) == 0);  // 10^6 kWh
  BOOST_TEST(fine->shown(ExactEnergy::of(1e9 - 0.5)) == 999999'999500000000);
  const auto whole = RegisterFormat::create(3, 0);
  BOOST_TEST(whole->shown(ExactEnergy::of(1999'999.9)) == 999);
  for (const auto& [digits, decimals] : {std::pair{0, 0}, {19, 2}, {6, -1}, {6, 7}, {18, 13}})
    BOOST_TEST((RegisterFormat::create(digits, decimals).error().code == ErrorCode::out_of_range));
}

// Steps counted by the display through many roll-overs are the energy, to a step.
BOOST_AUTO_TEST_CASE(a_display_followed_through_roll_overs_gives_the_energy) {
  const auto format = RegisterFormat::create(3, 2);  // 9.99 kWh
  BOOST_TEST_REQUIRE(format.has_value());
  EnergyRegisters registers;
  std::int64_t before = 0;
  std::int64_t steps = 0;
  for (std::int64_t k = 0; k < 1000; ++k) {
    add(registers, window(k, k + 1, 77.7, 0, 80));
    const std::int64_t now = format->shown(registers.exact(active_import, Place::L1));
    steps += format->advance(before, now);
    before = now;
  }
  BOOST_TEST(steps == 7770);
}

BOOST_AUTO_TEST_CASE(windows_that_make_no_sense_are_refused_and_change_nothing) {
  EnergyRegisters registers;
  add(registers, window(0, 100, 1, 1, 2));
  const auto code = [&](const WindowEnergy& bad) {
    const auto added = registers.add(bad);
    BOOST_TEST_REQUIRE(!added.has_value());
    return added.error().code;
  };
  BOOST_TEST((code(window(99, 200, 1, 1, 2)) == ErrorCode::failed_precondition));
  BOOST_TEST((code(window(100, 100, 1, 1, 2)) == ErrorCode::invalid_argument));
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    BOOST_TEST((code(window(100, 200, bad, 1, 2)) == ErrorCode::invalid_argument));
    BOOST_TEST((code(window(100, 200, 1, bad, 2)) == ErrorCode::invalid_argument));
    BOOST_TEST((code(window(100, 200, 1, 1, bad)) == ErrorCode::invalid_argument));
  }
  BOOST_TEST((code(window(100, 200, 1, 1, -2)) == ErrorCode::invalid_argument));
  BOOST_TEST((code(window(100, 200, 1e14, 1, 2)) == ErrorCode::out_of_range));
  BOOST_TEST((registers.exact(active_import, Place::L1) == ExactEnergy::of(1)));
  BOOST_TEST(registers.until()->nanoseconds == 100);
  add(registers, window(150, 200, 1, 1, 2));
  BOOST_TEST((registers.exact(active_import, Place::L1) == ExactEnergy::of(2)));
}

// Gapless windows cut at will have the energy of the whole, in which the start alone is known to
// 7e-9 of S a sample interval (energy_test.cpp).
BOOST_AUTO_TEST_CASE(windows_of_the_energy_meter_add_up_to_the_closed_form) {
  const Rational rate{8000, 1};
  const OperatingPoint point{.frequency = hertz(50),
                             .voltage = {volt(230), volt(231), volt(229)},
                             .voltage_angle = {degree(0), degree(-120), degree(120)},
                             .current = {ampere(5), ampere(4), ampere(0)},
                             .displacement = {degree(60), degree(140), degree(0)}};
  const SampleBlock block = samples_of(*recipe_of(point), rate, 0, 16000);
  EnergyMeter meter(rate, hertz(50));
  BOOST_TEST_REQUIRE(meter.feed(block).has_value());
  const auto reading = measure(block);
  BOOST_TEST_REQUIRE(reading.has_value());
  EnergyRegisters registers;
  for (std::int64_t at = 0; at < 1'800'000'000; at += 200'000'000)
    add(registers, window_energy(meter, *reading, {at}, {at + 200'000'000}));
  const double p1 = 575;
  const double p2 = 924 * std::cos(140 * std::acos(-1) / 180);
  // 7e-9 S / 8000 is 1e-9 Ws
  const auto near = [](double found, double expected) { return std::abs(found - expected) < 1e-9; };
  BOOST_TEST(near(registers.read(Place::L1).active_import.in(watt_second), p1 * 1.8));
  BOOST_TEST(near(registers.read(Place::L2).active_export.in(watt_second), -p2 * 1.8));
  BOOST_TEST(std::abs(registers.read(Place::total).active_export.in(watt_second) +
                      (p1 + p2) * 1.8) < 2e-9);
  BOOST_TEST(registers.read(Place::L3).active_total.in(watt_second) == 0.0);
  BOOST_TEST(registers.read(Place::L3).apparent_total.in(volt_ampere_second) == 0.0);
  BOOST_TEST(near(registers.read(Place::L1).apparent_import.in(volt_ampere_second), 1150 * 1.8));
  BOOST_TEST(near(registers.read(Place::L2).reactive_quadrant[1].in(var_second),
                  924 * std::sin(140 * std::acos(-1) / 180) * 1.8));
}

BOOST_AUTO_TEST_SUITE_END()
