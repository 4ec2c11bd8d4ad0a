// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/campaign/inputs.h"
#include "meterrig/v1/run.pb.h"

namespace meterrig::test {

/// Those points of the plan, measured on a simulated device that computes from samples, with the
/// text of its model. Whatever the evidence does not bear out is an error of the test.
[[nodiscard]] v1::Run run_on_twin(const campaign::Inputs& inputs,
                                  const std::vector<std::string>& only, const std::string& twin);

}  // namespace meterrig::test
