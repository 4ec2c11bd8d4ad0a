// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig::iio {

/// Converters that libiio found: where Context::open() reaches them, and what they say.
struct FoundContext {
  std::string uri;  ///< "local:" or "usb:BUS.ADDRESS.INTERFACE"
  std::string description;
};

/// Looks at this machine and at its USB, not at the network. Nothing is opened for long. Error:
/// unavailable.
[[nodiscard]] Result<std::vector<FoundContext>> find_contexts();

}  // namespace meterrig::iio
