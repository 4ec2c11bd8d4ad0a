// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <optional>

#include "commands.h"
#include "messages.h"
#include "meterrig/ports/clock.h"
#include "meterrig/ports/modem_lines.h"
#include "meterrig/pulse/line_input.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::cli {
namespace {

Result<std::unique_ptr<PulseInput>> open_input(const WatchPulsesOptions& options,
                                               ports::Clock& clock) {
  if (options.grpc.empty() == options.serial.empty())
    return fail(ErrorCode::invalid_argument,
                "expected one of --grpc ADDRESS and --serial PORT to watch");
  if (!options.grpc.empty()) {
    const auto connection = rpc::Connection::open(options.grpc, {}, second(5));
    if (!connection) return tl::unexpected(connection.error());
    return connection->watch_pulses();
  }
  const auto line = ports::parse_modem_line(options.line);
  if (!line) return tl::unexpected(line.error());
  const auto width = parse_quantity(options.width, QuantityKind::duration);
  if (!width) return fail(ErrorCode::invalid_argument, "--width: " + width.error().message);
  auto lines = ports::open_modem_lines(options.serial);
  if (!lines) return tl::unexpected(lines.error());
  return pulse::watch_line(std::move(*lines),
                           {.output = options.line,
                            .line = *line,
                            .shape = {.width = second(*width), .active_low = options.active_low}},
                           clock);
}

// The mean power between two edges of a meter of this constant, in watts.
std::string power_text(Duration between, const std::optional<double>& per_kilowatt_hour) {
  if (!per_kilowatt_hour || !(between > second(0))) return {};
  const double watts = 3.6e6 / *per_kilowatt_hour / between.in(second);
  return "  " + readable(watts, QuantityKind::active_power, 5);
}

}  // namespace

int watch_pulses(const WatchPulsesOptions& options, const std::atomic<bool>& stop) {
  std::optional<double> constant;
  if (!options.constant.empty()) {
    const auto parsed = parse_quantity(options.constant, QuantityKind::meter_constant);
    if (!parsed) return complain("--constant: " + parsed.error().message), wrong_input;
    if (!(*parsed > 0))
      return complain(fmt::format("--constant: '{}'; expected one above 0", options.constant)),
             wrong_input;
    constant = *parsed;
  }
  ports::MonotonicClock clock;
  const auto input = open_input(options, clock);
  if (!input) return complain(input.error()), wrong_input;
  std::map<std::string, Instant> before;
  std::int64_t left = options.count.value_or(-1);
  while (!stop && left != 0) {
    const auto pulses = (*input)->take(millisecond(200));
    if (!pulses) return complain(pulses.error()), 3;
    for (const Pulse& pulse : *pulses) {
      std::string since;
      if (const auto last = before.find(pulse.output); last != before.end()) {
        const Duration between = pulse.time - last->second;
        since = fmt::format("  {:+.6f} s{}", between.in(second), power_text(between, constant));
      }
      fmt::print("{:.9f} s  {}{}\n", static_cast<double>(pulse.time.nanoseconds) * 1e-9,
                 pulse.output, since);
      before[pulse.output] = pulse.time;
      if (left > 0) --left;
      if (left == 0) break;
    }
    std::fflush(stdout);
  }
  const double uncertainty = (*input)->standard_uncertainty().in(second);
  fmt::print("time base: {}; standard uncertainty of a stamp: {}\n", (*input)->time_base(),
             readable(uncertainty, QuantityKind::duration, 2));
  return 0;
}

}  // namespace meterrig::cli
