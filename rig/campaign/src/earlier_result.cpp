// SPDX-License-Identifier: GPL-3.0-or-later
#include "earlier_result.h"

#include <fmt/format.h>

#include "measurement.h"

namespace meterrig::campaign {

bool is_usable(const std::string& name, const v1::PointResult* earlier, v1::PointResult& result) {
  if (earlier == nullptr || earlier->outcome() == v1::OUTCOME_NOT_RUN) {
    result.set_outcome(v1::OUTCOME_NOT_RUN);
    result.set_reason(fmt::format("needs {}, which was not run", name));
    return false;
  }
  if (earlier->has_value() && earlier->outcome() != v1::OUTCOME_NOT_VALID) return true;
  make_not_valid(result, fmt::format("needs {}, which has no valid value", name));
  return false;
}

}  // namespace meterrig::campaign
