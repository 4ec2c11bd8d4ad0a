// SPDX-License-Identifier: GPL-3.0-or-later
#include "event_limits.h"

#include <fmt/format.h>

#include "messages.h"
#include "meterrig/loader/load.h"

namespace meterrig::cli {

std::optional<reference::EventLimits> event_limits(const DataFiles& files) {
  const auto file = files.find(DataFiles::Kind::standard, "iec-61000-4-30-events");
  if (!file) return complain(file.error()), std::nullopt;
  const auto loaded = loader::load_standard(*file);
  if (!loaded) return complain(loaded.error()), std::nullopt;
  const v1::Standard& standard = loaded->message.standard();
  if (!standard.has_voltage_events())
    return complain(
               fmt::format("{}: no voltage_events; expected the limits of events", loaded->path)),
           std::nullopt;
  const v1::VoltageEvents& events = standard.voltage_events();
  return reference::EventLimits{.dip = events.dip().limit() / 100,
                                .swell = events.swell().limit() / 100,
                                .interruption = events.interruption().limit() / 100,
                                .hysteresis = events.hysteresis().limit() / 100};
}

}  // namespace meterrig::cli
