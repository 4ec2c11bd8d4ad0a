// SPDX-License-Identifier: GPL-3.0-or-later
// Messages and value types turn into one another without loss, and what cannot be a value is
// refused.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>

#include "meterrig/loader/notation.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/loader/reading_mapping.h"
#include "meterrig/loader/signal_mapping.h"
#include "meterrig/loader/verdict_mapping.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

SignalRecipe random_recipe(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> number(-1000, 1000);
  std::uniform_int_distribution<int> order(1, 1000);
  SignalRecipe recipe;
  recipe.frequency = {2499 + 2 * static_cast<std::int64_t>(seed),
                      50};  // odd over 50: lowest terms unless 5 divides
  recipe.frequency =
      make_rational(recipe.frequency.numerator, recipe.frequency.denominator).value();
  recipe.noise_seed = random();
  const auto fill = [&](auto& channel, auto unit) {
    channel.dc = unit(number(random));
    channel.noise_rms = unit(std::abs(number(random)));
    for (std::uint64_t n = 0; n < seed % 4; ++n)
      channel.components.push_back({.order = order(random),
                                    .rms = unit(std::abs(number(random))),
                                    .phase = degree(number(random))});
  };
  for (std::size_t p = 0; p < phase_count; ++p) {
    fill(recipe.voltage.at(p), volt);
    fill(recipe.current.at(p), ampere);
  }
  return recipe;
}

template <class Kind>
bool same_channel(const Channel<Kind>& a, const Channel<Kind>& b) {
  return a.dc == b.dc && a.noise_rms == b.noise_rms &&
         std::equal(a.components.begin(), a.components.end(), b.components.begin(),
                    b.components.end(), [](const auto& x, const auto& y) {
                      return x.order == y.order && x.rms == y.rms && x.phase == y.phase;
                    });
}

v1::SignalRecipe good_message() { return message_from(random_recipe(7)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(mapping)

BOOST_AUTO_TEST_CASE(a_recipe_survives_the_wire_bit_by_bit) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const SignalRecipe recipe = random_recipe(seed);
    v1::SignalRecipe received;
    BOOST_REQUIRE(received.ParseFromString(message_from(recipe).SerializeAsString()));
    const auto back = recipe_from(received);
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((back->frequency == recipe.frequency), "seed " << seed);
    BOOST_TEST(back->noise_seed == recipe.noise_seed, "seed " << seed);
    for (std::size_t p = 0; p < phase_count; ++p) {
      BOOST_TEST(same_channel(back->voltage.at(p), recipe.voltage.at(p)), "seed " << seed);
      BOOST_TEST(same_channel(back->current.at(p), recipe.current.at(p)), "seed " << seed);
    }
  }
}

BOOST_AUTO_TEST_CASE(channels_that_a_recipe_lacks_are_silent) {
  v1::SignalRecipe message;
  message.mutable_frequency()->set_numerator(100);
  message.mutable_frequency()->set_denominator(2);
  message.add_voltage()->set_dc(1);
  const auto recipe = recipe_from(message);
  BOOST_REQUIRE(recipe.has_value());
  BOOST_TEST((recipe->frequency == Rational{50, 1}));  // lowest terms
  BOOST_TEST(recipe->voltage[0].dc.in(volt) == 1.0);
  BOOST_TEST(recipe->voltage[2].dc.in(volt) == 0.0);
  BOOST_TEST(recipe->current[0].noise_rms.in(ampere) == 0.0);
  BOOST_TEST(recipe->current[0].components.empty());
  // A channel of which nothing is known is silent on the wire.
  const v1::SignalRecipe silent = message_from(
      SignalRecipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}});
  BOOST_TEST(silent.voltage(0).dc() == 0.0);
  BOOST_TEST(silent.current(2).noise_rms() == 0.0);
  BOOST_TEST(recipe_from(silent).has_value());
}

