// SPDX-License-Identifier: GPL-3.0-or-later
// A meter that its currents warm, against the closed form of first order: at a steady current
//   theta(t) = rise (I / Imax)^2 (1 - exp(-t / tau)).
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "shipped_device.h"

namespace meterrig::twin {
namespace {

using test::advance;
using test::apply;
using test::ideal_model;
using test::make_twin;
using test::recipe;

constexpr double rise = 10;    // K
constexpr double tau = 60;     // s
constexpr double drift = 0.1;  // %/K, of the currents
// A reading is the mean of a window of about a second, half of which is its age when it ends; it
// has ended up to another second ago, and the warmth is held for a block of 2048 samples.
constexpr double lag = 0.5 + 1 + 0.256;

v1::Twin warming_model() {
  v1::Twin model = ideal_model();
  for (v1::ChannelError& channel : *model.mutable_front_end()->mutable_current())
    channel.set_gain_drift(drift);
  model.mutable_front_end()->mutable_self_warming()->set_rise(rise);
  model.mutable_front_end()->mutable_self_warming()->set_time_constant(tau);
  return model;
}

/// Error of the total active power shown, %.
double shown_error(const Twin& twin, double amperes) {
  const double watts = twin.readings()[{Measurand::active_power, Place::total}];
  return (watts / (3 * 230 * amperes) - 1) * 100;
}

void check_warmth(double found_percent, double kelvins, double kelvins_per_second,
                  const char* what) {
  BOOST_TEST(std::abs(found_percent - drift * kelvins) <=
                 drift * std::abs(kelvins_per_second) * lag + 1e-4,
             what << ": " << found_percent << " % instead of " << drift * kelvins << " %");
}

BOOST_AUTO_TEST_SUITE(self_warming)

BOOST_AUTO_TEST_CASE(a_steady_current_warms_by_its_square) {
  for (const double amperes : {6.0, 3.0}) {
    const auto twin = make_twin(warming_model());
    apply(*twin, recipe({.amperes = amperes}));
    const double end = rise * amperes * amperes / 36;
    for (const double seconds : {30.0, 60.0, 120.0, 300.0}) {
      advance(*twin, seconds - (twin->describe()->now - Instant{}).in(second));
      const double left = std::exp(-seconds / tau);
      check_warmth(shown_error(*twin, amperes), end * (1 - left), end / tau * left, "warming");
    }
  }
}

BOOST_AUTO_TEST_CASE(it_cools_without_current_and_keeps_its_warmth_from_signal_to_signal) {
  const auto twin = make_twin(warming_model());
  apply(*twin, recipe({.amperes = 6}));
  advance(*twin, 120);
  const double warm = rise * (1 - std::exp(-2.0));
  apply(*twin, recipe({.amperes = 6}));
  advance(*twin, 3);
  check_warmth(shown_error(*twin, 6), warm, rise / tau, "right behind");
  apply(*twin, recipe({.amperes = 0}));
  advance(*twin, 60);
  apply(*twin, recipe({.amperes = 6}));
  advance(*twin, 3);
  const double cooled = warm * std::exp(-1.0);
  check_warmth(shown_error(*twin, 6), cooled + 3 * (rise - cooled) / tau, 2 * rise / tau,
               "after a minute without current");
}

BOOST_AUTO_TEST_CASE(switching_it_off_and_on_cools_it) {
  const auto twin = make_twin(warming_model());
  apply(*twin, recipe({.amperes = 6}));
  advance(*twin, 300);
  BOOST_REQUIRE(twin->power_cycle().has_value());
  apply(*twin, recipe({.amperes = 6}));
  advance(*twin, 3);
  check_warmth(shown_error(*twin, 6), 3 * rise / tau, rise / tau, "cold again");
}

BOOST_AUTO_TEST_CASE(it_does_not_depend_on_the_steps_in_which_time_advances) {
  const auto at_once = make_twin(warming_model());
  const auto in_steps = make_twin(warming_model());
  for (Twin* twin : {at_once.get(), in_steps.get()}) apply(*twin, recipe({.amperes = 6}));
  const std::vector<Pulse> all = advance(*at_once, 20);
  std::vector<Pulse> some;
  for (const double step : {0.1, 7.3, 0.001, 12.599}) {
    const std::vector<Pulse> more = advance(*in_steps, step);
    some.insert(some.end(), more.begin(), more.end());
  }
  BOOST_REQUIRE(all.size() == some.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    BOOST_TEST(all[i].time.nanoseconds == some[i].time.nanoseconds);
}

BOOST_AUTO_TEST_CASE(without_it_nothing_changes_over_time) {
  v1::Twin model = warming_model();
  model.mutable_front_end()->clear_self_warming();
  const auto twin = make_twin(model);
  apply(*twin, recipe({.amperes = 6}));
  advance(*twin, 200);
  BOOST_TEST(std::abs(shown_error(*twin, 6)) < 1e-4);
}

BOOST_AUTO_TEST_CASE(a_chamber_warms_it_from_the_next_signal_on) {
  v1::Twin model = warming_model();
  model.mutable_front_end()->clear_self_warming();
  const auto twin = make_twin(model);
  for (const auto& [around, kelvins] : {std::pair{std::optional(degree_celsius(43)), 20.0},
                                        std::pair{std::optional(degree_celsius(5)), -18.0},
                                        std::pair{std::optional<Temperature>(), 0.0}}) {
    BOOST_REQUIRE(twin->set_temperature(around).has_value());
    apply(*twin, recipe({.amperes = 6}));
    advance(*twin, 5);
    BOOST_TEST(std::abs(shown_error(*twin, 6) - drift * kelvins) < 1e-4, shown_error(*twin, 6));
  }
  const auto beyond = twin->set_temperature(degree_celsius(121));
  BOOST_REQUIRE(!beyond.has_value());
  BOOST_TEST(bool(beyond.error().code == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
