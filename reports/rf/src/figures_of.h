// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "meterrig/v1/rf_sweep.pb.h"

namespace meterrig::report {

/// "10 V" or "3 V/m".
[[nodiscard]] std::string level_text(const v1::RfRequestRecord& request);
/// "AM 80 % at 1 kHz", "pulses 50 % at 200 Hz", "unmodulated".
[[nodiscard]] std::string modulation_text(const v1::RfModulationRecord& modulation);
/// "10.1 MHz".
[[nodiscard]] std::string frequency_text(double hertz);
/// "IEC 61000-4-6:2013, level 3 (10 V), 150 kHz to 80 MHz, AM 80 % at 1 kHz".
[[nodiscard]] std::string request_text(const v1::RfRequestRecord& request);

/// V or V/m; none when it was not found.
[[nodiscard]] std::optional<double> level_of(const v1::RfStepRecord& step);
/// %, depth or duty; none when it was not found.
[[nodiscard]] std::optional<double> modulation_of(const v1::RfStepRecord& step);
/// %, of what was asked for; none for an unmodulated carrier.
[[nodiscard]] std::optional<double> modulation_of(const v1::RfModulationRecord& modulation);
/// "V" or "V/m".
[[nodiscard]] std::string level_unit(const v1::RfRequestRecord& request);

}  // namespace meterrig::report
