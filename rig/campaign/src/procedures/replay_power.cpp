// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meterrig/verdict/messages.h"
#include "procedures.h"

namespace meterrig::campaign {

Result<v1::PointResult> replay_power(PointContext& context) {
  v1::PointResult result = empty_result(context);
  result.set_result_name("error of the power shown");
  result.set_unit("%");
  const std::string& name = context.point.of_points(0);
  const v1::PointResult* of = context.earlier(name);
  if (of == nullptr || of->outcome() == v1::OUTCOME_NOT_RUN) {
    result.set_outcome(v1::OUTCOME_NOT_RUN);
    result.set_reason(fmt::format("needs {}, which was not run", name));
    return result;
  }
  const auto& comparisons = of->comparisons();
  const auto power = std::find_if(comparisons.begin(), comparisons.end(), [](const auto& c) {
    return c.quantity() == to_string({Measurand::active_power, Place::total});
  });
  if (power == comparisons.end()) {
    make_not_valid(result, fmt::format("{} has no comparison of the total active power", name));
    return result;
  }
  result.set_begin_ns(of->begin_ns());
  result.set_reference_power_w(power->reference());
  const double percent_of_one = 100 / std::abs(power->reference());
  std::vector<verdict::Contribution> budget;
  for (const v1::Contribution& message : power->budget()) {
    verdict::Contribution contribution = verdict::contribution_from(message);
    contribution.standard_uncertainty *= percent_of_one;
    budget.push_back(std::move(contribution));
  }
  conclude(context, result, power->difference() / power->reference() * 100, budget);
  return result;
}

}  // namespace meterrig::campaign
