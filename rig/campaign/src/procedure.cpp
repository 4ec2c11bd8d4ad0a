// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/procedure.h"

#include <array>
#include <utility>

#include "procedures/procedures.h"

namespace meterrig::campaign {

Procedure find_procedure(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Procedure>, 16> procedures{{
      {"intrinsic_error", &intrinsic_error},
      {"load_difference", &load_difference},
      {"composite_error", &composite_error},
      {"influence", &influence},
      {"quantity", &quantity},
      {"starting", &starting},
      {"no_load", &no_load},
      {"meter_constant", &meter_constant},
      {"repeatability", &repeatability},
      {"start_up", &start_up},
      {"self_heating", &self_heating},
      {"warm_up", &warm_up},
      {"tariff", &tariff},
      {"replay_energy", &replay_energy},
      {"replay_power", &replay_power},
      {"search", &search},
  }};
  for (const auto& [known, procedure] : procedures) {
    if (known == name) return procedure;
  }
  return nullptr;
}

}  // namespace meterrig::campaign
