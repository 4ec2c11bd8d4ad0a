// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>

#include "checks.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::loader {
namespace {

// A frequency is held as a ratio of whole numbers.
void check_decimal(double hertz, const std::string& where, Examination& examination) {
  if (examination.sound(where) && !exact_rational(hertz))
    examination.report(where, fmt::format("{} Hz", hertz), "a decimal of at most 18 digits");
}

template <class Channel>
void check_orders(const Channel& channel, const std::string& where, Examination& examination) {
  std::map<int, std::string> orders;
  for (int c = 0; c < channel.components_size(); ++c) {
    const std::string path = fmt::format("{}.components[{}].order", where, c);
    if (!examination.sound(path)) continue;
    const int order = channel.components(c).order();
    const auto [first, fresh] = orders.emplace(order, path);
    if (!fresh)
      examination.report(
          path, fmt::format("order {} again", order),
          "an order once in a channel; the first is" + examination.in_line(first->second));
  }
}

// A key that a kind of form needs, or has no use for.
void check_key(std::string_view key, bool needed, std::string_view users, const std::string& form,
               Examination& examination) {
  const std::string path = fmt::format("{}.{}", form, key);
  if (needed && !examination.written(path))
    examination.report(form, fmt::format("no {}", key), fmt::format("{} with {}", key, users));
  if (!needed && examination.written(path))
    examination.report(path, "it with another kind", fmt::format("it with {} alone", users));
}

template <class Form>
void check_form(const Form& form, const std::string& where, Examination& examination) {
  if (!examination.sound(where + ".kind")) return;
  const bool burst = form.kind() == v1::FORM_KIND_BURST_FIRED;
  const bool angled = !burst && form.kind() != v1::FORM_KIND_HALF_WAVE;
  check_key("angle", angled, "phase_fired_leading, phase_fired_trailing and rectifier", where,
            examination);
  check_key("on_cycles", burst, "burst_fired", where, examination);
  check_key("off_cycles", burst, "burst_fired", where, examination);
  if (angled && examination.sound(where + ".angle") && !(form.angle() > 0 && form.angle() < 180))
    examination.report(where + ".angle", fmt::format("{} deg", form.angle()),
                       "one above 0 deg and below 180 deg");
  if (!burst || !examination.sound(where + ".on_cycles") ||
      !examination.sound(where + ".off_cycles") || !examination.sound(where + ".highest_order"))
    return;
  const int cycles = form.on_cycles() + form.off_cycles();
  if (form.highest_order() * cycles > most_form_lines)
    examination.report(where + ".highest_order",
                       fmt::format("{} for a burst of {} cycles", form.highest_order(), cycles),
                       fmt::format("at most {}", most_form_lines / cycles));
}

template <class Changes>
void check_tones(const Changes& tones, const std::string& where, Examination& examination) {
  for (int k = 0; k < tones.size(); ++k) {
    const std::string tone = fmt::format("{}.tones[{}]", where, k);
    check_decimal(tones[k].frequency(), tone + ".frequency", examination);
    for (int c = 0; c < tones[k].frequency_changes_size(); ++c) {
      const std::string by = fmt::format("{}.frequency_changes[{}].by", tone, c);
      if (examination.sound(by) && examination.sound(tone + ".frequency") &&
          tones[k].frequency_changes(c).by() <= -tones[k].frequency())
        examination.report(by, fmt::format("{} Hz", tones[k].frequency_changes(c).by()),
                           fmt::format("above -{} Hz, the tone's own", tones[k].frequency()));
    }
  }
}

template <class Modulations>
void check_modulations(const Modulations& modulations, const std::string& list,
                       Examination& examination) {
  for (int k = 0; k < modulations.size(); ++k)
    check_decimal(modulations[k].frequency(), fmt::format("{}[{}].frequency", list, k),
                  examination);
}

// The end of a period is the begin of the next.
template <class Changes>
void check_points(const Changes& changes, const std::string& list, Examination& examination) {
  for (int k = 0; k < changes.size(); ++k) {
    const std::string path = fmt::format("{}[{}].start_at.angle", list, k);
    if (examination.sound(path) && changes[k].start_at().angle() >= 360)
      examination.report(path, fmt::format("{} deg", changes[k].start_at().angle()),
                         "one below 360 deg");
  }
}

// `depth` channels hold this one.
template <class Channel>
void check_channel(const Channel& channel, const std::string& where, int depth,
                   Examination& examination) {
  check_orders(channel, where, examination);
  for (int k = 0; k < channel.forms_size(); ++k)
    check_form(channel.forms(k), fmt::format("{}.forms[{}]", where, k), examination);
  check_tones(channel.tones(), where, examination);
  for (int k = 0; k < channel.noise_bands_size(); ++k) {
    const std::string band = fmt::format("{}.noise_bands[{}]", where, k);
    const auto& noise = channel.noise_bands(k);
    if (examination.sound(band + ".lowest") && examination.sound(band + ".highest") &&
        noise.highest() <= noise.lowest())
      examination.report(band + ".highest", fmt::format("{} Hz", noise.highest()),
                         fmt::format("above {} Hz, the lowest", noise.lowest()));
  }
  check_modulations(channel.amplitude_modulations(), where + ".amplitude_modulations", examination);
  check_modulations(channel.phase_modulations(), where + ".phase_modulations", examination);
  check_points(channel.amplitude_changes(), where + ".amplitude_changes", examination);
  check_points(channel.phase_changes(), where + ".phase_changes", examination);
  check_points(channel.dc_changes(), where + ".dc_changes", examination);
  if (depth == deepest_channel && examination.written(where + ".also")) {
    examination.report(where + ".also", fmt::format("channels {} deep", depth + 1),
                       fmt::format("at most {} deep", deepest_channel));
    return;
  }
  for (int k = 0; k < channel.also_size(); ++k)
    check_channel(channel.also(k), fmt::format("{}.also[{}]", where, k), depth + 1, examination);
}

template <class Channels>
void check_channels(const Channels& channels, const std::string& list, Examination& examination) {
  if (examination.written(list) && channels.size() > static_cast<int>(phase_count))
    examination.report(fmt::format("{}[{}]", list, phase_count),
                       fmt::format("{} entries", channels.size()), "at most three: L1, L2, L3");
  for (int i = 0; i < channels.size(); ++i)
    check_channel(channels[i], fmt::format("{}[{}]", list, i), 0, examination);
}

void check_frequency(const v1::Scenario& scenario, Examination& examination) {
  const std::string own = "scenario.frequency";
  check_decimal(scenario.frequency(), own, examination);
  check_modulations(scenario.frequency_modulations(), "scenario.frequency_modulations",
                    examination);
  if (!examination.sound(own)) return;
  for (int k = 0; k < scenario.frequency_modulations_size(); ++k) {
    const std::string path = fmt::format("scenario.frequency_modulations[{}].depth", k);
    const double depth = scenario.frequency_modulations(k).depth();
    if (examination.sound(path) && depth >= scenario.frequency())
      examination.report(path, fmt::format("{} Hz", depth),
                         fmt::format("below {} Hz, the fundamental", scenario.frequency()));
  }
  for (int k = 0; k < scenario.frequency_changes_size(); ++k) {
    const std::string path = fmt::format("scenario.frequency_changes[{}].by", k);
    const double by = scenario.frequency_changes(k).by();
    if (examination.sound(path) && by <= -scenario.frequency())
      examination.report(path, fmt::format("{} Hz", by),
                         fmt::format("above -{} Hz, the fundamental's own", scenario.frequency()));
  }
}

}  // namespace

void check(const v1::ScenarioFile& file, Examination& examination) {
  const v1::Scenario& scenario = file.scenario();
  if (examination.written("scenario") && !examination.written("scenario.voltage") &&
      !examination.written("scenario.current"))
    examination.report("scenario", "neither voltage nor current", "at least one of them");
  check_channels(scenario.voltage(), "scenario.voltage", examination);
  check_channels(scenario.current(), "scenario.current", examination);
  check_frequency(scenario, examination);
}

}  // namespace meterrig::loader
