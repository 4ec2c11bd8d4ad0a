// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve_converters.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "messages.h"
#include "meterrig/iio_server/personalities.h"
#include "meterrig/iio_server/server.h"
#include "meterrig/iio_server/virtual_bench.h"
#include "meterrig/rpc/connection.h"

namespace meterrig::cli {
namespace {

/// What the options cannot be together; empty when they can.
std::string objection_to(const ServeInstrumentOptions& options) {
  if (options.tcp.empty() || !options.link.empty())
    return "iio is served on TCP; expected --tcp 127.0.0.1:PORT and no --pty";
  if (options.pulse_output.empty()) return {};
  if (options.board == "m2k")
    return "--pulse-output with the board m2k, whose two inputs are taken; expected three-phase";
  if (options.terminals.empty())
    return "--pulse-output and no device; expected its --terminals too";
  return {};
}

std::vector<std::string> outputs_of(const iio_server::ContextDescription& context) {
  std::vector<std::string> names;
  for (const iio_server::DeviceDescription& device : context.devices)
    if (device.output) names.push_back(device.label.empty() ? device.name : device.label);
  return names;
}

}  // namespace

int serve_converters(const ServeInstrumentOptions& options, const std::atomic<bool>& stop) {
  if (const std::string objection = objection_to(options); !objection.empty())
    return complain(objection), wrong_input;
  std::unique_ptr<Terminals> device;
  if (!options.terminals.empty()) {
    const auto connection = rpc::Connection::open(options.terminals, {}, second(5));
    if (!connection) return complain(connection.error()), wrong_input;
    device = connection->terminals();
  }
  const bool small = options.board == "m2k";
  iio_server::ContextDescription context =
      small ? iio_server::m2k_bench() : iio_server::three_phase_bench();
  const std::vector<std::string> outputs = outputs_of(context);
  iio_server::BenchSettings settings;
  settings.wiring =
      small ? iio_server::m2k_wiring() : iio_server::three_phase_wiring(options.pulse_output);
  settings.paced = options.paced;
  settings.device = device.get();
  const auto bench = iio_server::VirtualBench::create(std::move(context), std::move(settings));
  if (!bench) return complain(bench.error()), wrong_input;
  const auto server = iio_server::serve(options.tcp, **bench);
  if (!server) return complain(server.error()), wrong_input;
  fmt::print("SIMULATED iio on 127.0.0.1:{}\nready\n", (*server)->port());
  std::fflush(stdout);
  // Between two signals a client opens its buffers anew, and for a moment nothing is out.
  constexpr int looks_until_off = 5;
  int looks_without = looks_until_off;
  while (!stop) {
    const bool live = std::ranges::any_of(
        outputs, [&](const std::string& name) { return (*bench)->output(name).live; });
    const bool was_on = looks_without < looks_until_off;
    looks_without = live ? 0 : std::min(looks_without + 1, looks_until_off);
    const bool on = looks_without < looks_until_off;
    if (on != was_on) {
      fmt::print("output {}\n", on ? "on" : "off");
      std::fflush(stdout);
    }
    if (const auto error = (*bench)->device_error()) return complain(*error), 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return 0;
}

}  // namespace meterrig::cli