BOOST_AUTO_TEST_CASE(a_recipe_that_cannot_be_computed_is_refused_with_the_reason) {
  const auto message = [](const std::function<void(v1::SignalRecipe&)>& spoil) {
    v1::SignalRecipe recipe = good_message();
    BOOST_REQUIRE(recipe_from(recipe).has_value());
    spoil(recipe);
    const auto result = recipe_from(recipe);
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST((result.error().code == ErrorCode::invalid_argument));
    return result.error().message;
  };
  using R = v1::SignalRecipe;
  BOOST_TEST(message([](R& r) { r.mutable_frequency()->set_denominator(0); }) ==
             "frequency: a ratio with denominator 0");
  BOOST_TEST(message([](R& r) { r.mutable_frequency()->set_numerator(0); }) ==
             "frequency 0/1 Hz; expected one above 0 Hz");
  BOOST_TEST(
      message([](R& r) { r.mutable_frequency()->set_denominator(-1); }).starts_with("frequency -"));
  BOOST_TEST(message([](R& r) { r.add_voltage(); }) == "4 channels of voltage; expected at most 3");
  BOOST_TEST(message([](R& r) { r.mutable_voltage(1)->set_dc(unknown); }) ==
             "voltage of L2: direct component of nan; expected a finite number");
  BOOST_TEST(message([](R& r) { r.mutable_current(2)->set_noise_rms(-1); }) ==
             "current of L3: noise of -1; expected a finite number, at least 0");
  BOOST_TEST(message([](R& r) { r.mutable_current(0)->mutable_components(0)->set_order(0); }) ==
             "current of L1: order of 0; expected one from 1 to 1000");
  BOOST_TEST(message([](R& r) { r.mutable_current(0)->mutable_components(0)->set_order(1001); }) ==
             "current of L1: order of 1001; expected one from 1 to 1000");
  BOOST_TEST(message([](R& r) { r.mutable_voltage(0)->mutable_components(1)->set_rms(-2); }) ==
             "voltage of L1: r.m.s. value of -2; expected a finite number, at least 0");
  BOOST_TEST(message([](R& r) {
               r.mutable_voltage(0)->mutable_components(1)->set_phase(
                   std::numeric_limits<double>::infinity());
             }) == "voltage of L1: phase of inf; expected a finite number");
}

BOOST_AUTO_TEST_CASE(a_scenario_becomes_the_recipe_that_it_says) {
  v1::Scenario scenario;
  scenario.set_frequency(49.98);
  scenario.set_noise_seed(5);
  v1::VoltageChannel& u = *scenario.add_voltage();
  u.set_dc(0.5);
  u.set_noise_rms(0.25);
  v1::VoltageComponent& third = *u.add_components();
  third.set_order(3);
  third.set_rms(23);
  third.set_phase(-90);
  const auto recipe = recipe_from(scenario);
  BOOST_REQUIRE(recipe.has_value());
  BOOST_TEST((recipe->frequency == Rational{2499, 50}));  // the decimal, not its binary neighbour
  BOOST_TEST(recipe->noise_seed == 5U);
  BOOST_TEST(recipe->voltage[0].dc.in(volt) == 0.5);
  BOOST_TEST(recipe->voltage[0].noise_rms.in(volt) == 0.25);
  BOOST_TEST(recipe->voltage[0].components.at(0).order == 3);
  BOOST_TEST(recipe->voltage[0].components.at(0).rms.in(volt) == 23.0);
  BOOST_TEST(recipe->voltage[0].components.at(0).phase.in(degree) == -90.0);
  scenario.set_frequency(0);
  BOOST_TEST(!recipe_from(scenario).has_value());
}

BOOST_AUTO_TEST_CASE(an_operating_point_survives_the_wire) {
  const OperatingPoint point{.frequency = hertz(49.98),
                             .voltage = {volt(230), volt(229.5), volt(0.1)},
                             .voltage_angle = {degree(0), degree(-120), degree(120)},
                             .current = {ampere(0.05), ampere(0), ampere(6)},
                             .displacement = {degree(60), degree(240), degree(-36.86989764584402)}};
  const OperatingPoint back = point_from(message_from(point));
  BOOST_TEST((back.frequency == point.frequency));
  BOOST_TEST((back.voltage == point.voltage));
  BOOST_TEST((back.voltage_angle == point.voltage_angle));
  BOOST_TEST((back.current == point.current));
  BOOST_TEST((back.displacement == point.displacement));
  // Unknown stays unknown, and never becomes zero.
  v1::AppliedPoint one;
  one.add_elements()->set_voltage(230);
  BOOST_TEST(!point_from(one).voltage[1].known());
  BOOST_TEST(std::isnan(message_from(point_from(one)).elements(1).voltage()));
}

