// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace meterrig::report {

extern const std::string_view page_template;  ///< report.mustache
extern const std::string_view page_style;     ///< report.css

}  // namespace meterrig::report
