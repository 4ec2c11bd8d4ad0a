// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/notation.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "in_quotes.h"

namespace meterrig::loader {
namespace {

constexpr double greatest_multiple = 10000;

constexpr std::array<std::pair<std::string_view, v1::CurrentBase>, 5> bases{{
    {"In", v1::CURRENT_BASE_NOMINAL},
    {"Imax", v1::CURRENT_BASE_MAXIMUM},
    {"Itr", v1::CURRENT_BASE_TRANSITIONAL},
    {"Imin", v1::CURRENT_BASE_MINIMUM},
    {"Ist", v1::CURRENT_BASE_STARTING},
}};

struct Leading {
  double number = 0;
  std::string_view rest;  // without the spaces around it
  bool any = false;       // a number was there
};

// Decimal digits, point and exponent only: no sign, no infinity.
Leading leading_number(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  Leading result{.number = 0, .rest = text};
  if (text.empty() || text.front() < '0' || text.front() > '9') return result;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, result.number);
  if (parsed.ec != std::errc()) return result;
  result.any = true;
  result.rest = {parsed.ptr, static_cast<std::size_t>(end - parsed.ptr)};
  while (result.rest.starts_with(' ')) result.rest.remove_prefix(1);
  return result;
}

}  // namespace

Result<v1::CurrentLevel> parse_current_level(std::string_view text) {
  Leading leading = leading_number(text);
  if (!leading.any) leading.number = 1;
  v1::CurrentLevel level;
  level.set_factor(leading.number);
  for (const auto& [word, base] : bases) {
    if (leading.rest == word) level.set_base(base);
  }
  if (level.base() == v1::CURRENT_BASE_UNSPECIFIED || leading.number <= 0 ||
      leading.number > greatest_multiple)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{}; expected a multiple of In, Imax, Itr, Imin or Ist, above 0 and at most "
                    "{}, such as '0.05 In' or 'Imax'",
                    in_quotes(text), greatest_multiple));
  return level;
}

Result<v1::PowerFactor> parse_power_factor(std::string_view text) {
  const Leading leading = leading_number(text);
  v1::PowerFactor result;
  result.set_value(leading.number);
  const bool unity = leading.any && leading.number == 1 && leading.rest.empty();
  if (leading.rest == "i") result.set_character(v1::CHARACTER_INDUCTIVE);
  if (leading.rest == "c") result.set_character(v1::CHARACTER_CAPACITIVE);
  const bool below = leading.any && leading.number > 0 && leading.number < 1 &&
                     result.character() != v1::CHARACTER_UNSPECIFIED;
  if (!unity && !below)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{}; expected a power factor: 1, or a number between 0 and 1 with i for "
                    "inductive or c for capacitive, such as '0.5i'",
                    in_quotes(text)));
  return result;
}

std::string to_string(const v1::CurrentLevel& level) {
  std::string_view base = "(unspecified)";
  for (const auto& [word, known] : bases) {
    if (level.base() == known) base = word;
  }
  return level.factor() == 1 ? std::string(base) : fmt::format("{} {}", level.factor(), base);
}

std::string to_string(const v1::PowerFactor& power_factor) {
  const std::string_view letter = power_factor.character() == v1::CHARACTER_INDUCTIVE    ? "i"
                                  : power_factor.character() == v1::CHARACTER_CAPACITIVE ? "c"
                                                                                         : "";
  return fmt::format("{}{}", power_factor.value(), letter);
}

}  // namespace meterrig::loader
