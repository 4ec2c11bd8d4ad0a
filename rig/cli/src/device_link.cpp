// SPDX-License-Identifier: GPL-3.0-or-later
#include "device_link.h"

#include <fmt/format.h>

#include <charconv>

#include "meterrig/modbus/mapping.h"
#include "meterrig/ports/serial_port.h"

namespace meterrig::cli {
Result<std::unique_ptr<modbus::ModbusLink>> open_link(const v1::Device& device,
                                                      const v1::Position& position,
                                                      const v1::LinkPolicy& policy) {
  auto map = modbus::register_map_from(device.modbus());
  if (!map) return tl::unexpected(map.error());
  const modbus::Policy patience{.answer_timeout = second(policy.answer_timeout()),
                                .retries = policy.retries()};
  if (position.has_modbus_tcp()) {
    const v1::ModbusTcp& tcp = position.modbus_tcp();
    return modbus::connect_tcp(tcp.host(), tcp.port(), tcp.unit(), std::move(*map), patience);
  }
  const v1::ModbusRtu& rtu = position.modbus_rtu();
  auto port = ports::open_serial_port(rtu.port(), {.baud_rate = rtu.baud_rate(),
                                                   .parity = modbus::parity_from(rtu.parity()),
                                                   .stop_bits = rtu.stop_bits()});
  if (!port) return tl::unexpected(port.error());
  return modbus::connect_rtu(std::move(*port), rtu.unit(), std::move(*map), patience);
}

Result<void> override_link(v1::Position& position, const v1::Device& device,
                           const LinkOptions& options) {
  if (!options.serial.empty() && !options.tcp.empty())
    return fail(ErrorCode::invalid_argument, "--serial and --tcp together; expected one link");
  const v1::ModbusMap& map = device.modbus();
  if (!options.tcp.empty()) {
    const std::size_t colon = options.tcp.rfind(':');
    int port = 0;
    const char* const end = options.tcp.data() + options.tcp.size();
    if (colon == std::string::npos || colon == 0 ||
        std::from_chars(options.tcp.data() + colon + 1, end, port).ptr != end || port < 1 ||
        port > 65535)
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("--tcp '{}'; expected HOST:PORT with a port from 1 to 65535", options.tcp));
    v1::ModbusTcp& tcp = *position.mutable_modbus_tcp();
    tcp.set_host(options.tcp.substr(0, colon));
    tcp.set_port(port);
    tcp.set_unit(map.factory_unit());
  }
  if (!options.serial.empty()) {
    if (!position.has_modbus_rtu()) {
      v1::ModbusRtu& rtu = *position.mutable_modbus_rtu();
      rtu.set_baud_rate(map.factory_baud_rate());
      rtu.set_parity(map.factory_parity());
      rtu.set_stop_bits(map.factory_stop_bits());
      rtu.set_unit(map.factory_unit());
    }
    position.mutable_modbus_rtu()->set_port(options.serial);
  }
  if (options.baud != 0 && position.has_modbus_rtu())
    position.mutable_modbus_rtu()->set_baud_rate(options.baud);
  if (options.unit != 0) {
    if (position.has_modbus_rtu()) position.mutable_modbus_rtu()->set_unit(options.unit);
    if (position.has_modbus_tcp()) position.mutable_modbus_tcp()->set_unit(options.unit);
  }
  return {};
}

}  // namespace meterrig::cli
