// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "meterrig/loader/pulse_energy.h"

namespace meterrig::twin {
namespace {

constexpr double meter_code = 0x0096;  // ours: the family's codes are not public
constexpr double password = 1000;      // as delivered

Result<double> whole_number(const std::string& text, int base, std::uint32_t largest,
                            std::string_view what) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc{} || stop != end || text.empty() || number > largest) {
    return fail(ErrorCode::invalid_argument, fmt::format("{} '{}' is none", what, text));
  }
  return static_cast<double>(number);
}

double parity_code(const ports::SerialSettings& serial) {
  switch (serial.parity) {
    case ports::Parity::even:
      return 1;
    case ports::Parity::odd:
      return 2;
    case ports::Parity::none:
      break;
  }
  return serial.stop_bits == 2 ? 3 : 0;
}

double baud_code(int baud_rate) {
  switch (baud_rate) {
    case 1200:
      return 5;
    case 2400:
      return 0;
    case 4800:
      return 1;
    case 19200:
      return 3;
    case 38400:
      return 4;
    default:
      return 2;  // 9600
  }
}

double system_type(v1::Connection connection) {
  switch (connection) {
    case v1::CONNECTION_1P2W:
      return 1;
    case v1::CONNECTION_3P3W:
      return 2;
    default:
      return 3;
  }
}

// 0 = 0.0025 kWh a pulse, 1 = 0.01, 2 = 0.1 ... 5 = 100: the nearest to the constant.
double divisor_code(double pulses_per_kilowatt_hour) {
  if (pulses_per_kilowatt_hour > 200) return 0;
  double code = 1;
  for (double each = 100; code < 5 && pulses_per_kilowatt_hour < each / 3; each /= 10) ++code;
  return code;
}

// As the maker's other meters number them, from memory.
double pulse_energy_code(v1::PulseEnergy energy) {
  switch (energy) {
    case v1::PULSE_ENERGY_ACTIVE_TOTAL:
      return 2;
    case v1::PULSE_ENERGY_ACTIVE_EXPORT:
      return 4;
    case v1::PULSE_ENERGY_REACTIVE_IMPORT:
      return 5;
    case v1::PULSE_ENERGY_REACTIVE_TOTAL:
      return 6;
    case v1::PULSE_ENERGY_REACTIVE_EXPORT:
      return 8;
    default:
      return 1;
  }
}

}  // namespace

Result<IdentityValues> identity_of(const v1::Device& device, const v1::Twin& model,
                                   const LineSettings& line) {
  const auto serial_number = whole_number(model.serial_number(), 10, UINT32_MAX, "serial number");
  if (!serial_number) return tl::unexpected(serial_number.error());
  const auto firmware = whole_number(model.firmware(), 16, UINT16_MAX, "firmware");
  if (!firmware) return tl::unexpected(firmware.error());
  IdentityValues values{
      {"serial_number", *serial_number},
      {"meter_code", meter_code},
      {"firmware_version", *firmware},
      {"demand_time", 0},
      {"demand_period", 60},
      {"sliding_time", 1},
      {"system_type", system_type(device.ratings().connection())},
      {"protection", 0},  // KPPA: locked
      {"password", password},
      {"parity", parity_code(line.serial)},
      {"address", line.unit},
      {"baud_rate", baud_code(line.serial.baud_rate)},
  };
  // The settable output is the first that is not the fixed test output of active energy.
  for (const v1::PulseOutput& output : device.pulse_outputs()) {
    if (output.test_output() && !loader::is_reactive(output.energy())) continue;
    values["pulse_width"] = std::round(output.width() * 1000);
    values["pulse_divisor"] = divisor_code(output.constant());
    values["pulse_energy"] = pulse_energy_code(output.energy());
    break;
  }
  return values;
}

}  // namespace meterrig::twin
