// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/bench.pb.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::cli {

/// How much slower than real time a run over serial injection is, as long as the device is not
/// known: for converters of 16 and 24 bits, for each 1000 scans a second. `on_bench` is what the
/// points take on the bench's time base.
[[nodiscard]] std::string planned_pace(const v1::SerialInjection& line, Duration on_bench);

/// The same for the device's own converter.
[[nodiscard]] std::string pace_of(const v1::SerialInjection& line, const Converter& converter,
                                  Duration on_bench);

}  // namespace meterrig::cli
