// SPDX-License-Identifier: GPL-3.0-or-later
// Every field of a recipe on the wire, and what is refused there.
#include <google/protobuf/descriptor.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>

#include "meterrig/loader/load.h"
#include "meterrig/loader/signal_mapping.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

namespace pb = google::protobuf;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

// Sets every field there is, so that one which the mapping forgets is missed.
class Filler {
 public:
  explicit Filler(std::uint64_t seed) : random_(seed) {}

  void fill(pb::Message& message, int depth) {
    const pb::Descriptor& type = *message.GetDescriptor();
    for (int k = 0; k < type.field_count(); ++k) {
      const pb::FieldDescriptor& field = *type.field(k);
      if (field.name() == "also" && depth == deepest_channel) continue;
      // Three terminals, else two entries.
      const bool terminals = field.name() == "voltage" || field.name() == "current";
      const int entries = !field.is_repeated() ? 1 : terminals ? 3 : 2;
      for (int n = 0; n < entries; ++n) set(message, field, depth);
    }
    mend(message);
  }

 private:
  double number() { return std::uniform_real_distribution<double>(1, 99)(random_); }
  int count(int most) { return std::uniform_int_distribution<int>(1, most)(random_); }

  void set(pb::Message& message, const pb::FieldDescriptor& field, int depth) {
    const pb::Reflection& reflection = *message.GetReflection();
    using Cpp = pb::FieldDescriptor::CppType;
    switch (field.cpp_type()) {
      case Cpp::CPPTYPE_DOUBLE:
        return reflection.SetDouble(&message, &field, number());
      case Cpp::CPPTYPE_INT32:
        return reflection.SetInt32(&message, &field, count(50));
      case Cpp::CPPTYPE_INT64:
        return reflection.SetInt64(&message, &field, count(1'000'000));
      case Cpp::CPPTYPE_UINT64:
        return reflection.SetUInt64(&message, &field, random_());
      case Cpp::CPPTYPE_ENUM:
        return reflection.SetEnumValue(&message, &field,
                                       count(field.enum_type()->value_count() - 1));
      case Cpp::CPPTYPE_MESSAGE: {
        const int inside = field.name() == "also" ? depth + 1 : depth;
        fill(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                 : *reflection.MutableMessage(&message, &field),
             inside);
        if (field.name() == "frequency_changes") at_a_time(message, field);
        return;
      }
      default:
        BOOST_FAIL("a field of a type that is not filled: " + field.full_name());
    }
  }

  // What is not free: a ratio is in lowest terms, a band has a width.
  static void mend(pb::Message& message) {
    if (auto* ratio = dynamic_cast<v1::Rational*>(&message)) {
      const Rational lowest = make_rational(ratio->numerator(), ratio->denominator()).value();
      ratio->set_numerator(lowest.numerator);
      ratio->set_denominator(lowest.denominator);
    }
    if (auto* band = dynamic_cast<v1::NoiseBand*>(&message)) band->set_highest(1000);
  }
  static void at_a_time(pb::Message& message, const pb::FieldDescriptor& field) {
    const pb::Reflection& reflection = *message.GetReflection();
    auto& change = dynamic_cast<v1::Change&>(*reflection.MutableRepeatedMessage(
        &message, &field, reflection.FieldSize(message, &field) - 1));
    change.clear_start_angle();
    change.clear_start_cycle();
  }

  std::mt19937_64 random_;
};

v1::SignalRecipe full_message(std::uint64_t seed = 1) {
  v1::SignalRecipe message;
  Filler(seed).fill(message, 0);
  return message;
}

// The refusal of a message that was right.
std::string spoilt(const std::function<void(v1::SignalRecipe&)>& spoil) {
  v1::SignalRecipe message = full_message();
  BOOST_REQUIRE(recipe_from(message).has_value());
  spoil(message);
  const auto recipe = recipe_from(message);
  BOOST_REQUIRE(!recipe.has_value());
  BOOST_TEST((recipe.error().code == ErrorCode::invalid_argument));
  return recipe.error().message;
}

v1::Channel& u2(v1::SignalRecipe& recipe) { return *recipe.mutable_voltage(1); }

}  // namespace

BOOST_AUTO_TEST_SUITE(signal_mapping)

BOOST_AUTO_TEST_CASE(every_field_of_a_recipe_survives_the_wire) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const v1::SignalRecipe message = full_message(seed);
    const auto recipe = recipe_from(message);
    BOOST_REQUIRE_MESSAGE(recipe.has_value(), (recipe ? "" : recipe.error().message));
    BOOST_TEST((message_from(*recipe).SerializeAsString() == message.SerializeAsString()),
               "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(a_change_without_an_end_or_an_angle_stays_so) {
  SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
  recipe.current.at(0).amplitude_changes = {
      {.start = {.time = {5}, .angle = {}}, .value = percent(40), .ramp = second(0), .hold = {}}};
  const auto back = recipe_from(message_from(recipe));
  BOOST_REQUIRE(back.has_value());
  const auto& change = back->current.at(0).amplitude_changes.at(0);
  BOOST_TEST(change.start.time.nanoseconds == 5);
  BOOST_TEST(!change.start.angle.has_value());
  BOOST_TEST(!change.hold.has_value());
  BOOST_TEST(change.value.in(percent) == 40.0);
}

