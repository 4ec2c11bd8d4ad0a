// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/campaign/inputs.h"
#include "meterrig/campaign/plan.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/twin.pb.h"

namespace meterrig::test {

/// Text of an error model with that much of a front end, `voltage` and `current` among it.
[[nodiscard]] std::string twin_text(const std::string& front_end,
                                    const std::string& full_scale = "500 V");
/// An error model from its text.
[[nodiscard]] v1::Twin twin_from(const std::string& text);
/// The one that ships, good for class 0.5S.
[[nodiscard]] v1::Twin shipped_twin();

/// The plan on a simulated meter in this process, by `device`, which need not be the one of the
/// inputs. The run must come to its end and agree with itself.
[[nodiscard]] v1::Run run_on_twin(const campaign::Inputs& inputs, const campaign::Plan& plan,
                                  const v1::Device& device, const v1::Twin& model,
                                  double reference_percent = 0.00025, int search_points = 0);
/// Those points of the plan, on a meter with the text of its model.
[[nodiscard]] v1::Run run_on_twin(const campaign::Inputs& inputs,
                                  const std::vector<std::string>& only, const std::string& twin,
                                  int search_points = 0);

}  // namespace meterrig::test
