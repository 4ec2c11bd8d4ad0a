// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>

namespace meterrig {
namespace {

struct KindText {
  QuantityKind kind;
  std::string_view name;
  std::string_view symbol;
};

constexpr std::array<KindText, 17> kinds{{
    {QuantityKind::none, "plain number", ""},
    {QuantityKind::voltage, "voltage", "V"},
    {QuantityKind::current, "current", "A"},
    {QuantityKind::active_power, "active power", "W"},
    {QuantityKind::reactive_power, "reactive power", "var"},
    {QuantityKind::apparent_power, "apparent power", "VA"},
    {QuantityKind::active_energy, "active energy", "Wh"},
    {QuantityKind::reactive_energy, "reactive energy", "varh"},
    {QuantityKind::apparent_energy, "apparent energy", "VAh"},
    {QuantityKind::frequency, "frequency", "Hz"},
    {QuantityKind::angle, "angle", "deg"},
    {QuantityKind::duration, "duration", "s"},
    {QuantityKind::temperature, "temperature", "degC"},
    {QuantityKind::percentage, "percentage", "%"},
    {QuantityKind::meter_constant, "meter constant", "imp/kWh"},
    {QuantityKind::field_strength, "field strength", "V/m"},
    {QuantityKind::gain, "gain", "dB"},
}};

struct Spelling {
  QuantityKind kind;
  std::string_view text;
  double factor;
  bool prefix;  // used by readable()
};

// Within a kind from small to large.
constexpr std::array spellings{
    Spelling{QuantityKind::voltage, "uV", 1e-6, true},
    Spelling{QuantityKind::voltage, "mV", 1e-3, true},
    Spelling{QuantityKind::voltage, "V", 1, true},
    Spelling{QuantityKind::voltage, "kV", 1e3, true},
    Spelling{QuantityKind::current, "uA", 1e-6, true},
    Spelling{QuantityKind::current, "mA", 1e-3, true},
    Spelling{QuantityKind::current, "A", 1, true},
    Spelling{QuantityKind::current, "kA", 1e3, true},
    Spelling{QuantityKind::active_power, "mW", 1e-3, true},
    Spelling{QuantityKind::active_power, "W", 1, true},
    Spelling{QuantityKind::active_power, "kW", 1e3, true},
    Spelling{QuantityKind::active_power, "MW", 1e6, true},
    Spelling{QuantityKind::reactive_power, "mvar", 1e-3, true},
    Spelling{QuantityKind::reactive_power, "var", 1, true},
    Spelling{QuantityKind::reactive_power, "kvar", 1e3, true},
    Spelling{QuantityKind::reactive_power, "Mvar", 1e6, true},
    Spelling{QuantityKind::apparent_power, "mVA", 1e-3, true},
    Spelling{QuantityKind::apparent_power, "VA", 1, true},
    Spelling{QuantityKind::apparent_power, "kVA", 1e3, true},
    Spelling{QuantityKind::apparent_power, "MVA", 1e6, true},
    Spelling{QuantityKind::active_energy, "Ws", 1.0 / 3600.0, false},
    Spelling{QuantityKind::active_energy, "mWh", 1e-3, true},
    Spelling{QuantityKind::active_energy, "Wh", 1, true},
    Spelling{QuantityKind::active_energy, "kWh", 1e3, true},
    Spelling{QuantityKind::active_energy, "MWh", 1e6, true},
    Spelling{QuantityKind::reactive_energy, "varh", 1, true},
    Spelling{QuantityKind::reactive_energy, "kvarh", 1e3, true},
    Spelling{QuantityKind::apparent_energy, "VAh", 1, true},
    Spelling{QuantityKind::apparent_energy, "kVAh", 1e3, true},
    Spelling{QuantityKind::frequency, "mHz", 1e-3, false},
    Spelling{QuantityKind::frequency, "Hz", 1, true},
    Spelling{QuantityKind::frequency, "kHz", 1e3, true},
    Spelling{QuantityKind::frequency, "MHz", 1e6, true},
    Spelling{QuantityKind::frequency, "GHz", 1e9, true},
    Spelling{QuantityKind::angle, "crad", 0.5729577951308232, false},
    Spelling{QuantityKind::angle, "deg", 1, true},
    Spelling{QuantityKind::angle, "rad", 57.29577951308232, false},
    Spelling{QuantityKind::duration, "ns", 1e-9, true},
    Spelling{QuantityKind::duration, "us", 1e-6, true},
    Spelling{QuantityKind::duration, "ms", 1e-3, true},
    Spelling{QuantityKind::duration, "s", 1, true},
    Spelling{QuantityKind::duration, "min", 60, false},
    Spelling{QuantityKind::duration, "h", 3600, false},
    Spelling{QuantityKind::temperature, "degC", 1, true},
    Spelling{QuantityKind::percentage, "ppm", 1e-4, false},
    Spelling{QuantityKind::percentage, "%", 1, true},
    Spelling{QuantityKind::meter_constant, "imp/kWh", 1, true},
    Spelling{QuantityKind::meter_constant, "imp/kvarh", 1, false},
    Spelling{QuantityKind::meter_constant, "imp/Wh", 1e3, false},
    Spelling{QuantityKind::field_strength, "mV/m", 1e-3, true},
    Spelling{QuantityKind::field_strength, "V/m", 1, true},
    Spelling{QuantityKind::gain, "dB", 1, true},
};

constexpr bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

const KindText& text_of(QuantityKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return kinds.at(index < kinds.size() ? index : 0);
}

std::string expected(QuantityKind kind) {
  if (kind == QuantityKind::none) return "a plain number";
  const std::string_view name_text = text_of(kind).name;
  const bool vowel = name_text.front() == 'a';
  return fmt::format("{} {} as a number with one of the units {}", vowel ? "an" : "a", name_text,
                     accepted_units(kind));
}

}  // namespace

std::string_view name(QuantityKind kind) { return text_of(kind).name; }
std::string_view unit_symbol(QuantityKind kind) { return text_of(kind).symbol; }

std::string accepted_units(QuantityKind kind) {
  std::string list;
  for (const Spelling& s : spellings) {
    if (s.kind == kind)
      fmt::format_to(std::back_inserter(list), "{}{}", list.empty() ? "" : ", ", s.text);
  }
  return list;
}

Result<double> parse_quantity(std::string_view text, QuantityKind kind) {
  const std::string_view whole = trimmed(text);
  double number = 0;
  const char* begin = whole.data();
  const char* const end = begin + whole.size();
  if (begin != end && *begin == '+') ++begin;
  const auto parsed = std::from_chars(begin, end, number);
  if (parsed.ec == std::errc::result_out_of_range)
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is beyond any number; expected {}", whole, expected(kind)));
  if (parsed.ec != std::errc() || !std::isfinite(number))
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not a number; expected {}", whole, expected(kind)));
  const std::string_view unit = trimmed({parsed.ptr, static_cast<std::size_t>(end - parsed.ptr)});
  if (kind == QuantityKind::none) {
    if (unit.empty()) return number;
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("'{}' has '{}' after the number; expected a plain number", whole, unit));
  }
  if (unit.empty())
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' has no unit; expected {}", whole, expected(kind)));
  for (const Spelling& s : spellings) {
    if (s.kind == kind && s.text == unit) return number * s.factor;
  }
  for (const Spelling& s : spellings) {
    if (s.text == unit)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("'{}' is in {}, a unit of {}; expected {}", whole, unit, name(s.kind),
                              expected(kind)));
  }
  return fail(
      ErrorCode::invalid_argument,
      fmt::format("'{}' has the unknown unit '{}'; expected {}", whole, unit, expected(kind)));
}

std::string exact_text(double number, QuantityKind kind) {
  const std::string_view symbol = unit_symbol(kind);
  return symbol.empty() ? fmt::format("{}", number) : fmt::format("{} {}", number, symbol);
}

std::string readable(double number, QuantityKind kind, int digits) {
  if (std::isnan(number)) return "unknown";
  const Spelling* best = nullptr;
  for (const Spelling& s : spellings) {
    if (s.kind != kind || !s.prefix) continue;
    const bool base = s.factor == 1.0;
    // The largest prefix that leaves at least 1 before the point; zero has none.
    if (best == nullptr || (number != 0 && std::abs(number) >= s.factor * (1 - 1e-12)) ||
        (number == 0 && base))
      best = &s;
  }
  if (best == nullptr) return fmt::format("{:.{}g}", number, digits);
  return fmt::format("{:.{}g} {}", number / best->factor, digits, best->text);
}

}  // namespace meterrig
