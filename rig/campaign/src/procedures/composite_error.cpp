// SPDX-License-Identifier: GPL-3.0-or-later
#include "../composite_error.h"

#include "procedures.h"

namespace meterrig::campaign {

Result<v1::PointResult> composite_error(PointContext& context) {
  v1::PointResult result = empty_result(context);
  decide_composite({.point = context.point,
                    .standard = context.standard,
                    .rule = context.rule,
                    .plan = context.plan,
                    .earlier = context.earlier},
                   result);
  return result;
}

}  // namespace meterrig::campaign
