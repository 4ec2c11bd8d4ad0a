// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "meterrig/v1/hardware.pb.h"

namespace meterrig::cli {

/// Why the certificate of a bench's reference does not count on a day, YYYY-MM-DD; empty when it
/// does, and where nobody stated until when.
[[nodiscard]] std::string lapsed(const v1::ReferenceInstrument& reference, std::string_view day);

}  // namespace meterrig::cli
