// SPDX-License-Identifier: GPL-3.0-or-later
#include "fallback.h"

#include <fmt/format.h>

#include "meterrig/loader/load.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::cli {

Result<Voltage> extra_low_voltage(const DataFiles& files) {
  const auto file = files.find(DataFiles::Kind::standard, "iec-61140-extra-low-voltage");
  if (!file) return tl::unexpected(file.error());
  const auto loaded = loader::load_standard(*file);
  if (!loaded) return fail(ErrorCode::invalid_argument, loader::to_string(loaded.error()));
  const v1::Standard& standard = loaded->message.standard();
  if (!standard.has_extra_low_voltage())
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: no extra_low_voltage; expected its limit", loaded->path));
  return volt(standard.extra_low_voltage().limit());
}

Result<void> check_fallback(const v1::HardwareBench& bench, const safety::Limits& limits,
                            Duration watchdog, Voltage harmless) {
  if (!(limits.voltage > harmless)) return {};
  const std::string above = fmt::format("a limit of {}, above extra-low voltage ({})",
                                        readable(limits.voltage.in(volt), QuantityKind::voltage),
                                        readable(harmless.in(volt), QuantityKind::voltage));
  if (bench.fallback() == v1::FALLBACK_NONE)
    return fail(ErrorCode::failed_precondition,
                above +
                    ", and nothing that switches off when the source process dies; expected "
                    "fallback: instrument_timeout or watchdog_relay");
  if (bench.fallback() != v1::FALLBACK_INSTRUMENT_TIMEOUT) return {};
  if (!watchdog.known())
    return fail(ErrorCode::failed_precondition,
                above +
                    ", and a source without a watchdog; expected one in its command file, or "
                    "fallback: watchdog_relay");
  if (!(watchdog > second(bench.read_back_interval())))
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("a watchdog of {}, and a read_back_interval of {}; expected a shorter interval",
                    readable(watchdog.in(second), QuantityKind::duration),
                    readable(bench.read_back_interval(), QuantityKind::duration)));
  return {};
}

}  // namespace meterrig::cli
