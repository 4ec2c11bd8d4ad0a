// SPDX-License-Identifier: GPL-3.0-or-later
#include "tariff_table.h"

#include <algorithm>
#include <set>
#include <string>

namespace meterrig::campaign {
namespace {

constexpr double seconds_of_a_day = 86400;
constexpr std::size_t wanted_changes = 2;

}  // namespace

QuantityId tariff_register(v1::Direction direction, int tariff) {
  return {direction == v1::DIRECTION_EXPORT ? Measurand::active_energy_export
                                            : Measurand::active_energy_import,
          Place::total, tariff};
}

bool shows_tariffs(const v1::Device& device, v1::Direction direction) {
  std::set<int> tariffs;
  for (const v1::TariffSwitch& change : device.tariff_switches()) tariffs.insert(change.tariff());
  if (tariffs.size() < 2) return false;
  tariffs.insert(0);
  const auto& registers = device.modbus().registers();
  return std::all_of(tariffs.begin(), tariffs.end(), [&](int tariff) {
    const std::string name = to_string(tariff_register(direction, tariff));
    return std::any_of(registers.begin(), registers.end(),
                       [&](const auto& entry) { return entry.quantity() == name; });
  });
}

std::vector<v1::TariffSwitch> tariff_changes(const v1::Device& device, double after_seconds) {
  std::vector<v1::TariffSwitch> day(device.tariff_switches().begin(),
                                    device.tariff_switches().end());
  std::sort(day.begin(), day.end(),
            [](const auto& a, const auto& b) { return a.time() < b.time(); });
  // Before the first switch of the day the last of the day before is on.
  std::vector<v1::TariffSwitch> found{day.back()};
  found.front().set_time(0);
  for (double midnight = 0; found.size() < 1 + wanted_changes; midnight += seconds_of_a_day) {
    for (v1::TariffSwitch change : day) {
      change.set_time(midnight + change.time());
      if (change.time() <= after_seconds) {
        found = {change};
      } else if (change.tariff() != found.back().tariff() && found.size() < 1 + wanted_changes) {
        found.push_back(change);
      }
    }
  }
  return found;
}

}  // namespace meterrig::campaign
