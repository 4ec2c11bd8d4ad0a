// SPDX-License-Identifier: GPL-3.0-or-later
// Signals as people write them: each key reaches the recipe, and each mistake is found where it is.
#include <boost/test/unit_test.hpp>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/signal_mapping.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

const std::string text = R"(scenario:
  id: x
  frequency: 50 Hz
  frequency_modulations: [{shape: sine, frequency: 1 Hz, depth: 0.5 Hz, phase: 90 deg}]
  frequency_changes: [{start: 1 s, by: -0.5 Hz, ramp: 2 s, hold: 1.5 s}]
  voltage:
    - forms: [{kind: phase_fired_trailing, rms: 10 V, phase: 15 deg, angle: 45 deg}]
      tones:
        - {frequency: 179.5 Hz, rms: 2 V, phase: 5 deg, frequency_changes: [{start: 0 s, by: 10 Hz}]}
      noise_bands: [{lowest: 2 kHz, highest: 9 kHz, rms: 1 V}]
      amplitude_modulations: [{shape: rectangular, frequency: 8.8 Hz, depth: 0.2 %, phase: 1 deg}]
      phase_modulations: [{shape: sine, frequency: 2 Hz, depth: 3 deg}]
      amplitude_changes:
        - {start_at: {cycle: 10, angle: 90 deg}, to: 40 %, hold: 200 ms}
        - {start: 1 s, to: 0 %}
      phase_changes: [{start: 2 s, by: 30 deg, ramp: 10 ms}]
      dc_changes: [{start: 3 s, by: -1 V}]
      also:
        - components: [{order: 1, rms: 7 V}]
  current:
    - forms:
        - {kind: burst_fired, rms: 5 A, on_cycles: 2, off_cycles: 3, highest_order: 40}
)";

std::string with(const std::string& old_text, const std::string& new_text) {
  std::string changed = text;
  const std::size_t at = changed.find(old_text);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, old_text);
  return changed.replace(at, old_text.size(), new_text);
}

std::string changed(const std::string& old_text, const std::string& new_text) {
  const auto loaded = parse_scenario(with(old_text, new_text), "f");
  // What the loader accepts is a recipe.
  if (loaded) BOOST_TEST(recipe_from(loaded->message.scenario()).has_value());
  return findings_of(loaded);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signal_file)

