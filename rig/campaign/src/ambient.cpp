// SPDX-License-Identifier: GPL-3.0-or-later
#include "ambient.h"

#include <optional>

#include "meterrig/vocabulary/chamber.h"

namespace meterrig::campaign {

Result<void> go_to_temperature(PointContext& context) {
  const bool wanted = context.point.has_ambient_temperature();
  auto* chamber = dynamic_cast<Chamber*>(&context.bench);
  if (chamber == nullptr && wanted)
    return fail(ErrorCode::unimplemented, "this bench has no chamber");
  if (chamber == nullptr) return {};
  return chamber->set_temperature(
      wanted ? std::optional(degree_celsius(context.point.ambient_temperature())) : std::nullopt);
}

}  // namespace meterrig::campaign
