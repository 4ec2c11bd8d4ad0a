// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "../earlier_result.h"
#include "procedures.h"

namespace meterrig::campaign {

Result<v1::PointResult> load_difference(PointContext& context) {
  v1::PointResult result = empty_result(context);
  result.set_result_name("error difference");
  result.set_unit("%");
  std::vector<verdict::Contribution> budget;
  std::vector<double> values;
  for (const std::string& name : context.point.of_points()) {
    const v1::PointResult* of = context.earlier(name);
    if (!is_usable(name, of, result)) return result;
    values.push_back(of->value());
    verdict::Contribution contribution{
        .name = fmt::format("error at {}", name),
        .type = 'B',
        .distribution = verdict::Distribution::normal,
        .standard_uncertainty = of->expanded_uncertainty() / of->coverage_factor()};
    if (of->has_degrees_of_freedom()) contribution.degrees_of_freedom = of->degrees_of_freedom();
    budget.push_back(contribution);
  }
  // The reference is common to both and would cancel; counting it twice errs to the safe side.
  conclude(context, result, values.at(0) - values.at(1), budget);
  return result;
}

}  // namespace meterrig::campaign
