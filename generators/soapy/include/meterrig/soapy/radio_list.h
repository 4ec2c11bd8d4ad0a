// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig::soapy {

/// A radio that a SoapySDR module found.
struct FoundRadio {
  std::string device;  ///< as RadioSettings::device takes it, such as "driver=lime,serial=..."
  std::string label;
  bool simulated = false;  ///< it says so
};

/// All radios that are found without being named; "driver=rigloop" finds the simulated one. None is
/// opened. Error: unavailable, what a module threw.
[[nodiscard]] Result<std::vector<FoundRadio>> list_radios(const std::string& arguments = "");

}  // namespace meterrig::soapy
