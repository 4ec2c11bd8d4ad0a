// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "../error_measurement.h"
#include "meterrig/verdict/limit_range.h"
#include "procedures.h"

namespace meterrig::campaign {

Result<v1::PointResult> search(PointContext& context) {
  auto result = prepare(context, true);
  if (!result && is_refusal(result.error())) return not_run(context, result.error().message);
  if (!result) return result;
  result->set_result_name("error");
  result->set_unit("%");
  const auto measured = measure_error(context, *result);
  if (!measured) return tl::unexpected(measured.error());
  const std::optional<ErrorMeasurement>& measurement = *measured;
  if (!measurement) return result;
  conclude(context, *result, measurement->error, measurement->budget);
  const v1::SearchPlace& place = context.point.search();
  const bool failed =
      result->outcome() == v1::OUTCOME_FAIL || result->outcome() == v1::OUTCOME_CONDITIONAL_FAIL;
  if (failed && place.added_size() > 0) {
    const std::string why = result->reason().empty() ? "" : fmt::format("; {}", result->reason());
    result->set_reason(fmt::format("outside the sum of the limits that hold there, {}{}",
                                   verdict::sum_text(result->limit(), place), why));
  }
  return result;
}

}  // namespace meterrig::campaign
