// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "meterrig/ports/clock.h"
#include "meterrig/ports/modem_lines.h"
#include "meterrig/pulse/edge_finder.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"

namespace meterrig::pulse {

/// Which line stands for which output of the device.
struct LineInputSettings {
  std::string output;  ///< such as "S0-2"
  ports::ModemLine line = ports::ModemLine::cts;
  PulseShape shape;
};

/// Edges of a meter's pulse output on a modem line, looked at by a thread a hundred times in the
/// shortest pulse, but not more than ten thousand times a second. Stamps are those of `clock`,
/// which must outlive the input and allow now() from that thread. The standard uncertainty of a
/// stamp is that of the looks and of the port's latency (rectangular), added in squares; it may
/// grow while edges come.
///
/// Errors of take(): aborted when the machine was too busy to look and a pulse may be lost, and
/// those of the port; neither ends by itself. Error here: out_of_range for a width below 1 ms or
/// above 10 s.
[[nodiscard]] Result<std::unique_ptr<PulseInput>> watch_line(
    std::unique_ptr<ports::ModemLines> lines, const LineInputSettings& settings,
    ports::Clock& clock);

}  // namespace meterrig::pulse
