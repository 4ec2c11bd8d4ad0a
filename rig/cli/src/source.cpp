// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "bench_state.h"
#include "commands.h"
#include "data_files.h"
#include "messages.h"
#include "meterrig/ports/clock.h"
#include "meterrig/safety/source_process.h"
#include "meterrig/vocabulary/units.h"
#include "source_bench.h"
#include "source_control.h"

namespace meterrig::cli {
namespace {

constexpr Duration control_step = millisecond(50);
constexpr std::chrono::seconds stop_patience{20};

/// "230 V", or three of them separated by commas.
Result<PerPhase<double>> per_phase(const std::string& option, const std::string& text,
                                   QuantityKind kind) {
  PerPhase<double> values{};
  std::istringstream parts(text);
  std::string part;
  std::size_t count = 0;
  while (std::getline(parts, part, ',')) {
    const std::size_t first = part.find_first_not_of(' ');
    const auto value = parse_quantity(first == std::string::npos ? "" : part.substr(first), kind);
    if (!value) return fail(ErrorCode::invalid_argument, option + ": " + value.error().message);
    if (count < phase_count) values[count] = *value;
    ++count;
  }
  if (count == 1) values.fill(values[0]);
  if (count != 1 && count != phase_count)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{} '{}'; expected one value, or three of L1, L2 and L3", option, text));
  return values;
}

Result<OperatingPoint> point_of(const SetSourceOptions& options) {
  const auto volts = per_phase("--voltage", options.voltage, QuantityKind::voltage);
  if (!volts) return tl::unexpected(volts.error());
  const auto amperes = per_phase("--current", options.current, QuantityKind::current);
  if (!amperes) return tl::unexpected(amperes.error());
  const auto degrees = per_phase("--displacement", options.displacement, QuantityKind::angle);
  if (!degrees) return tl::unexpected(degrees.error());
  const auto hertzes = parse_quantity(options.frequency, QuantityKind::frequency);
  if (!hertzes) return fail(ErrorCode::invalid_argument, "--frequency: " + hertzes.error().message);
  OperatingPoint point{.frequency = hertz(*hertzes),
                       .voltage = {},
                       .voltage_angle = {degree(0), degree(-120), degree(120)},
                       .current = {},
                       .displacement = {}};
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    point.voltage[phase] = volt((*volts)[phase]);
    point.current[phase] = ampere((*amperes)[phase]);
    point.displacement[phase] = degree((*degrees)[phase]);
  }
  return point;
}

std::string line_of(const v1::OutputStatus& status) {
  if (!status.on()) return "off: " + status.reason();
  std::string line = status.settled() ? "on " : "rising ";
  for (int phase = 0; phase < status.point().voltage_size(); ++phase)
    line += fmt::format("  L{} {} {}", phase + 1,
                        readable(status.point().voltage(phase), QuantityKind::voltage, 5),
                        readable(status.point().current(phase), QuantityKind::current, 5));
  return line;
}

/// Keeps the output on as long as it is asked for, and tells what is out.
int keep_on(safety::SourceProcess& source, Duration duration, const std::atomic<bool>& stop) {
  ports::MonotonicClock clock;
  const Instant begin = clock.now();
  std::string told;
  while (!stop && !(clock.now() - begin > duration)) {
    if (const auto renewed = source.renew(); !renewed) return complain(renewed.error()), 3;
    const auto status = source.status();
    if (!status) return complain(status.error()), 3;
    if (const std::string line = line_of(*status); line != told) {
      fmt::print("{}\n", line);
      std::fflush(stdout);
      told = line;
    }
    if (!status->on()) return complain("the output was switched off: " + status->reason()), 3;
    clock.sleep_until(clock.now() + control_step);
  }
  if (const auto off = source.off(stop ? "the operator stopped it" : "its time was over"); !off)
    return complain(off.error()), 3;
  fmt::print("off\n");
  return 0;
}

}  // namespace

int set_source(const SetSourceOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto file = find_source_bench(*files, options.bench);
  if (!file) return complain(file.error()), wrong_input;
  const auto point = point_of(options);
  if (!point) return complain(point.error()), wrong_input;
  Duration duration = hour(24.0 * 365);
  if (!options.duration.empty()) {
    const auto parsed = parse_quantity(options.duration, QuantityKind::duration);
    if (!parsed) return complain("--duration: " + parsed.error().message), wrong_input;
    duration = second(*parsed);
  }
  auto source = start_source_process({"source-process", std::filesystem::absolute(*file).string()});
  if (!source) return complain(source.error()), wrong_input;
  if (!options.acknowledge.empty()) {
    if (const auto done = acknowledge_all(*source, options.acknowledge); !done)
      return complain(done.error()), wrong_input;
  }
  if (const auto renewed = source->renew(); !renewed) return complain(renewed.error()), wrong_input;
  if (const auto energised = source->energise(*point); !energised)
    return complain(energised.error()), wrong_input;
  return keep_on(*source, duration, stop);
}

int source_status() {
  const auto holders = BenchState::holders();
  for (const BenchState::Holder& holder : holders) {
    fmt::print("{}: process {} has the output\n", holder.bench, holder.process);
    const auto state = BenchState::of(holder.bench);
    if (!state) return complain(state.error()), 1;
    std::ifstream journal(state->journal());
    std::string line;
    std::string last;
    while (std::getline(journal, line)) last = line;
    fmt::print("  last: {}\n", last);
  }
  if (holders.empty()) fmt::print("no output is held by a process of this user\n");
  return 0;
}

int stop_sources() {
  const auto holders = BenchState::holders();
  // All are told before the first is waited for.
  for (const BenchState::Holder& holder : holders)
    if (holder.process > 1) ::kill(holder.process, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + stop_patience;
  std::vector<BenchState::Holder> left = holders;
  while (!left.empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    left = BenchState::holders();
  }
  for (const BenchState::Holder& holder : left)
    complain(fmt::format("{}: process {} still has the output; switch the bench off by hand",
                         holder.bench, holder.process));
  fmt::print("{} of {} outputs are off\n", holders.size() - left.size(), holders.size());
  return left.empty() ? 0 : 1;
}

}  // namespace meterrig::cli
