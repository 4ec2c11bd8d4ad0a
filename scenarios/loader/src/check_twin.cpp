// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
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

void check_noise(const google::protobuf::RepeatedPtrField<v1::ChannelError>& errors,
                 const std::string& where, Examination& examination) {
  for (int i = 0; i < errors.size(); ++i) {
    const std::string corner = fmt::format("{}[{}].flicker_corner", where, i);
    if (examination.sound(corner) && errors.Get(i).flicker_corner() > 0 &&
        !(errors.Get(i).noise() > 0))
      examination.report(corner, "a corner of noise that there is not", "noise beside it");
  }
}

// One kind of sensor, and a burden only where a transformer has one.
void check_sensor(const v1::FrontEnd& front_end, Examination& examination) {
  const bool has_points = front_end.current_transformer_size() > 0;
  const bool has_core = front_end.has_transformer_core();
  if (has_points && has_core)
    examination.report("twin.front_end.transformer_core", "a core beside current_transformer",
                       "one or the other");
  if (front_end.has_rogowski_coil() && (has_points || has_core))
    examination.report("twin.front_end.rogowski_coil", "a coil beside a current transformer",
                       "one or the other");
  if (examination.sound("twin.front_end.burden") && !has_points && !has_core)
    examination.report("twin.front_end.burden", "a burden without a current transformer",
                       "current_transformer or transformer_core beside it");
}

// `place` is what comes before the field's name, such as "twin.front_end.current_transformer[1]".
void check_rises(double previous, double present, const std::string& before,
                 const std::string& place, const std::string& field, QuantityKind kind,
                 Examination& examination) {
  const std::string where = place + field;
  if (examination.sound(before + field) && examination.sound(where) && present <= previous)
    examination.report(where, exact_text(present, kind),
                       "more than the point before it, " + exact_text(previous, kind));
}

void check_points(const v1::FrontEnd& front_end, Examination& examination) {
  for (int i = 1; i < front_end.current_transformer_size(); ++i) {
    const v1::TransformerPoint& previous = front_end.current_transformer(i - 1);
    const v1::TransformerPoint& present = front_end.current_transformer(i);
    const std::string before = fmt::format("twin.front_end.current_transformer[{}]", i - 1);
    const std::string place = fmt::format("twin.front_end.current_transformer[{}]", i);
    if (present.burden() < previous.burden())
      examination.report(place, exact_text(present.burden(), QuantityKind::none) + " ohm",
                         "a burden of at least that of the point before it, " +
                             exact_text(previous.burden(), QuantityKind::none) + " ohm");
    if (present.burden() == previous.burden())
      check_rises(previous.current(), present.current(), before, place, ".current",
                  QuantityKind::current, examination);
  }
}

void check_magnetisation(const v1::TransformerCore& core, Examination& examination) {
  for (int i = 1; i < core.magnetisation_size(); ++i) {
    const v1::MagnetisationPoint& previous = core.magnetisation(i - 1);
    const v1::MagnetisationPoint& present = core.magnetisation(i);
    const std::string before =
        fmt::format("twin.front_end.transformer_core.magnetisation[{}]", i - 1);
    const std::string place = fmt::format("twin.front_end.transformer_core.magnetisation[{}]", i);
    check_rises(previous.flux(), present.flux(), before, place, ".flux", QuantityKind::none,
                examination);
    check_rises(previous.current(), present.current(), before, place, ".current",
                QuantityKind::current, examination);
  }
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
  check_channels(front_end.current_wiring_size(), "twin.front_end.current_wiring", examination);
  check_noise(front_end.voltage(), "twin.front_end.voltage", examination);
  check_noise(front_end.current(), "twin.front_end.current", examination);
  check_sensor(front_end, examination);
  check_points(front_end, examination);
  check_magnetisation(front_end.transformer_core(), examination);
  std::set<int> orders;
  for (int i = 0; i < twin.harmonic_errors_size(); ++i) {
    const std::string where = fmt::format("twin.harmonic_errors[{}].order", i);
    if (examination.sound(where) && !orders.insert(twin.harmonic_errors(i).order()).second)
      examination.report(where, fmt::format("'{}' again", twin.harmonic_errors(i).order()),
                         "an order once");
  }
}

}  // namespace meterrig::loader
