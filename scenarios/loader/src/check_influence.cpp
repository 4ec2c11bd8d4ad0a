// SPDX-License-Identifier: GPL-3.0-or-later
#include "check_influence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "current_order.h"
#include "in_quotes.h"
#include "meterrig/loader/notation.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/rational.h"

namespace meterrig::loader {
namespace {

void check_currents(const v1::InfluenceRow& row, const std::string& where,
                    Examination& examination) {
  const bool one = examination.written(where + ".current");
  const bool from = examination.written(where + ".from");
  const bool up_to = examination.written(where + ".up_to");
  const bool ranges = examination.written(where + ".ranges");
  if (from != up_to || one + from + ranges != 1) {
    examination.report(where,
                       one + from + ranges > 1 ? "more than one of current, from and ranges"
                       : from                  ? "from without up_to"
                       : up_to                 ? "up_to without from"
                                               : "no current",
                       "either current, or from and up_to, or ranges");
    return;
  }
  if (!from || !examination.sound(where + ".from") || !examination.sound(where + ".up_to")) return;
  if (current_order(row.from()) > current_order(row.up_to()))
    examination.report(where + ".up_to", in_quotes(to_string(row.up_to())),
                       "a current above the row's least, " + to_string(row.from()));
}

template <class Shares>
void check_orders(const Shares& shares, const std::string& list, Examination& examination) {
  std::map<int, std::string> orders;
  for (int i = 0; i < shares.size(); ++i) {
    const std::string path = fmt::format("{}[{}].order", list, i);
    if (!examination.sound(path)) continue;
    const auto [first, fresh] = orders.emplace(shares[i].order(), path);
    if (!fresh)
      examination.report(
          path, fmt::format("order {} again", shares[i].order()),
          "an order once in a signal; the first is" + examination.in_line(first->second));
  }
}

template <class Shares>
void check_factors(const Shares& shares, const std::string& list, Examination& examination) {
  for (int i = 0; i < shares.size(); ++i) {
    const std::string path = fmt::format("{}[{}].frequency_factor", list, i);
    if (examination.sound(path) && !exact_rational(shares[i].frequency_factor()))
      examination.report(path, fmt::format("{}", shares[i].frequency_factor()),
                         "a decimal of at most 18 digits");
  }
}

void check_switched(const v1::SwitchedSine& sine, const std::string& where,
                    Examination& examination) {
  if (!examination.sound(where + ".kind")) return;
  if (sine.kind() == v1::FORM_KIND_RECTIFIER) {
    examination.report(where + ".kind", "'rectifier'",
                       "half_wave, phase_fired_leading, phase_fired_trailing or burst_fired");
    return;
  }
  const bool burst = sine.kind() == v1::FORM_KIND_BURST_FIRED;
  const bool angled = !burst && sine.kind() != v1::FORM_KIND_HALF_WAVE;
  struct Key {
    std::string_view name;
    bool needed;
    std::string_view users;
  };
  for (const Key& key :
       {Key{"angle", angled, "phase_fired_leading and phase_fired_trailing"},
        Key{"on_cycles", burst, "burst_fired"}, Key{"off_cycles", burst, "burst_fired"}}) {
    const std::string path = fmt::format("{}.{}", where, key.name);
    if (key.needed && !examination.written(path))
      examination.report(where, fmt::format("no {}", key.name),
                         fmt::format("{} with {}", key.name, key.users));
    if (!key.needed && examination.written(path))
      examination.report(path, "it with another kind", fmt::format("it with {} alone", key.users));
  }
  if (angled && examination.sound(where + ".angle") && !(sine.angle() > 0 && sine.angle() < 180))
    examination.report(where + ".angle", fmt::format("{} deg", sine.angle()),
                       "one above 0 deg and below 180 deg");
}

void check_signal(const v1::InfluenceSignal& signal, const std::string& where,
                  Examination& examination) {
  check_orders(signal.voltage_harmonics(), where + ".voltage_harmonics", examination);
  check_orders(signal.current_harmonics(), where + ".current_harmonics", examination);
  check_factors(signal.voltage_interharmonics(), where + ".voltage_interharmonics", examination);
  check_factors(signal.current_interharmonics(), where + ".current_interharmonics", examination);
  if (examination.written(where + ".switched_current"))
    check_switched(signal.switched_current(), where + ".switched_current", examination);
  constexpr std::array parts{".voltage_harmonics", ".current_harmonics", ".voltage_interharmonics",
                             ".current_interharmonics", ".switched_current"};
  if (examination.sound(where) && std::none_of(parts.begin(), parts.end(), [&](const char* part) {
        return examination.written(where + part);
      }))
    examination.report(where, "a signal without harmonics", "what its shape is");
}

void check_level(const v1::InfluenceLevel& level, const std::string& where,
                 Examination& examination) {
  constexpr std::array influences{".voltage_factor",     ".frequency_factor", ".reversed_sequence",
                                  ".interrupted_phases", ".signal",           ".temperature"};
  if (examination.sound(where) &&
      std::none_of(influences.begin(), influences.end(),
                   [&](const char* key) { return examination.written(where + key); }))
    examination.report(where, "the reference conditions", "what differs from them");
  if (examination.sound(where + ".interrupted_phases") &&
      level.interrupted_phases_size() >= static_cast<int>(phase_count))
    examination.report(where + ".interrupted_phases", "every phase", "at least one that stays");
  if (examination.written(where + ".signal"))
    check_signal(level.signal(), where + ".signal", examination);
}

bool only_temperature(const v1::InfluenceLevel& level) {
  return level.has_temperature() && !level.has_voltage_factor() && !level.has_frequency_factor() &&
         !level.reversed_sequence() && level.interrupted_phases().empty() && !level.has_signal();
}

}  // namespace

void check_influence(const v1::InfluenceRow& row, const std::string& where,
                     Examination& examination) {
  check_currents(row, where, examination);
  const bool levels = examination.written(where + ".levels");
  const bool needs = examination.written(where + ".needs");
  const bool coefficient = examination.sound(where + ".result") &&
                           row.result() == v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT;
  // What a simulated chamber can do is left to a person elsewhere.
  const bool chamber = coefficient && row.needs() == v1::INFLUENCE_MEANS_CHAMBER;
  if (levels == needs && !(levels && chamber) && examination.written(where))
    examination.report(where, levels ? "levels beside needs" : "neither levels nor needs",
                       "exactly one of levels and needs");
  if (needs != examination.written(where + ".instruction"))
    examination.report(where, needs ? "no instruction" : "an instruction without needs",
                       "an instruction with needs, and only then");
  if (levels && coefficient && !needs)
    examination.report(where + ".result", "'temperature_coefficient' with levels",
                       "shift or error; a temperature needs a chamber");
  for (int i = 0; i < row.levels_size(); ++i) {
    const std::string at = fmt::format("{}.levels[{}]", where, i);
    check_level(row.levels(i), at, examination);
    if (!examination.sound(at) || !examination.sound(where + ".result")) continue;
    if (chamber && !only_temperature(row.levels(i)))
      examination.report(at, "another influence than a temperature",
                         "a temperature alone: the coefficient is by the kelvin");
    if (!coefficient && row.levels(i).has_temperature())
      examination.report(at + ".temperature", "it in a row without a coefficient",
                         "it with the result temperature_coefficient");
  }
}

}  // namespace meterrig::loader
