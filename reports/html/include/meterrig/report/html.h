// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/run.pb.h"

namespace meterrig::report {

/// The report of a run as one HTML page: no other file, no network, no script. It is well-formed
/// XML too. A run with an order is titled "Test report" (ISO/IEC 17025:2017, 7.8.2.1), one without
/// is a "Test record". The same run gives the same bytes on every machine. Every planned point is
/// in it. Any message is accepted; what is absent is printed as such.
[[nodiscard]] std::string html(const v1::Run& run);

}  // namespace meterrig::report
