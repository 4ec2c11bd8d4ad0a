// SPDX-License-Identifier: GPL-3.0-or-later
#include "../error_measurement.h"
#include "../error_until_sure.h"
#include "procedures.h"

namespace meterrig::campaign {

Result<v1::PointResult> intrinsic_error(PointContext& context) {
  auto result = prepare(context, true);
  if (!result) return result;
  result->set_result_name("error");
  result->set_unit("%");
  if (context.point.has_sequential() && context.boundary != nullptr)
    return error_until_sure(context, *std::move(result));
  const auto measured = measure_error(context, *result);
  if (!measured) return tl::unexpected(measured.error());
  const std::optional<ErrorMeasurement>& measurement = *measured;
  if (measurement) conclude(context, *result, measurement->error, measurement->budget);
  return result;
}

}  // namespace meterrig::campaign