BOOST_AUTO_TEST_CASE(limits_outcomes_and_confidences_survive_the_store) {
  for (const Outcome outcome :
       {Outcome::pass, Outcome::conditional_pass, Outcome::conditional_fail, Outcome::fail,
        Outcome::not_valid, Outcome::not_run, Outcome::manual}) {
    BOOST_TEST(name(outcome_from(message_from(outcome)).value()) == name(outcome));
    // The schema's word is the same: OUTCOME_NOT_VALID is "not valid".
    std::string word = v1::Outcome_Name(message_from(outcome)).substr(8);
    for (char& c : word) c = c == '_' ? ' ' : static_cast<char>(c - 'A' + 'a');
    BOOST_TEST(word == name(outcome));
  }
  BOOST_TEST(!outcome_from(v1::OUTCOME_UNSPECIFIED).has_value());
  BOOST_TEST(!outcome_from(static_cast<v1::Outcome>(99)).has_value());
  for (const Confidence confidence :
       {Confidence::unspecified, Confidence::verified, Confidence::public_source,
        Confidence::memory, Confidence::uncertain}) {
    BOOST_TEST(name(confidence_from(message_from(confidence))) == name(confidence));
    BOOST_TEST(static_cast<int>(confidence) == static_cast<int>(message_from(confidence)));
  }
  BOOST_TEST((confidence_from(static_cast<v1::Confidence>(99)) == Confidence::unspecified));
  const Limit limit{.magnitude = percent(0.5),
                    .standard = "IEC 62053-22",
                    .edition = "2020",
                    .clause = "Table 3",
                    .row = "22.B2",
                    .confidence = Confidence::public_source,
                    .provenance = "decree"};
  const Limit back = limit_from(message_from(limit));
  BOOST_TEST((back.magnitude == limit.magnitude));
  BOOST_TEST(back.standard == limit.standard);
  BOOST_TEST(back.edition == limit.edition);
  BOOST_TEST(back.clause == limit.clause);
  BOOST_TEST(back.row == limit.row);
  BOOST_TEST((back.confidence == limit.confidence));
  BOOST_TEST(back.provenance == limit.provenance);
}

BOOST_AUTO_TEST_CASE(a_reading_survives_the_store_with_its_unit_named) {
  const Reading reading{.id = {Measurand::active_energy_import, Place::total},
                        .value = 1234567.0,
                        .resolution = 0.125,
                        .time = {.nanoseconds = 123456789012345},
                        .time_base = "controller"};
  const v1::ReadingRecord message = message_from(reading);
  BOOST_TEST(message.quantity() == "active_energy_import.total");
  BOOST_TEST(message.unit() == "Wh");
  const auto back = reading_from(message);
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST((back->id == reading.id));
  BOOST_TEST(back->value == reading.value);
  BOOST_TEST(back->resolution == reading.resolution);
  BOOST_TEST((back->time == reading.time));
  BOOST_TEST(back->time_base == reading.time_base);
  v1::ReadingRecord other = message;
  other.set_unit("kWh");
  BOOST_TEST(reading_from(other).error().message ==
             "active_energy_import.total in 'kWh'; expected 'Wh'");
  other.set_quantity("energy");
  BOOST_TEST(!reading_from(other).has_value());
}

BOOST_AUTO_TEST_CASE(current_levels_read_back_from_their_text) {
  for (const char* text : {"0.05 In", "In", "Imax", "1.2 In", "0.5 Imax", "0.001 In"}) {
    const auto level = parse_current_level(text);
    BOOST_REQUIRE(level.has_value());
    BOOST_TEST(to_string(*level) == text);
  }
  BOOST_TEST(to_string(parse_current_level("1 In").value()) == "In");
  BOOST_TEST(to_string(parse_current_level(" 0.05In ").value()) == "0.05 In");
  for (const char* text : {"", "5", "5 A", "0 In", "-1 In", "+1 In", "In 5", "0.05 in", "nan In",
                           "inf In", "1e9 In", "IN", "0.05 In x", "imax", "0x1 In", "1e999 In"})
    BOOST_TEST(!parse_current_level(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(power_factors_read_back_from_their_text) {
  for (const char* text : {"1", "0.5i", "0.8c", "0.25i"}) {
    const auto factor = parse_power_factor(text);
    BOOST_REQUIRE(factor.has_value());
    BOOST_TEST(to_string(*factor) == text);
  }
  BOOST_TEST((parse_power_factor("0.5i")->character() == v1::CHARACTER_INDUCTIVE));
  BOOST_TEST((parse_power_factor("0.8c")->character() == v1::CHARACTER_CAPACITIVE));
  BOOST_TEST(to_string(parse_power_factor("1.0").value()) == "1");
  for (const char* text : {"", "0", "0i", "0.5", "1i", "1c", "1.1", "1.2i", "-0.5i", "0.5 ic",
                           "0.5I", "0.5l", "nan", "inf i", "i"})
    BOOST_TEST(!parse_power_factor(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
