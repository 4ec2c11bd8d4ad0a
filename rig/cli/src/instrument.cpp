// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "commands.h"
#include "messages.h"
#include "meterrig/ports/clock.h"
#include "meterrig/ports/pseudo_terminal.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/scpi_simulator/calmet_calibrator.h"
#include "meterrig/scpi_simulator/scpi_bench.h"
#include "meterrig/scpi_simulator/serve.h"
#include "serve_converters.h"

namespace meterrig::cli {
namespace {

using scpi::simulator::ElectricalWorld;
using scpi::simulator::ServedInstrument;

}  // namespace

int serve_instrument(const ServeInstrumentOptions& options, const std::atomic<bool>& stop) {
  if (options.instrument == "iio") return serve_converters(options, stop);
  if (!options.board.empty() || !options.pulse_output.empty() || options.paced)
    return complain("--board, --pulse-output and --paced are those of iio; expected none with " +
                    options.instrument),
           wrong_input;
  const ports::MonotonicClock clock;
  const auto world = std::make_shared<ElectricalWorld>(scpi::simulator::WorldSettings{}, clock);
  if (!options.terminals.empty()) {
    const auto connection = rpc::Connection::open(options.terminals, {}, second(5));
    if (!connection) return complain(connection.error()), wrong_input;
    if (const auto attached = world->attach(connection->terminals()); !attached)
      return complain(attached.error()), wrong_input;
  }
  const std::shared_ptr<ServedInstrument> instrument =
      options.instrument == "scpi-reference" ? make_scpi_reference(world)
      : options.instrument == "calmet"       ? scpi::simulator::make_calmet_calibrator(world)
                                             : make_scpi_source(world);
  std::optional<ports::PseudoTerminal> terminal;
  std::unique_ptr<scpi::simulator::Server> server;
  std::string where;
  if (!options.tcp.empty()) {
    auto served = scpi::simulator::serve_tcp(options.tcp, instrument, nullptr);
    if (!served) return complain(served.error()), wrong_input;
    server = std::move(*served);
    where = fmt::format("127.0.0.1:{}", server->port());
  } else if (!options.link.empty()) {
    auto made = ports::PseudoTerminal::create(options.link);
    if (!made) return complain(made.error()), wrong_input;
    terminal.emplace(std::move(*made));
    auto served =
        scpi::simulator::serve_line(terminal->descriptor(), std::nullopt, instrument, nullptr);
    if (!served) return complain(served.error()), wrong_input;
    server = std::move(*served);
    where = options.link;
  } else {
    return complain("nowhere to serve; expected --tcp 127.0.0.1:PORT or --pty LINK"), wrong_input;
  }
  fmt::print("SIMULATED {} on {}\nready\n", options.instrument, where);
  std::fflush(stdout);
  bool on = false;
  while (!stop) {
    if (world->output_on() != on) {
      on = !on;
      fmt::print("output {}\n", on ? "on" : "off");
      std::fflush(stdout);
    }
    if (const auto attached = world->terminals_state(); !attached)
      return complain(attached.error()), 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return 0;
}

}  // namespace meterrig::cli
