// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "engineering.h"
#include "meterrig/record/measurement.h"

namespace meterrig::report {

/// "dip", "swell", "interruption".
[[nodiscard]] std::string_view name(reference::EventKind kind);
/// Such as "reversed_sequence".
[[nodiscard]] std::string_view name(reference::WiringFault fault);
/// "voltage", "current", "other".
[[nodiscard]] std::string_view name(ChannelKind kind);

/// What people call the channel: its id, else its name.
[[nodiscard]] const std::string& label(const RecordedChannel& channel);

/// How values of a channel are shown that are about as large as `magnitude`.
[[nodiscard]] Scaling scaling(const RecordedChannel& channel, double magnitude, int digits = 6);

/// The same for the power of a pair; `symbol` is "W", "var" or "VA".
[[nodiscard]] Scaling power_scaling(const RecordedChannel& voltage, const RecordedChannel& current,
                                    double magnitude, std::string_view symbol, int digits = 6);

/// Depth of a dip or an interruption in percent of the reference voltage (IEC 61000-4-30, 3.7); NaN
/// for a swell.
[[nodiscard]] double depth_percent(const reference::EventReading& event);

}  // namespace meterrig::report
