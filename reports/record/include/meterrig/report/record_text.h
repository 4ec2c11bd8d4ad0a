// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/record/measurement.h"

namespace meterrig::report {

/// A measurement as an instrument shows it: channels, pairs, sequence components, harmonics above
/// 0.1 % of the fundamental, events, wiring, warnings. Six digits with a fitting prefix; dc, P and
/// Q1 to the last digit of their r.m.s. value and S. What is not known is "-". Plain lines without
/// control characters, the last one ended.
[[nodiscard]] std::string record_text(const record::Measurement& measurement);

}  // namespace meterrig::report
