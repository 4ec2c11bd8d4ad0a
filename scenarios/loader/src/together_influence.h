// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/loader/finding.h"
#include "meterrig/loader/locations.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/v1/suite.pb.h"

namespace meterrig::loader {

/// An influence test at `where` in its suite against the standard: rows that there are, with the
/// class; each row tested somewhere, and each current and power factor used by one.
[[nodiscard]] std::vector<Finding> check_influence_test(const v1::Influence& test,
                                                        const std::string& accuracy_class,
                                                        const std::string& where,
                                                        const Locations& locations,
                                                        const v1::Standard& standard);

}  // namespace meterrig::loader
