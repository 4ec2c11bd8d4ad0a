// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <string>
#include <string_view>

#include "checks.h"
#include "in_quotes.h"

namespace meterrig::loader {
namespace {

// YYYY-MM-DD of a day that exists.
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

}  // namespace

void check(const v1::OrderFile& file, Examination& examination) {
  constexpr std::string_view received = "order.sample.received";
  const std::string& date = file.order().sample().received();
  if (examination.sound(received) && !is_date(date))
    examination.report(received, in_quotes(date), "a date as YYYY-MM-DD");
}

}  // namespace meterrig::loader
