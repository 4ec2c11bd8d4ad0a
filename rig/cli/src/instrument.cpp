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
#include <vector>

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

/// A simulated instrument on its line, as long as this lives.
struct Line {
  std::unique_ptr<ports::PseudoTerminal> terminal;
  std::unique_ptr<scpi::simulator::Server> server;
  std::string where;
};

Result<Line> serve_on(const std::string& tcp, const std::string& link,
                      const std::shared_ptr<ServedInstrument>& instrument,
                      const std::string& options) {
  Line line;
  if (tcp.empty() == link.empty())
    return fail(ErrorCode::invalid_argument, "expected one of " + options);
  if (!tcp.empty()) {
    auto served = scpi::simulator::serve_tcp(tcp, instrument, nullptr);
    if (!served) return tl::unexpected(served.error());
    line.server = std::move(*served);
    line.where = fmt::format("127.0.0.1:{}", line.server->port());
    return line;
  }
  auto made = ports::PseudoTerminal::create(link);
  if (!made) return tl::unexpected(made.error());
  line.terminal = std::make_unique<ports::PseudoTerminal>(std::move(*made));
  auto served =
      scpi::simulator::serve_line(line.terminal->descriptor(), std::nullopt, instrument, nullptr);
  if (!served) return tl::unexpected(served.error());
  line.server = std::move(*served);
  line.where = link;
  return line;
}

/// The instruments asked for, on one pair of wires.
Result<std::vector<Line>> serve_all(const ServeInstrumentOptions& options,
                                    const std::shared_ptr<ElectricalWorld>& world) {
  const bool bench = options.instrument == "scpi-bench";
  const std::shared_ptr<ServedInstrument> first =
      options.instrument == "scpi-reference" ? make_scpi_reference(world)
      : options.instrument == "calmet"       ? scpi::simulator::make_calmet_calibrator(world)
                                             : make_scpi_source(world);
  std::vector<Line> lines;
  auto line = serve_on(options.tcp, options.link, first, "--tcp 127.0.0.1:PORT and --pty LINK");
  if (!line) return tl::unexpected(line.error());
  fmt::print("SIMULATED {} on {}\n", bench ? "scpi-source" : options.instrument, line->where);
  lines.push_back(std::move(*line));
  if (!bench) return lines;
  auto reference =
      serve_on(options.reference_tcp, options.reference_link, make_scpi_reference(world),
               "--reference-tcp 127.0.0.1:PORT and --reference-pty LINK");
  if (!reference) return tl::unexpected(reference.error());
  fmt::print("SIMULATED scpi-reference on {}\n", reference->where);
  lines.push_back(std::move(*reference));
  return lines;
}

}  // namespace

int serve_instrument(const ServeInstrumentOptions& options, const std::atomic<bool>& stop) {
  const bool bench = options.instrument == "scpi-bench";
  const bool converters = options.instrument == "iio";
  if (!bench && (options.granted || options.wiring_fault != "none" ||
                 !options.reference_tcp.empty() || !options.reference_link.empty()))
    return complain(
               "--granted, --wiring-fault and --reference-... are those of scpi-bench; expected "
               "none with " +
               options.instrument),
           wrong_input;
  if (!bench && !converters && !options.pulse_output.empty())
    return complain("--pulse-output is that of scpi-bench and iio; expected none with " +
                    options.instrument),
           wrong_input;
  if (converters) return serve_converters(options, stop);
  if (!options.board.empty() || options.paced)
    return complain("--board and --paced are those of iio; expected none with " +
                    options.instrument),
           wrong_input;
  const ports::MonotonicClock clock;
  scpi::simulator::WorldSettings settings;
  settings.pulse_output = options.pulse_output;
  for (const auto& [name, fault] : scpi::simulator::wiring_faults)
    if (name == options.wiring_fault) settings.wiring_fault = fault;
  const auto world = options.granted ? ElectricalWorld::with_granted_time(settings, clock)
                                     : std::make_shared<ElectricalWorld>(settings, clock);
  if (!options.terminals.empty()) {
    const auto connection = rpc::Connection::open(options.terminals, {}, second(5));
    if (!connection) return complain(connection.error()), wrong_input;
    if (const auto attached = world->attach(connection->terminals()); !attached)
      return complain(attached.error()), wrong_input;
  }
  const auto lines = serve_all(options, world);
  if (!lines) return complain(lines.error()), wrong_input;
  fmt::print("ready\n");
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
