// SPDX-License-Identifier: GPL-3.0-or-later
#include "injection_pace.h"

#include <fmt/format.h>

#include <cmath>

#include "meterrig/inject/throughput.h"
#include "meterrig/modbus/mapping.h"

namespace meterrig::cli {
namespace {

// Of frames of 4 KiB; a device tells its own only when it is asked.
constexpr std::size_t payload = 4084;

double scans_a_second(const v1::SerialInjection& line, int bits) {
  return inject::scans_a_second(bits, payload,
                                {.baud_rate = line.baud_rate(),
                                 .parity = modbus::parity_from(line.parity()),
                                 .stop_bits = line.stop_bits()});
}

std::string hours_and_minutes(Duration duration) {
  const auto minutes = std::llround(std::ceil(duration.in(minute)));
  return minutes < 60 ? fmt::format("{} min", minutes)
                      : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace

std::string planned_pace(const v1::SerialInjection& line, Duration on_bench) {
  const double of_16 = scans_a_second(line, 16);
  const double of_24 = scans_a_second(line, 24);
  return fmt::format(
      "{} Bd carry about {:.0f} scans a second of 16 bits, {:.0f} of 24 bits: for each 1000 scans "
      "a "
      "second of the device's converter {:.1f} or {:.1f} times real time, about {} or {}",
      line.baud_rate(), of_16, of_24, 1000 / of_16, 1000 / of_24,
      hours_and_minutes((1000 / of_16) * on_bench), hours_and_minutes((1000 / of_24) * on_bench));
}

std::string pace_of(const v1::SerialInjection& line, const Converter& converter,
                    Duration on_bench) {
  const double carried = scans_a_second(line, converter.bits);
  const double factor = converter.rate.value() / carried;
  return fmt::format(
      "{} Bd carry about {:.0f} scans a second of {:g}: {:.1f} times {} than real "
      "time, about {}",
      line.baud_rate(), carried, converter.rate.value(), factor >= 1 ? factor : 1 / factor,
      factor >= 1 ? "slower" : "faster", hours_and_minutes(factor * on_bench));
}

}  // namespace meterrig::cli
