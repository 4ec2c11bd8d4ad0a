// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv_time.h"

#include <charconv>
#include <chrono>

#include "csv_text.h"

namespace meterrig::playback {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a whole number of exactly so many digits off the text.
bool take(std::string_view& text, std::size_t digits, int& number) {
  if (text.size() < digits) return false;
  number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(text[i])) return false;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// ".499998208": a number below 1, and its digits.
bool take_fraction(std::string_view& text, Stamp& stamp) {
  double weight = 1;
  std::int64_t digits = 0;
  while (!text.empty() && is_digit(text.front())) {
    if (stamp.digits < 18) {
      digits = digits * 10 + (text.front() - '0');
      weight *= 10;
      ++stamp.digits;
    }
    text.remove_prefix(1);
  }
  stamp.part = static_cast<double>(digits) / weight;
  return stamp.digits > 0;
}

// Days since 1970 as "2020-02-24" or "2020/02/24".
bool take_date(std::string_view& text, std::int64_t& days) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!take(text, 4, year)) return false;
  const char dash = text.empty() ? ' ' : text.front();
  if ((dash != '-' && dash != '/') || !take(text, dash) || !take(text, 2, month) ||
      !take(text, dash) || !take(text, 2, day))
    return false;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return false;
  days = std::chrono::sys_days{date}.time_since_epoch().count();
  return take(text, 'T') || take(text, ' ');
}

// Seconds east of UTC: "Z", "+01:00", "-0330", "+01", " UTC", or nothing.
bool take_zone(std::string_view& text, int& seconds) {
  seconds = 0;
  text = trimmed(text);
  if (text.empty() || text == "Z" || text == "UTC") {
    text = {};
    return true;
  }
  const bool west = text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return false;
  int hours = 0;
  int minutes = 0;
  if (!take(text, 2, hours)) return false;
  if (!text.empty()) {
    take(text, ':');
    if (!take(text, 2, minutes)) return false;
  }
  seconds = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
  return text.empty();
}

}  // namespace

std::optional<Stamp> stamp_of_number(std::string_view text, bool decimal_comma) {
  std::string_view rest = text;
  const bool negative = take(rest, '-');
  if (!negative) take(rest, '+');
  Stamp stamp;
  std::size_t whole_digits = 0;
  while (whole_digits < rest.size() && is_digit(rest[whole_digits])) ++whole_digits;
  const char* const begin = rest.data();
  const auto whole = std::from_chars(begin, begin + whole_digits, stamp.whole);
  if (whole_digits > 0 && whole.ec != std::errc()) return std::nullopt;
  const std::size_t leading = rest.find_first_not_of('0');
  const bool below_one = leading >= whole_digits;
  int significant = below_one ? 0 : static_cast<int>(whole_digits - leading);
  rest.remove_prefix(whole_digits);
  if (take(rest, '.') || (decimal_comma && take(rest, ','))) {
    const std::string_view decimals = rest;
    const bool some = take_fraction(rest, stamp);
    if (!some && whole_digits == 0) return std::nullopt;
    std::size_t zeros = 0;
    while (significant == 0 && zeros < decimals.size() && decimals[zeros] == '0') ++zeros;
    significant += stamp.digits - static_cast<int>(zeros);
  } else if (whole_digits == 0) {
    return std::nullopt;
  }
  stamp.digits = significant;
  if (negative) {
    stamp.whole = -stamp.whole;
    stamp.part = -stamp.part;
  }
  if (rest.empty()) return stamp;
  if (rest.front() != 'e' && rest.front() != 'E') return std::nullopt;
  const auto number = number_in(text, decimal_comma);
  if (!number || !(*number < 1e18 && *number > -1e18)) return std::nullopt;
  stamp.whole = 0;
  stamp.part = *number;
  return stamp;
}

std::optional<Stamp> stamp_of_date(std::string_view text) {
  std::int64_t days = 0;
  if (text.size() > 10 && (text[4] == '-' || text[4] == '/') && !take_date(text, days))
    return std::nullopt;
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (!take(text, 2, hours) || !take(text, ':') || !take(text, 2, minutes) || !take(text, ':') ||
      !take(text, 2, seconds))
    return std::nullopt;
  if (hours > 24 || minutes > 59 || seconds > 60) return std::nullopt;
  Stamp stamp;
  if ((take(text, '.') || take(text, ',')) && !take_fraction(text, stamp)) return std::nullopt;
  int zone = 0;
  if (!take_zone(text, zone)) return std::nullopt;
  stamp.whole =
      days * 86400 + hours * std::int64_t{3600} + minutes * std::int64_t{60} + seconds - zone;
  return stamp;
}

}  // namespace meterrig::playback
