// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "influence_points.h"

namespace meterrig::campaign {

/// A point for each row of a self-heating test. One for another connection stays in the plan as not
/// applicable, one that no method resolves in the test's interval as not run.
[[nodiscard]] Plan self_heating_points(const InfluenceScope& scope, const v1::SelfHeating& spec);

}  // namespace meterrig::campaign
