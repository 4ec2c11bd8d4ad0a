// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "bench_instruments.h"
#include "fitness.h"
#include "meterrig/loader/load.h"
#include "meterrig/ports/clock.h"
#include "meterrig/safety/limits.h"
#include "meterrig/safety/wiring.h"
#include "meterrig/vocabulary/units.h"
#include "reference_reading.h"
#include "source_control.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

constexpr Duration control_step = millisecond(50);
constexpr Duration rise = second(30);   // at most, to so low a level
constexpr Duration settle = second(1);  // of the reference

Check problem(std::string found, std::string advice = "") {
  return {.what = "self-test",
          .fitness = Fitness::problem,
          .found = std::move(found),
          .advice = std::move(advice)};
}

/// Renews the lease until the point is out, and on for the reference to settle.
Result<void> wait_until_settled(safety::SourceProcess& source, const std::atomic<bool>& stop) {
  ports::MonotonicClock clock;
  Instant end = clock.now() + rise;
  bool settled = false;
  while (clock.now() < end) {
    if (stop) return fail(ErrorCode::aborted, "stopped by the operator");
    if (auto renewed = source.renew(); !renewed) return renewed;
    const auto status = source.status();
    if (!status) return tl::unexpected(status.error());
    if (!status->on()) return fail(ErrorCode::aborted, "switched off: " + status->reason());
    if (status->settled() && !settled) {
      settled = true;
      end = clock.now() + settle;
    }
    clock.sleep_until(clock.now() + control_step);
  }
  if (!settled) return fail(ErrorCode::deadline_exceeded, "the output does not reach its point");
  return source.renew();
}

/// Put out, read, and the difference in percent.
std::string compared(double out, double read, QuantityKind kind) {
  return fmt::format("{} put out, {} read ({:+.3f} %)", readable(out, kind, 5),
                     readable(read, kind, 5), 100 * (read - out) / out);
}

Check judge_phase(const OperatingPoint& out, const ReferenceValues& seen, std::size_t phase,
                  Percent tolerance) {
  const double volts = out.voltage.at(phase).in(volt);
  const double amperes = out.current.at(phase).in(ampere);
  const double seen_volts = seen.voltage.at(phase).in(volt);
  const double seen_amperes = seen.current.at(phase).in(ampere);
  const double turn = out.displacement.at(phase).in(degree);
  const double seen_turn = seen.displacement.at(phase).in(degree);
  const double share = tolerance.in(percent) / 100;
  const bool near = std::abs(seen_volts - volts) <= share * volts &&
                    std::abs(seen_amperes - amperes) <= share * amperes;
  return {
      .what = fmt::format("self-test L{}", phase + 1),
      .fitness = near ? Fitness::ok : Fitness::problem,
      .found = fmt::format("{}; {}; displacement {:.2f} deg put out, {:.2f} deg read ({:+.2f} deg)",
                           compared(volts, seen_volts, QuantityKind::voltage),
                           compared(amperes, seen_amperes, QuantityKind::current), turn, seen_turn,
                           std::remainder(seen_turn - turn, 360.0)),
      .advice = near ? ""
                     : fmt::format("expected differences within the read_back_tolerance of {} %",
                                   tolerance.in(percent))};
}

Checks judge(const OperatingPoint& out, const ReferenceValues& seen, Percent tolerance) {
  Checks checks;
  checks.reserve(phase_count + 1);
  for (std::size_t phase = 0; phase < phase_count; ++phase)
    checks.push_back(judge_phase(out, seen, phase, tolerance));
  const auto faults = safety::wiring_faults(out, seen);
  for (const std::string& fault : faults)
    checks.push_back({.what = "self-test wiring",
                      .fitness = Fitness::problem,
                      .found = fault,
                      .advice = "mend the wiring"});
  if (faults.empty())
    checks.push_back({.what = "self-test wiring",
                      .fitness = Fitness::ok,
                      .found = "no fault found",
                      .advice = ""});
  return checks;
}

/// Puts the point out and reads it. The output ends with the process, whatever comes back.
Result<ReferenceValues> read_point(const fs::path& bench, OpenReference& reference,
                                   const OperatingPoint& point, const std::string& person,
                                   const std::atomic<bool>& stop) {
  auto source = start_source_process({"source-process", fs::absolute(bench).string()});
  if (!source) return tl::unexpected(source.error());
  if (auto done = acknowledge_all(*source, person); !done) return tl::unexpected(done.error());
  if (auto renewed = source->renew(); !renewed) return tl::unexpected(renewed.error());
  if (auto out = source->energise(point); !out) return tl::unexpected(out.error());
  if (auto settled = wait_until_settled(*source, stop); !settled)
    return tl::unexpected(settled.error());
  auto seen = read_reference(reference);
  if (auto off = source->off("the self-test is done"); !off) return tl::unexpected(off.error());
  return seen;
}

}  // namespace

Checks self_test(const DataFiles& files, const fs::path& bench_file, const std::string& person,
                 const std::atomic<bool>& stop) {
  const auto loaded = loader::load_bench(bench_file);
  if (!loaded) return {problem(loader::to_string(loaded.error()))};
  const v1::HardwareBench& hardware = loaded->message.bench().hardware();
  if (!hardware.has_reference() || !hardware.has_wiring_check())
    return {problem("the bench has no reference and wiring_check",
                    "describe them under hardware in its file")};
  const fs::path folder = bench_file.parent_path();
  const auto limits = loader::load_limits(folder / hardware.limits());
  if (!limits) return {problem(loader::to_string(limits.error()))};
  const safety::Limits bounds = safety::limits_from(limits->message.limits());
  const Frequency frequency =
      hertz(50) >= bounds.lowest_frequency && hertz(50) <= bounds.highest_frequency ? hertz(50)
                                                                                    : hertz(60);
  const OperatingPoint point =
      safety::wiring_point(frequency, volt(hardware.wiring_check().voltage()),
                           ampere(hardware.wiring_check().current()));
  ports::MonotonicClock clock;
  auto reference = open_reference(hardware.reference(), files, folder, clock);
  if (!reference) return {problem(reference.error().message)};
  const auto seen = read_point(bench_file, *reference, point, person, stop);
  if (!seen) return {problem(seen.error().message)};
  return judge(point, *seen, percent(hardware.read_back_tolerance()));
}

}  // namespace meterrig::cli
