// SPDX-License-Identifier: GPL-3.0-or-later
#include "moment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace meterrig::playback::comtrade {
namespace {

// Takes a whole number of at most `digits` digits off the text.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  const std::string_view part = text.substr(0, digits);
  const char* const end = part.data() + part.size();
  int value = 0;
  const auto parsed = std::from_chars(part.data(), end, value);
  if (parsed.ec != std::errc() || value < 0) return std::nullopt;
  text.remove_prefix(part.size() - static_cast<std::size_t>(end - parsed.ptr));
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Moment> take_date(std::string_view& text) {
  std::array<int, 3> parts{};
  std::size_t year_digits = 0;
  const bool year_first = text.size() > 4 && text[4] == '-';
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && !take(text, "/-")) return std::nullopt;
    const std::size_t before = text.size();
    const auto part = take_number(text, 4);
    if (!part) return std::nullopt;
    parts[i] = *part;
    if (i == 2) year_digits = before - text.size();
  }
  Moment moment;
  if (year_first) {
    moment.year = parts[0];
    moment.month = parts[1];
    moment.day = parts[2];
  } else if (year_digits <= 2) {
    // 1991 puts the month first.
    moment.year = parts[2] + (parts[2] < 70 ? 2000 : 1900);
    moment.month = parts[0];
    moment.day = parts[1];
  } else {
    moment.year = parts[2];
    moment.month = parts[1];
    moment.day = parts[0];
  }
  if (moment.month > 12) std::swap(moment.month, moment.day);
  if (moment.month < 1 || moment.month > 12 || moment.day < 1 || moment.day > 31)
    return std::nullopt;
  return moment;
}

}  // namespace

std::optional<Moment> parse_moment(std::string_view text) {
  auto moment = take_date(text);
  if (!moment) return std::nullopt;
  if (!take(text, ", T")) return std::nullopt;
  while (take(text, " ")) continue;
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ":")) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take(text, ":")) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  moment->hour = *hour;
  moment->minute = *minute;
  moment->second = *second;
  if (take(text, ".")) {
    std::int64_t weight = 100'000'000;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
      moment->nanosecond += weight * (text.front() - '0');
      weight /= 10;
    }
  }
  return moment;
}

std::string moment_text(const Moment& moment, ComtradeRevision revision, int decimals) {
  const std::string date =
      revision == ComtradeRevision::r1991
          ? fmt::format("{:02}/{:02}/{:02}", moment.month, moment.day, moment.year % 100)
          : fmt::format("{:02}/{:02}/{:04}", moment.day, moment.month, moment.year);
  const std::string fraction = decimals > 6 ? fmt::format("{:09}", moment.nanosecond)
                                            : fmt::format("{:06}", moment.nanosecond / 1000);
  return fmt::format("{},{:02}:{:02}:{:02}.{}", date, moment.hour, moment.minute, moment.second,
                     fraction);
}

}  // namespace meterrig::playback::comtrade
