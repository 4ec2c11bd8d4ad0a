// SPDX-License-Identifier: GPL-3.0-or-later
#include "date.h"

#include <chrono>

namespace meterrig::loader {

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  int digits[3] = {0, 0, 0};
  int part = 0;
  for (const char c : text) {
    if (c == '-') {
      ++part;
      continue;
    }
    if (c < '0' || c > '9' || part > 2) return false;
    digits[part] = digits[part] * 10 + (c - '0');
  }
  return std::chrono::year_month_day(std::chrono::year(digits[0]),
                                     std::chrono::month(static_cast<unsigned>(digits[1])),
                                     std::chrono::day(static_cast<unsigned>(digits[2])))
      .ok();
}

}  // namespace meterrig::loader