BOOST_AUTO_TEST_CASE(a_form_that_cannot_be_computed_is_refused) {
  const auto form = [](const std::function<void(v1::Form&)>& spoil,
                       v1::FormKind kind = v1::FORM_KIND_BURST_FIRED) {
    return spoilt([&](v1::SignalRecipe& r) {
      u2(r).mutable_forms(1)->set_kind(kind);
      spoil(*u2(r).mutable_forms(1));
    });
  };
  const std::string at = "voltage of L2: forms[1]: ";
  BOOST_TEST(form([](v1::Form& f) { f.set_kind(v1::FORM_KIND_UNSPECIFIED); }) ==
             at + "kind of 0; expected one of those of FormKind");
  BOOST_TEST(form([](v1::Form& f) { f.set_kind(static_cast<v1::FormKind>(77)); }) ==
             at + "kind of 77; expected one of those of FormKind");
  BOOST_TEST(form([](v1::Form& f) { f.set_rms(-1); }) ==
             at + "rms of -1; expected a finite number, at least 0");
  BOOST_TEST(form([](v1::Form& f) { f.set_phase(unknown); }) ==
             at + "phase of nan; expected a finite number");
  BOOST_TEST(form([](v1::Form& f) { f.set_highest_order(0); }) ==
             at + "highest_order of 0; expected one from 1 to 1000");
  BOOST_TEST(form([](v1::Form& f) { f.set_highest_order(1001); }) ==
             at + "highest_order of 1001; expected one from 1 to 1000");
  BOOST_TEST(form([](v1::Form& f) { f.set_on_cycles(0); }) ==
             at + "on_cycles of 0; expected one from 1 to 100");
  BOOST_TEST(form([](v1::Form& f) { f.set_off_cycles(101); }) ==
             at + "off_cycles of 101; expected one from 1 to 100");
  BOOST_TEST(form([](v1::Form& f) {
               f.set_on_cycles(1);
               f.set_off_cycles(20);
               f.set_highest_order(1000);
             }) ==
             at + "highest_order of 1000; expected at most 20000 of highest_order times on_cycles "
                  "and off_cycles");
  for (const double angle : {0.0, 180.0, -3.0, unknown}) {
    const auto spoil = [angle](v1::Form& f) { f.set_angle(angle); };
    for (const v1::FormKind kind : {v1::FORM_KIND_PHASE_FIRED_LEADING,
                                    v1::FORM_KIND_PHASE_FIRED_TRAILING, v1::FORM_KIND_RECTIFIER})
      BOOST_TEST(form(spoil, kind).starts_with(at + "angle of "));
  }
  BOOST_TEST(form([](v1::Form& f) { f.set_angle(infinite); }, v1::FORM_KIND_HALF_WAVE) ==
             at + "angle of inf; expected a finite number");
}

BOOST_AUTO_TEST_CASE(tones_and_bands_that_cannot_be_computed_are_refused) {
  using R = v1::SignalRecipe;
  const std::string tone = "voltage of L2: tones[0]: ";
  BOOST_TEST(spoilt([](R& r) {
               u2(r).mutable_tones(0)->mutable_frequency()->set_denominator(0);
             }).ends_with("/0 Hz; expected one above 0 Hz"));
  BOOST_TEST(spoilt([](R& r) { u2(r).mutable_tones(0)->clear_frequency(); }) ==
             tone + "frequency 0/0 Hz; expected one above 0 Hz");
  BOOST_TEST(spoilt([](R& r) { u2(r).mutable_tones(0)->set_rms(infinite); }) ==
             tone + "rms of inf; expected a finite number, at least 0");
  BOOST_TEST(spoilt([](R& r) { u2(r).mutable_tones(0)->set_phase(unknown); }) ==
             tone + "phase of nan; expected a finite number");
  BOOST_TEST(spoilt([](R& r) {
               u2(r).mutable_tones(0)->mutable_frequency_changes(1)->set_start_angle(90);
             }) == tone +
                       "frequency_changes[1]: start_angle of 90; expected a time: frequency does "
                       "not change at an angle");
  const std::string band = "voltage of L2: noise_bands[1]: ";
  BOOST_TEST(spoilt([](R& r) { u2(r).mutable_noise_bands(1)->set_lowest(-1); }) ==
             band + "lowest of -1; expected a finite number, at least 0");
  BOOST_TEST(spoilt([](R& r) {
               u2(r).mutable_noise_bands(1)->set_lowest(5);
               u2(r).mutable_noise_bands(1)->set_highest(5);
             }) == band + "highest of 5; expected a finite number above lowest");
  BOOST_TEST(spoilt([](R& r) { u2(r).mutable_noise_bands(1)->set_rms(unknown); }) ==
             band + "rms of nan; expected a finite number, at least 0");
}

