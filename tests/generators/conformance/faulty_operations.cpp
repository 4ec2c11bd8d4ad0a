// SPDX-License-Identifier: GPL-3.0-or-later
#include "faulty_operations.h"

#include <cstdlib>

namespace meterrig::conformance {

std::vector<std::int64_t> faulty_operations(std::int64_t operations) {
  const bool all = std::getenv("METERRIG_LONG_TESTS") != nullptr;
  std::vector<std::int64_t> chosen;
  for (std::int64_t n = 1; n <= operations; ++n)
    if (all || n <= 3 || n % 4 == 0 || n + 1 >= operations) chosen.push_back(n);
  return chosen;
}

}  // namespace meterrig::conformance
