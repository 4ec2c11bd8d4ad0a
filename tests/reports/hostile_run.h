// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/run.pb.h"

namespace meterrig::report::test {

/// What a hostile file or device may put into any text.
inline const std::string hostile =
    "<script>alert(1)</script>\"'&]]>--></style>{{{x}}}\x01\x1b[31m\n";

/// The example run with `hostile` behind every text of every message in it. Texts that tie messages
/// together (ids) stay equal to each other.
[[nodiscard]] v1::Run hostile_run();

}  // namespace meterrig::report::test