BOOST_AUTO_TEST_CASE(modulations_that_cannot_be_computed_are_refused) {
  using R = v1::SignalRecipe;
  const std::string am = "voltage of L2: amplitude_modulations[0]: ";
  const auto amplitude = [](const std::function<void(v1::Modulation&)>& spoil) {
    return spoilt([&](R& r) { spoil(*u2(r).mutable_amplitude_modulations(0)); });
  };
  BOOST_TEST(amplitude([](v1::Modulation& m) { m.clear_shape(); }) ==
             am + "shape of 0; expected sine or rectangular");
  BOOST_TEST(amplitude([](v1::Modulation& m) { m.set_depth(100.5); }) ==
             am + "depth of 100.5; expected one from 0 to 100");
  BOOST_TEST(amplitude([](v1::Modulation& m) { m.set_phase(infinite); }) ==
             am + "phase of inf; expected a finite number");
  BOOST_TEST(amplitude([](v1::Modulation& m) {
               m.mutable_frequency()->set_numerator(0);
             }).starts_with(am + "frequency 0/"));
  BOOST_TEST(spoilt([](R& r) { u2(r).mutable_phase_modulations(1)->set_depth(-1); }) ==
             "voltage of L2: phase_modulations[1]: depth of -1; expected a finite number, at least "
             "0");
  BOOST_TEST(spoilt([](R& r) { r.mutable_frequency_modulations(0)->set_depth(unknown); }) ==
             "frequency_modulations[0]: depth of nan; expected a finite number, at least 0");
}

BOOST_AUTO_TEST_CASE(changes_that_cannot_be_computed_are_refused) {
  using R = v1::SignalRecipe;
  const std::string at = "voltage of L2: phase_changes[1]: ";
  const auto phase = [](const std::function<void(v1::Change&)>& spoil) {
    return spoilt([&](R& r) { spoil(*u2(r).mutable_phase_changes(1)); });
  };
  BOOST_TEST(phase([](v1::Change& c) { c.set_start(-1); }) ==
             at + "start of -1; expected nanoseconds from 0 to 10^18");
  BOOST_TEST(phase([](v1::Change& c) {
               c.set_start(std::numeric_limits<std::int64_t>::max());
             }).ends_with("expected nanoseconds from 0 to 10^18"));
  BOOST_TEST(phase([](v1::Change& c) { c.set_start_cycle(-2); }) ==
             at + "start_cycle of -2; expected one from 0 to 10^12");
  BOOST_TEST(phase([](v1::Change& c) { c.set_start_angle(360); }) ==
             at + "start_angle of 360; expected one from 0 to below 360");
  BOOST_TEST(phase([](v1::Change& c) { c.set_value(unknown); }) ==
             at + "value of nan; expected a finite number");
  BOOST_TEST(phase([](v1::Change& c) { c.set_ramp(-1); }) ==
             at + "ramp of -1; expected one from 0 to 1000000000");
  BOOST_TEST(phase([](v1::Change& c) { c.set_hold(2e9); }) ==
             at + "hold of 2000000000; expected one from 0 to 1000000000");
  BOOST_TEST(
      spoilt([](R& r) { u2(r).mutable_amplitude_changes(0)->set_value(-40); }) ==
      "voltage of L2: amplitude_changes[0]: value of -40; expected a finite number, at least "
      "0");
  BOOST_TEST(spoilt([](R& r) { u2(r).mutable_dc_changes(0)->set_value(infinite); }) ==
             "voltage of L2: dc_changes[0]: value of inf; expected a finite number");
  BOOST_TEST(
      spoilt([](R& r) { r.mutable_frequency_changes(1)->set_start_angle(0); }) ==
      "frequency_changes[1]: start_angle of 0; expected a time: frequency does not change at "
      "an angle");
}

BOOST_AUTO_TEST_CASE(channels_in_channels_end_at_the_fourth) {
  v1::SignalRecipe message;
  message.mutable_frequency()->set_numerator(50);
  message.mutable_frequency()->set_denominator(1);
  v1::Channel* deepest = message.add_current();
  for (int k = 0; k < 4; ++k) deepest = deepest->add_also();
  BOOST_TEST(recipe_from(message).has_value());
  deepest->set_dc(unknown);
  BOOST_TEST(recipe_from(message).error().message ==
             "current of L1: also[0]: also[0]: also[0]: also[0]: direct component of nan; expected "
             "a finite number");
  deepest->set_dc(0);
  for (int k = 0; k < 80; ++k) deepest = deepest->add_also();  // what the parser lets through
  BOOST_TEST(recipe_from(message).error().message ==
             "current of L1: also[0]: also[0]: also[0]: also[0]: also of 1; expected channels in "
             "channels at most 4 deep");
}

BOOST_AUTO_TEST_SUITE_END()