BOOST_AUTO_TEST_CASE(every_key_reaches_the_recipe_in_its_unit) {
  const auto loaded = parse_scenario(text, "f");
  BOOST_TEST(findings_of(loaded) == "");
  BOOST_REQUIRE(loaded.has_value());
  const auto recipe = recipe_from(loaded->message.scenario());
  BOOST_REQUIRE_MESSAGE(recipe.has_value(), (recipe ? "" : recipe.error().message));

  const auto& swing = recipe->frequency_modulations.at(0);
  BOOST_TEST((swing.shape == ModulationShape::sine));
  BOOST_TEST((swing.frequency == Rational{1, 1}));
  BOOST_TEST(swing.depth.in(hertz) == 0.5);
  BOOST_TEST(swing.phase.in(degree) == 90.0);
  const auto& drift = recipe->frequency_changes.at(0);
  BOOST_TEST(drift.start.time.nanoseconds == 1'000'000'000);
  BOOST_TEST(drift.value.in(hertz) == -0.5);
  BOOST_TEST(drift.ramp.in(second) == 2.0);
  BOOST_TEST(drift.hold.value().in(second) == 1.5);

  const auto& u = recipe->voltage.at(0);
  BOOST_TEST((u.forms.at(0).kind == FormKind::phase_fired_trailing));
  BOOST_TEST(u.forms.at(0).rms.in(volt) == 10.0);
  BOOST_TEST(u.forms.at(0).phase.in(degree) == 15.0);
  BOOST_TEST(u.forms.at(0).angle.in(degree) == 45.0);
  BOOST_TEST(u.forms.at(0).highest_order == 63);
  BOOST_TEST((u.tones.at(0).frequency == Rational{359, 2}));
  BOOST_TEST(u.tones.at(0).rms.in(volt) == 2.0);
  BOOST_TEST(u.tones.at(0).phase.in(degree) == 5.0);
  BOOST_TEST(u.tones.at(0).frequency_changes.at(0).value.in(hertz) == 10.0);
  BOOST_TEST(!u.tones.at(0).frequency_changes.at(0).hold.has_value());
  BOOST_TEST(u.noise_bands.at(0).lowest.in(hertz) == 2000.0);
  BOOST_TEST(u.noise_bands.at(0).highest.in(hertz) == 9000.0);
  BOOST_TEST(u.noise_bands.at(0).rms.in(volt) == 1.0);
  BOOST_TEST((u.amplitude_modulations.at(0).shape == ModulationShape::rectangular));
  BOOST_TEST((u.amplitude_modulations.at(0).frequency == Rational{44, 5}));
  BOOST_TEST(u.amplitude_modulations.at(0).depth.in(percent) == 0.2);
  BOOST_TEST(u.amplitude_modulations.at(0).phase.in(degree) == 1.0);
  BOOST_TEST(u.phase_modulations.at(0).depth.in(degree) == 3.0);
  const auto& dip = u.amplitude_changes.at(0);
  BOOST_TEST(dip.start.cycle == 10);
  BOOST_TEST(dip.start.angle.value().in(degree) == 90.0);
  BOOST_TEST(dip.value.in(percent) == 40.0);
  BOOST_TEST(dip.ramp.in(second) == 0.0);
  BOOST_TEST(dip.hold.value().in(second) == 0.2);
  BOOST_TEST(!u.amplitude_changes.at(1).start.angle.has_value());
  BOOST_TEST(!u.amplitude_changes.at(1).hold.has_value());
  BOOST_TEST(u.amplitude_changes.at(1).value.in(percent) == 0.0);
  BOOST_TEST(u.phase_changes.at(0).value.in(degree) == 30.0);
  BOOST_TEST(u.phase_changes.at(0).ramp.in(second) == 0.01);
  BOOST_TEST(u.dc_changes.at(0).value.in(volt) == -1.0);
  BOOST_TEST(u.also.at(0).components.at(0).rms.in(volt) == 7.0);

  const auto& burst = recipe->current.at(0).forms.at(0);
  BOOST_TEST((burst.kind == FormKind::burst_fired));
  BOOST_TEST(burst.rms.in(ampere) == 5.0);
  BOOST_TEST(burst.on_cycles == 2);
  BOOST_TEST(burst.off_cycles == 3);
  BOOST_TEST(burst.highest_order == 40);
}

BOOST_AUTO_TEST_CASE(a_form_has_the_keys_of_its_kind_and_no_others) {
  const std::string u = "f:7:15: scenario.voltage[0].forms[0]";
  BOOST_TEST(changed("kind: phase_fired_trailing, ", "") ==
             u + ".kind: found nothing; expected one of half_wave, phase_fired_leading, "
                 "phase_fired_trailing, burst_fired, rectifier");
  BOOST_TEST(changed("kind: phase_fired_trailing", "kind: fired") ==
             "f:7:22: scenario.voltage[0].forms[0].kind: found 'fired'; expected one of half_wave, "
             "phase_fired_leading, phase_fired_trailing, burst_fired, rectifier");
  BOOST_TEST(changed(", angle: 45 deg", "") ==
             u + ": found no angle; expected angle with phase_fired_leading, phase_fired_trailing "
                 "and rectifier");
  BOOST_TEST(changed("kind: phase_fired_trailing", "kind: half_wave") ==
             "f:7:66: scenario.voltage[0].forms[0].angle: found it with another kind; expected it "
             "with phase_fired_leading, phase_fired_trailing and rectifier alone");
  for (const std::string end : {"0", "180"})
    BOOST_TEST(changed("angle: 45 deg", "angle: " + end + " deg") ==
               "f:7:77: scenario.voltage[0].forms[0].angle: found " + end +
                   " deg; expected one above 0 deg and below 180 deg");
  BOOST_TEST(changed("angle: 45 deg", "angle: 181 deg").find("found '181 deg'") !=
             std::string::npos);
  BOOST_TEST(changed("angle: 45 deg", "angle: 45 deg, on_cycles: 1") ==
             "f:7:96: scenario.voltage[0].forms[0].on_cycles: found it with another kind; expected "
             "it with burst_fired alone");
  BOOST_TEST(changed(", off_cycles: 3", "") ==
             "f:22:11: scenario.current[0].forms[0]: found no off_cycles; expected off_cycles with "
             "burst_fired");
  BOOST_TEST(changed("on_cycles: 2", "on_cycles: 0") ==
             "f:22:52: scenario.current[0].forms[0].on_cycles: found '0'; expected a whole number, "
             "at least 1 and at most 100 (of a burst)");
  BOOST_TEST(changed("off_cycles: 3, highest_order: 40", "off_cycles: 30, highest_order: 1000") ==
             "f:22:86: scenario.current[0].forms[0].highest_order: found 1000 for a burst of 32 "
             "cycles; expected at most 625");
  BOOST_TEST(changed("rms: 10 V", "rms: 10 A")
                 .find("scenario.voltage[0].forms[0].rms: found "
                       "'10 A'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(tones_and_bands_stay_above_zero_and_are_what_they_say) {
  BOOST_TEST(changed("frequency: 179.5 Hz", "frequency: 0.0012345678901234567 Hz") ==
             "f:9:23: scenario.voltage[0].tones[0].frequency: found 0.0012345678901234567 Hz; "
             "expected a decimal of at most 18 digits");
  BOOST_TEST(changed("by: 10 Hz", "by: -179.5 Hz") ==
             "f:9:94: scenario.voltage[0].tones[0].frequency_changes[0].by: found -179.5 Hz; "
             "expected above -179.5 Hz, the tone's own");
  BOOST_TEST(changed("start: 0 s", "start_at: {cycle: 0, angle: 0 deg}")
                 .find("found the unknown key 'start_at'; expected one of start, by, ramp, hold") !=
             std::string::npos);
  BOOST_TEST(changed("highest: 9 kHz", "highest: 2 kHz") ==
             "f:10:46: scenario.voltage[0].noise_bands[0].highest: found 2000 Hz; expected above "
             "2000 Hz, the lowest");
  BOOST_TEST(changed("lowest: 2 kHz, ", "").find("noise_bands[0].lowest: found nothing") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(modulations_have_a_shape_a_frequency_and_a_depth) {
  const std::string am = "scenario.voltage[0].amplitude_modulations[0].";
  BOOST_TEST(changed("shape: rectangular", "shape: square") ==
             "f:11:39: " + am + "shape: found 'square'; expected one of sine, rectangular");
  BOOST_TEST(
      changed("depth: 0.2 %", "depth: 101 %") ==
      "f:11:78: " + am +
          "depth: found '101 %'; expected a percentage as a number with one of the units ppm, %, "
          "at least 0 % and at most 100 % (of the amplitude; half of the change from peak to "
          "peak)");
  BOOST_TEST(changed("frequency: 8.8 Hz, ", "").find(am + "frequency: found nothing") !=
             std::string::npos);
  BOOST_TEST(changed("frequency: 8.8 Hz", "frequency: 0.0012345678901234567 Hz") ==
             "f:11:63: " + am +
                 "frequency: found 0.0012345678901234567 Hz; expected a decimal of "
                 "at most 18 digits");
  BOOST_TEST(changed("depth: 3 deg", "depth: 3 Hz")
                 .find("phase_modulations[0].depth: found "
                       "'3 Hz'") != std::string::npos);
  BOOST_TEST(changed("depth: 0.5 Hz", "depth: 50 Hz") ==
             "f:4:65: scenario.frequency_modulations[0].depth: found 50 Hz; expected below 50 Hz, "
             "the fundamental");
}

BOOST_AUTO_TEST_CASE(changes_begin_at_a_time_or_at_a_point_of_the_fundamental) {
  const std::string list = "scenario.voltage[0].amplitude_changes";
  BOOST_TEST(changed("start: 1 s, to: 0 %", "to: 0 %") ==
             "f:15:11: " + list +
                 "[1]: found none of start, start_at; expected exactly one of "
                 "them");
  BOOST_TEST(
      changed("start: 1 s, to: 0 %", "start: 1 s, start_at: {cycle: 0, angle: 0 deg}, to: 0 %") ==
      "f:15:24: " + list +
          "[1].start_at: found it beside start; expected exactly one of "
          "start, start_at");
  BOOST_TEST(changed("cycle: 10, ", "").find(list + "[0].start_at.cycle: found nothing") !=
             std::string::npos);
  BOOST_TEST(changed("cycle: 10", "cycle: -1").find(list + "[0].start_at.cycle: found '-1'") !=
             std::string::npos);
  BOOST_TEST(changed("angle: 90 deg", "angle: 361 deg")
                 .find(list + "[0].start_at.angle: found "
                              "'361 deg'") != std::string::npos);
  BOOST_TEST(changed("angle: 90 deg", "angle: 360 deg") ==
             "f:14:41: " + list + "[0].start_at.angle: found 360 deg; expected one below 360 deg");
  BOOST_TEST(changed("to: 40 %", "by: 40 %").find("found the unknown key 'by'") !=
             std::string::npos);
  BOOST_TEST(changed("to: 40 %", "to: -1 %").find(list + "[0].to: found '-1 %'") !=
             std::string::npos);
  BOOST_TEST(changed("hold: 200 ms", "hold: -1 ms").find(list + "[0].hold: found '-1 ms'") !=
             std::string::npos);
  BOOST_TEST(changed("ramp: 10 ms", "ramp: 10 V").find("phase_changes[0].ramp: found '10 V'") !=
             std::string::npos);
  BOOST_TEST(changed("by: -1 V", "by: -1 A").find("dc_changes[0].by: found '-1 A'") !=
             std::string::npos);
  BOOST_TEST(changed("by: -0.5 Hz", "by: -50 Hz") ==
             "f:5:40: scenario.frequency_changes[0].by: found -50 Hz; expected above -50 Hz, the "
             "fundamental's own");
}

BOOST_AUTO_TEST_CASE(channels_in_channels_are_at_most_four_deep) {
  const std::string one = "- components: [{order: 1, rms: 7 V}]";
  const std::string four = "- {also: [{also: [{also: [{dc: 1 V}]}]}]}";
  BOOST_TEST(changed(one, four) == "");
  BOOST_TEST(changed(one, "- {also: [{also: [{also: [{also: [{dc: 1 V}]}]}]}]}") ==
             "f:19:42: scenario.voltage[0].also[0].also[0].also[0].also[0].also: found channels 5 "
             "deep; expected at most 4 deep");
  BOOST_TEST(changed(one, "- components: [{order: 1, rms: 7 V}, {order: 1, rms: 1 V}]")
                 .find("scenario.voltage[0].also[0].components[1].order: found order 1 again") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
