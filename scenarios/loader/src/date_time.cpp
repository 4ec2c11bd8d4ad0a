// SPDX-License-Identifier: GPL-3.0-or-later
#include "date_time.h"

#include "meterrig/loader/date.h"

namespace meterrig::loader {
namespace {

// Two digits from 00 to `greatest`.
bool is_two_digits(std::string_view text, int greatest) {
  if (text.size() != 2) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return (text[0] - '0') * 10 + (text[1] - '0') <= greatest;
}

bool is_clock(std::string_view text) {
  return text.size() == 5 && is_two_digits(text.substr(0, 2), 23) && text[2] == ':' &&
         is_two_digits(text.substr(3), 59);
}

}  // namespace

bool is_date_time(std::string_view text) {
  constexpr std::size_t up_to_seconds = 19;
  if (text.size() <= up_to_seconds || !parse_date(text.substr(0, 10)) || text[10] != 'T' ||
      !is_clock(text.substr(11, 5)) || text[16] != ':' || !is_two_digits(text.substr(17, 2), 59))
    return false;
  const std::string_view zone = text.substr(up_to_seconds);
  return zone == "Z" || ((zone.front() == '+' || zone.front() == '-') && is_clock(zone.substr(1)));
}

}  // namespace meterrig::loader
