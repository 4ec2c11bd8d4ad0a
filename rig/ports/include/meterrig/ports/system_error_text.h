// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <system_error>

namespace meterrig::ports {

/// The operating system's words for an errno, such as "Permission denied".
inline std::string system_error_text(int error) { return std::generic_category().message(error); }

}  // namespace meterrig::ports
