// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/tariff_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace meterrig::reference {
namespace {

constexpr std::int64_t day = 86'400'000'000'000;
constexpr std::int64_t week = 7 * day;

Result<void> check(const TariffSwitch& at) {
  if (at.tariff < 1 || at.tariff > tariff_count)
    return fail(ErrorCode::out_of_range,
                fmt::format("tariff {}; there are 1 to {}", at.tariff, tariff_count));
  const double hours = at.time_of_day.in(hour);
  if (!(hours >= 0) || std::llround(at.time_of_day.in(second) * 1e9) >= day)
    return fail(
        ErrorCode::out_of_range,
        fmt::format("a switch to tariff {} at {} h; must be 0 h to below 24 h", at.tariff, hours));
  if ((at.days & every_day) == 0 || (at.days & ~every_day) != 0)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("a switch to tariff {} at {} h on no day of the week", at.tariff, hours));
  return {};
}

}  // namespace

Result<TariffTable> TariffTable::create(std::span<const TariffSwitch> switches, Instant monday) {
  if (switches.empty()) return fail(ErrorCode::invalid_argument, "a tariff table without a switch");
  std::vector<Entry> entries;
  entries.reserve(7 * switches.size());
  for (const TariffSwitch& at : switches) {
    if (const auto valid = check(at); !valid) return tl::unexpected(valid.error());
    for (int d = 0; d < 7; ++d)
      if ((at.days >> d & 1) != 0)
        entries.push_back({.nanoseconds = d * day + std::llround(at.time_of_day.in(second) * 1e9),
                           .tariff = at.tariff});
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.nanoseconds < b.nanoseconds; });
  const auto twice = std::adjacent_find(
      entries.begin(), entries.end(),
      [](const Entry& a, const Entry& b) { return a.nanoseconds == b.nanoseconds; });
  if (twice != entries.end())
    return fail(ErrorCode::invalid_argument,
                fmt::format("two switches, to tariffs {} and {}, at one time, {} h after Monday "
                            "00:00",
                            twice->tariff, (twice + 1)->tariff,
                            static_cast<double>(twice->nanoseconds) / 3.6e12));
  return TariffTable(std::move(entries), monday);
}

std::int64_t TariffTable::into_week(Instant time) const {
  // Each first, so that the difference cannot overflow.
  const std::int64_t into =
      (time.nanoseconds % week - monday_.nanoseconds % week + 2 * week) % week;
  return into;
}

int TariffTable::tariff_at(Instant time) const {
  const auto next =
      std::upper_bound(week_.begin(), week_.end(), into_week(time),
                       [](std::int64_t into, const Entry& e) { return into < e.nanoseconds; });
  return next == week_.begin() ? week_.back().tariff : (next - 1)->tariff;
}

Instant TariffTable::next_switch(Instant time) const {
  const std::int64_t into = into_week(time);
  const auto next =
      std::upper_bound(week_.begin(), week_.end(), into,
                       [](std::int64_t at, const Entry& e) { return at < e.nanoseconds; });
  const std::int64_t ahead =
      (next == week_.end() ? week + week_.front().nanoseconds : next->nanoseconds) - into;
  return {time.nanoseconds + ahead};
}

}  // namespace meterrig::reference
