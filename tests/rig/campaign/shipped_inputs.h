// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/campaign/inputs.h"

namespace meterrig::test {

/// The suite, standard, device and bench that ship. `suite` replaces the suite's text.
[[nodiscard]] campaign::Inputs shipped_inputs(const std::string& suite = "");
[[nodiscard]] std::string shipped_suite(const std::string& name = "iec-62053-22-0.5s");
/// The same with the shipped suite of that id and its standard.
[[nodiscard]] campaign::Inputs inputs_for_suite(const std::string& id);

}  // namespace meterrig::test
