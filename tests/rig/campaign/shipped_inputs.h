// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/campaign/inputs.h"
#include "meterrig/campaign/plan.h"

namespace meterrig::test {

/// The suite, standard, device and bench that ship. `suite` replaces the suite's text.
[[nodiscard]] campaign::Inputs shipped_inputs(const std::string& suite = "");
[[nodiscard]] std::string shipped_suite(const std::string& name = "iec-62053-22-0.5s");
/// The same with the shipped suite of that id and its standard.
[[nodiscard]] campaign::Inputs inputs_for_suite(const std::string& id);

/// What a device declares of itself.
struct Meter {
  std::string accuracy_class;
  double nominal = 5;
  double maximum = 6;
  bool transformer = true;
};
/// The shipped suite of that id for the shipped device with these ratings.
[[nodiscard]] campaign::Inputs inputs_of(const std::string& suite, const Meter& meter);

/// The plan, which must be right; and its point of this id, which must be there.
[[nodiscard]] campaign::Plan plan_of(const campaign::Inputs& inputs,
                                     const campaign::PlanOptions& options = {});
[[nodiscard]] const v1::PlannedPoint& point(const campaign::Plan& plan, const std::string& id);

}  // namespace meterrig::test
