// SPDX-License-Identifier: GPL-3.0-or-later
#include "device_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "meterrig/inject/connection.h"
#include "meterrig/modbus/mapping.h"
#include "meterrig/modbus/modbus_link.h"
#include "meterrig/ports/serial_port.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/twin/service.h"
#include "meterrig/wire/meter_link.h"
#include "meterrig/wire/remote.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

// A simulated device needs some seconds for an hour, firmware on a slow board more.
constexpr Duration call_timeout = second(60);

Result<std::unique_ptr<DeviceLink>> open_modbus(const v1::Device& device,
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

std::optional<rpc::ClientTls> tls_from(const v1::GrpcLink& link, const fs::path& folder) {
  if (!link.has_tls()) return std::nullopt;
  const auto file = [&folder](const std::string& name) {
    return name.empty() ? name : (folder / name).string();
  };
  return rpc::ClientTls{.authority = file(link.tls().authority()),
                        .certificate = file(link.tls().certificate()),
                        .key = file(link.tls().key()),
                        .server_name = link.tls().server_name()};
}

Result<OpenDevice> open_grpc(const v1::Position& position, const fs::path& folder) {
  const auto connection = rpc::Connection::open(position.grpc().address(),
                                                tls_from(position.grpc(), folder), call_timeout);
  if (!connection) return tl::unexpected(connection.error());
  auto link = wire::link_to(connection->meter());
  if (!link) return tl::unexpected(link.error());
  return OpenDevice{.link = std::move(*link),
                    .terminals = position.terminals().empty() ? connection->terminals() : nullptr};
}

Result<OpenDevice> open_injection(const v1::Position& position, const v1::LinkPolicy& policy) {
  const inject::Patience patience{.answer = second(policy.answer_timeout()),
                                  .tries = policy.retries() + 1};
  const v1::SerialInjection& line = position.serial_injection();
  const v1::TcpInjection& tcp = position.tcp_injection();
  const auto caller = position.has_tcp_injection()
                          ? inject::open_tcp(tcp.host(), tcp.port(), patience)
                          : inject::open_serial(line.port(),
                                                {.baud_rate = line.baud_rate(),
                                                 .parity = modbus::parity_from(line.parity()),
                                                 .stop_bits = line.stop_bits()},
                                                patience);
  if (!caller) return tl::unexpected(caller.error());
  auto link = wire::link_to(wire::meter_over(*caller));
  if (!link) return tl::unexpected(link.error());
  return OpenDevice{.link = std::move(*link), .terminals = wire::terminals_over(*caller)};
}

Result<OpenDevice> open_in_process(const v1::Device& device, const v1::Position& position,
                                   const DataFiles& files) {
  const auto profile = files.find(DataFiles::Kind::device, device.id());
  if (!profile) return tl::unexpected(profile.error());
  const auto model = files.find_twin(device.id(), position.in_process().model());
  if (!model) return tl::unexpected(model.error());
  auto made = twin::load_device(profile->string(), model->string());
  if (!made) return tl::unexpected(made.error());
  const std::shared_ptr<twin::Twin> twin = std::move(*made);
  auto link = wire::link_to(twin);
  if (!link) return tl::unexpected(link.error());
  return OpenDevice{.link = std::move(*link), .terminals = twin};
}

// Of the command line: relative to the working directory, as all that is typed there.
Result<void> override_tls(v1::Position& position, const LinkOptions& options) {
  if (options.tls_authority.empty() && options.tls_certificate.empty() && options.tls_key.empty() &&
      options.tls_name.empty())
    return {};
  if (!position.has_grpc())
    return fail(ErrorCode::invalid_argument,
                "--tls-... without a gRPC link; expected --grpc ADDRESS, or a bench with one");
  v1::Tls& tls = *position.mutable_grpc()->mutable_tls();
  const auto file = [](const std::string& name) { return fs::absolute(name).string(); };
  if (!options.tls_authority.empty()) tls.set_authority(file(options.tls_authority));
  if (!options.tls_certificate.empty()) tls.set_certificate(file(options.tls_certificate));
  if (!options.tls_key.empty()) tls.set_key(file(options.tls_key));
  if (!options.tls_name.empty()) tls.set_server_name(options.tls_name);
  if (tls.authority().empty())
    return fail(ErrorCode::invalid_argument,
                "TLS without an authority; expected --tls-authority FILE, in PEM form");
  return {};
}

struct HostPort {
  std::string host;
  int port = 0;
};

Result<HostPort> host_and_port(std::string_view option, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  int port = 0;
  const char* const end = text.data() + text.size();
  if (colon == std::string::npos || colon == 0 ||
      std::from_chars(text.data() + colon + 1, end, port).ptr != end || port < 1 || port > 65535)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{} '{}'; expected HOST:PORT with a port from 1 to 65535", option, text));
  return HostPort{.host = text.substr(0, colon), .port = port};
}

}  // namespace

