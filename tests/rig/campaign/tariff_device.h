// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "meterrig/v1/device.pb.h"

namespace meterrig::test {

/// Gives a device the time table, s and tariff, and registers of imported energy in tariffs 1 to 3.
inline void add_tariffs(v1::Device& device, const std::vector<std::pair<double, int>>& table) {
  device.clear_tariff_switches();
  for (const auto& [time, tariff] : table) {
    v1::TariffSwitch& change = *device.add_tariff_switches();
    change.set_time(time);
    change.set_tariff(tariff);
  }
  for (int tariff = 1; tariff <= 3; ++tariff) {
    v1::Register& entry = *device.mutable_modbus()->add_registers();
    entry.set_address(0x1000 + 2 * tariff);
    entry.set_table(v1::REGISTER_TABLE_INPUT);
    entry.set_type(v1::REGISTER_TYPE_FLOAT32);
    entry.set_quantity("active_energy_import_t" + std::to_string(tariff) + ".total");
    entry.set_unit("kWh");
    entry.set_scale(1);
    entry.set_confidence(v1::CONFIDENCE_MEMORY);
    entry.set_provenance("of the test");
  }
}

}  // namespace meterrig::test
