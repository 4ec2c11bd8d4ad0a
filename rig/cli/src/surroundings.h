// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/run.pb.h"

namespace meterrig::cli {

/// Host, operating system and the SHA-256 of this program.
[[nodiscard]] v1::Circumstances surroundings();
/// Now, RFC 3339 in UTC to the millisecond.
[[nodiscard]] std::string utc_now();
/// Now as a part of a file name: 20261121T113005Z.
[[nodiscard]] std::string utc_stamp();

}  // namespace meterrig::cli
