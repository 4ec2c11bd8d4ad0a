// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace meterrig::loader {

/// Text from a file as a message may show it: in single quotes, control characters escaped, cut
/// after 60 bytes (never inside a character).
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace meterrig::loader
