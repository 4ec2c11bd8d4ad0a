// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace meterrig::loader {

/// YYYY-MM-DD of a day that exists. Such texts sort by day.
[[nodiscard]] bool is_date(std::string_view text);

}  // namespace meterrig::loader
