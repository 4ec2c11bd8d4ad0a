// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/date.h"

namespace meterrig::loader {

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int digits[3] = {0, 0, 0};
  int part = 0;
  for (const char c : text) {
    if (c == '-') {
      ++part;
      continue;
    }
    if (c < '0' || c > '9' || part > 2) return std::nullopt;
    digits[part] = digits[part] * 10 + (c - '0');
  }
  const std::chrono::year_month_day date{std::chrono::year(digits[0]),
                                         std::chrono::month(static_cast<unsigned>(digits[1])),
                                         std::chrono::day(static_cast<unsigned>(digits[2]))};
  if (!date.ok()) return std::nullopt;
  return date;
}

}  // namespace meterrig::loader
