// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace meterrig::loader {

/// Whether the text is a moment that there is, written YYYY-MM-DDTHH:MM:SS with Z or the difference
/// from UTC behind it, such as +02:00 (RFC 3339, 5.6, without fractions of a second).
[[nodiscard]] bool is_date_time(std::string_view text);

}  // namespace meterrig::loader
