// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <map>
#include <string>

#include "check_hardware.h"
#include "checks.h"
#include "in_quotes.h"

namespace meterrig::loader {
namespace {

// What carries no secret and no lock: only this machine may reach it.
bool is_of_this_host(const std::string& address) {
  return (address.starts_with("unix:") && address.size() > 5) ||
         address.starts_with("127.0.0.1:") || address.starts_with("localhost:");
}

}  // namespace

void check(const v1::BenchFile& file, Examination& examination) {
  const v1::Bench& bench = file.bench();
  if (bench.has_hardware()) check_hardware(bench, examination);
  check_certificates(bench, examination);
  std::map<std::string, std::string> devices;  // by line and unit
  std::map<std::string, std::string> terminals;
  for (int i = 0; i < bench.positions_size(); ++i) {
    const v1::Position& position = bench.positions(i);
    const std::string where = fmt::format("bench.positions[{}]", i);
    const std::string at = where + ".terminals";
    const bool own_terminals = position.has_grpc() || position.has_serial_injection() ||
                               position.has_tcp_injection() || position.has_in_process();
    if (own_terminals && !position.has_grpc() && examination.written(at))
      examination.report(at, in_quotes(position.terminals()),
                         "nothing: volts and time go the way of the link");
    if (bench.has_hardware() && (own_terminals || examination.written(at)) &&
        !(position.has_grpc() && !examination.written(at)))
      examination.report(where, "terminals in software",
                         "a link alone: a source puts volts on this bench's terminals");
    if (!bench.has_hardware() && examination.written(where + ".pulse_line"))
      examination.report(where + ".pulse_line", "a modem line",
                         "a bench with hardware: this one's devices tell of their pulses");
    if (bench.simulated().chamber() && examination.written(where) && !position.has_in_process())
      examination.report(
          "bench.simulated.chamber",
          fmt::format("a chamber, and position {} elsewhere", in_quotes(position.id())),
          "positions with in_process alone: only their devices take a temperature");
    if (bench.has_simulated() && examination.written(where) && !own_terminals &&
        !examination.written(at))
      examination.report(at, "nothing",
                         "the terminals of the simulated device, such as unix:.run/device.sock");
    const std::string& address = position.terminals();
    if (examination.sound(at)) {
      if (!is_of_this_host(address))
        examination.report(at, in_quotes(address), "unix:PATH or 127.0.0.1:PORT");
      const auto [first, fresh] = terminals.emplace(address, at);
      if (!fresh)
        examination.report(
            at, in_quotes(address) + " again",
            "terminals of one position; the first is" + examination.in_line(first->second));
    }
    if (position.has_grpc() && !position.grpc().has_tls() &&
        examination.sound(where + ".grpc.address") && !is_of_this_host(position.grpc().address()))
      examination.report(where + ".grpc.address", in_quotes(position.grpc().address()),
                         "unix:PATH or 127.0.0.1:PORT, or tls: plain text stays on this host");
    if (position.has_grpc() && position.grpc().has_tls() &&
        position.grpc().tls().certificate().empty() != position.grpc().tls().key().empty())
      examination.report(where + ".grpc.tls", "one of certificate and key", "both or neither");
    std::string device;
    std::string unit;
    if (position.has_modbus_rtu()) {
      unit = where + ".modbus_rtu.unit";
      device =
          fmt::format("unit {} on {}", position.modbus_rtu().unit(), position.modbus_rtu().port());
    } else if (position.has_modbus_tcp()) {
      unit = where + ".modbus_tcp.unit";
      device = fmt::format("unit {} on {}:{}", position.modbus_tcp().unit(),
                           position.modbus_tcp().host(), position.modbus_tcp().port());
    } else if (position.has_grpc()) {
      unit = where + ".grpc.address";
      device = in_quotes(position.grpc().address());
    } else if (position.has_serial_injection()) {
      unit = where + ".serial_injection.port";
      device = in_quotes(position.serial_injection().port());
    } else if (position.has_tcp_injection()) {
      unit = where + ".tcp_injection.port";
      device =
          fmt::format("{}:{}", position.tcp_injection().host(), position.tcp_injection().port());
    }
    if (unit.empty() || !examination.sound(unit) || !examination.sound(where)) continue;
    const auto [first, fresh] = devices.emplace(device, unit);
    if (!fresh)
      examination.report(
          unit, device + " again",
          "one position for a device; the first is" + examination.in_line(first->second));
  }
}

}  // namespace meterrig::loader
