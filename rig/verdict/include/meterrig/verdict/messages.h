// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/suite.pb.h"
#include "meterrig/verdict/budget.h"
#include "meterrig/verdict/decision.h"

namespace meterrig::verdict {

/// The decision rule as decide() takes it.
[[nodiscard]] DecisionRule rule_from(const v1::DecisionRule& message);

/// A contribution to the store and back.
[[nodiscard]] v1::Contribution message_from(const Contribution& contribution);
[[nodiscard]] Contribution contribution_from(const v1::Contribution& message);
/// All lines of a stored budget.
[[nodiscard]] std::vector<Contribution> budget_from(
    const google::protobuf::RepeatedPtrField<v1::Contribution>& lines);

}  // namespace meterrig::verdict
