// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/loader/load.h"

namespace meterrig::cli {

using LoadedSuite = loader::Loaded<v1::SuiteFile>;

/// The suites of these names with those they include, each once, in the order in which they are
/// run: what a suite includes comes before it. `read` gives nothing for one that cannot be read and
/// has said why. Adds to `findings` what is wrong with the includes: a suite of another standard or
/// class, one that includes itself.
[[nodiscard]] std::vector<LoadedSuite> suites_to_run(
    const std::vector<std::string>& names,
    const std::function<std::optional<LoadedSuite>(const std::string& name)>& read,
    std::vector<loader::Finding>& findings);

}  // namespace meterrig::cli
