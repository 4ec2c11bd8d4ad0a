// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "checks.h"
#include "in_quotes.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::loader {
namespace {

constexpr auto channels = static_cast<int>(phase_count);

void check_channels(int count, const std::string& where, Examination& examination) {
  if (examination.sound(where) && count != channels)
    examination.report(where, fmt::format("{} entries", count), "three: L1, L2, L3");
}

bool is_serial_number(std::string_view text) {
  std::uint32_t number = 0;  // the register holds 32 bits
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

bool is_firmware(std::string_view text) {
  return text.size() == 4 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

void check(const v1::TwinFile& file, Examination& examination) {
  const v1::Twin& twin = file.twin();
  const v1::FrontEnd& front_end = twin.front_end();
  if (examination.sound("twin.serial_number") && !is_serial_number(twin.serial_number()))
    examination.report("twin.serial_number", in_quotes(twin.serial_number()),
                       "decimal digits, up to 4294967295");
  if (examination.sound("twin.firmware") && !is_firmware(twin.firmware()))
    examination.report("twin.firmware", in_quotes(twin.firmware()),
                       "four hexadecimal digits, such as '0104'");
  check_channels(front_end.voltage_size(), "twin.front_end.voltage", examination);
  check_channels(front_end.current_size(), "twin.front_end.current", examination);
  for (int i = 1; i < front_end.current_transformer_size(); ++i) {
    const std::string before = fmt::format("twin.front_end.current_transformer[{}].current", i - 1);
    const std::string where = fmt::format("twin.front_end.current_transformer[{}].current", i);
    const double previous = front_end.current_transformer(i - 1).current();
    const double present = front_end.current_transformer(i).current();
    if (examination.sound(before) && examination.sound(where) && present <= previous)
      examination.report(
          where, exact_text(present, QuantityKind::current),
          "more than the point before it, " + exact_text(previous, QuantityKind::current));
  }
}

}  // namespace meterrig::loader