Result<OpenDevice> open_device(const v1::Device& device, const v1::Position& position,
                               const v1::LinkPolicy& policy, const DataFiles& files,
                               const fs::path& folder) {
  Result<OpenDevice> open = fail(ErrorCode::invalid_argument, "the position has no link");
  if (position.has_grpc()) {
    open = open_grpc(position, folder);
  } else if (position.has_serial_injection() || position.has_tcp_injection()) {
    open = open_injection(position, policy);
  } else if (position.has_in_process()) {
    open = open_in_process(device, position, files);
  } else if (position.has_modbus_rtu() || position.has_modbus_tcp()) {
    open = open_modbus(device, position, policy).map([](std::unique_ptr<DeviceLink> link) {
      return OpenDevice{.link = std::move(link), .terminals = nullptr};
    });
  }
  if (!open || position.terminals().empty()) return open;
  const auto connection = rpc::Connection::open(position.terminals(), {}, call_timeout);
  if (!connection) return tl::unexpected(connection.error());
  open->terminals = connection->terminals();
  return open;
}

Result<void> override_link(v1::Position& position, const v1::Device& device,
                           const LinkOptions& options) {
  const std::array given{!options.serial.empty(), !options.tcp.empty(), !options.grpc.empty(),
                         !options.inject.empty(), !options.inject_tcp.empty()};
  if (std::count(given.begin(), given.end(), true) > 1)
    return fail(ErrorCode::invalid_argument,
                "more than one of --serial, --tcp, --grpc, --inject and --inject-tcp; expected one "
                "link");
  const v1::ModbusMap& map = device.modbus();
  if (!options.tcp.empty()) {
    const auto address = host_and_port("--tcp", options.tcp);
    if (!address) return tl::unexpected(address.error());
    v1::ModbusTcp& tcp = *position.mutable_modbus_tcp();
    tcp.set_host(address->host);
    tcp.set_port(address->port);
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
  if (!options.grpc.empty()) {
    position.mutable_grpc()->set_address(options.grpc);
    position.clear_terminals();
  }
  if (const auto set = override_tls(position, options); !set) return set;
  if (!options.inject.empty()) {
    if (!position.has_serial_injection()) {
      v1::SerialInjection& line = *position.mutable_serial_injection();
      line.set_baud_rate(115200);
      line.set_parity(v1::PARITY_NONE);
      line.set_stop_bits(1);
    }
    position.mutable_serial_injection()->set_port(options.inject);
    position.clear_terminals();
  }
  if (!options.inject_tcp.empty()) {
    const auto address = host_and_port("--inject-tcp", options.inject_tcp);
    if (!address) return tl::unexpected(address.error());
    position.mutable_tcp_injection()->set_host(address->host);
    position.mutable_tcp_injection()->set_port(address->port);
    position.clear_terminals();
  }
  if (options.baud != 0 && position.has_modbus_rtu())
    position.mutable_modbus_rtu()->set_baud_rate(options.baud);
  if (options.baud != 0 && position.has_serial_injection())
    position.mutable_serial_injection()->set_baud_rate(options.baud);
  if (options.unit != 0) {
    if (position.has_modbus_rtu()) position.mutable_modbus_rtu()->set_unit(options.unit);
    if (position.has_modbus_tcp()) position.mutable_modbus_tcp()->set_unit(options.unit);
  }
  return {};
}

}  // namespace meterrig::cli
