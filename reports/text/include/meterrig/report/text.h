// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/run.pb.h"

namespace meterrig::report {

/// The run for a terminal: what did not pass first, then one line a test, then the verdict. With
/// `colour` it has ANSI colours and the signs of print (plus-minus, minus); without, plain ASCII.
/// Text of the run cannot bring control sequences in. Ends with a line feed.
[[nodiscard]] std::string summary_table(const v1::Run& run, bool colour);

}  // namespace meterrig::report
