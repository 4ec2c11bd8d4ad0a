// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>
#include <string_view>

#include "checks.h"
#include "in_quotes.h"
#include "meterrig/loader/date.h"

namespace meterrig::loader {

void check(const v1::OrderFile& file, Examination& examination) {
  constexpr std::string_view received = "order.sample.received";
  const std::string& date = file.order().sample().received();
  if (examination.sound(received) && !parse_date(date))
    examination.report(received, in_quotes(date), "a date as YYYY-MM-DD");
}

}  // namespace meterrig::loader
