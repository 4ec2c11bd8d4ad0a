// SPDX-License-Identifier: GPL-3.0-or-later
#include "error_shift.h"

#include "reference_lines.h"

namespace meterrig::campaign {

std::vector<verdict::Contribution> budget_of_shift(std::vector<verdict::Contribution> later,
                                                   std::span<const verdict::Contribution> before) {
  for (const verdict::Contribution& earlier : before) {
    if (is_of_reference(earlier.name)) continue;
    verdict::Contribution contribution = earlier;
    contribution.name += ", before";
    later.push_back(std::move(contribution));
  }
  return later;
}

}  // namespace meterrig::campaign
