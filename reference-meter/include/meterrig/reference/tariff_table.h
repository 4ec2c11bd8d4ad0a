// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::reference {

/// Tariffs are numbered from 1.
inline constexpr int tariff_count = 8;

/// Days of the week, Monday in bit 0 to Sunday in bit 6.
using WeekDays = std::uint8_t;
inline constexpr WeekDays every_day = 0x7F;
inline constexpr WeekDays monday_to_friday = 0x1F;
inline constexpr WeekDays weekend = 0x60;

/// From this time of these days on a tariff is in force, until the next switch.
struct TariffSwitch {
  WeekDays days = every_day;
  Duration time_of_day;  ///< 0 h to below 24 h
  int tariff = 1;
};

/// Which tariff is in force when: a week that repeats for ever. Before the first switch of a week
/// the last one of the week before is in force. There is no summer time: who has it gives another
/// table, or another Monday, from then on.
class TariffTable {
 public:
  /// `monday`: 00:00 of any Monday on the time base. Errors: invalid_argument for no switches, one
  /// on no day, or two at one time; out_of_range for a tariff that is not 1 to 8 or a time of day
  /// outside the day.
  [[nodiscard]] static Result<TariffTable> create(std::span<const TariffSwitch> switches,
                                                  Instant monday);

  [[nodiscard]] int tariff_at(Instant time) const;
  /// The first switch after `time`, whether or not it changes the tariff.
  [[nodiscard]] Instant next_switch(Instant time) const;

 private:
  struct Entry {
    std::int64_t nanoseconds = 0;  // since Monday 00:00
    int tariff = 1;
  };
  TariffTable(std::vector<Entry> week, Instant monday) : week_(std::move(week)), monday_(monday) {}
  [[nodiscard]] std::int64_t into_week(Instant time) const;

  std::vector<Entry> week_;  // by time
  Instant monday_;
};

}  // namespace meterrig::reference
