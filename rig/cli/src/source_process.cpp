// SPDX-License-Identifier: GPL-3.0-or-later
// The process that owns an output; `meterrig source set` starts it.
#include <fmt/format.h>

#include "bench_instruments.h"
#include "bench_state.h"
#include "commands.h"
#include "data_files.h"
#include "messages.h"
#include "meterrig/loader/load.h"
#include "meterrig/ports/clock.h"
#include "meterrig/safety/serve_output.h"
#include "meterrig/safety/source_process.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::cli {
namespace {

// Extra-low voltage, IEC 61140: a.c., between conductors and to earth.
constexpr Voltage extra_low_voltage = volt(50);

/// Whether somebody switches off when this process dies.
Result<void> check_fallback(const v1::HardwareBench& bench, const safety::Limits& limits,
                            Duration watchdog) {
  if (!(limits.voltage > extra_low_voltage)) return {};
  const std::string above =
      fmt::format("a limit of {}, above extra-low voltage ({})",
                  readable(limits.voltage.in(volt), QuantityKind::voltage),
                  readable(extra_low_voltage.in(volt), QuantityKind::voltage));
  if (bench.fallback() == v1::FALLBACK_NONE)
    return fail(ErrorCode::failed_precondition,
                above +
                    ", and nothing that switches off when the source process dies; expected "
                    "fallback: instrument_timeout or watchdog_relay");
  if (bench.fallback() != v1::FALLBACK_INSTRUMENT_TIMEOUT) return {};
  if (!watchdog.known())
    return fail(ErrorCode::failed_precondition,
                above +
                    ", and a source without a watchdog; expected one in its command file, or "
                    "fallback: watchdog_relay");
  if (!(watchdog > second(bench.read_back_interval())))
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("a watchdog of {}, and a read_back_interval of {}; expected a shorter interval",
                    readable(watchdog.in(second), QuantityKind::duration),
                    readable(bench.read_back_interval(), QuantityKind::duration)));
  return {};
}

}  // namespace

int run_source_process(const std::string& bench_file, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto loaded = loader::load_bench(bench_file);
  if (!loaded) return complain(loaded.error()), wrong_input;
  const v1::Bench& bench = loaded->message.bench();
  const v1::HardwareBench& hardware = bench.hardware();
  const std::filesystem::path folder = std::filesystem::path(bench_file).parent_path();
  const auto limits_file = loader::load_limits(folder / hardware.limits());
  if (!limits_file) return complain(limits_file.error()), wrong_input;
  const safety::Limits limits = safety::limits_from(limits_file->message.limits());

  const auto state = BenchState::of(bench.id());
  if (!state) return complain(state.error()), wrong_input;
  const auto taken = state->take_output();
  if (!taken) return complain(taken.error()), wrong_input;
  auto interlocks = safety::Interlocks::open(
      state->interlocks(), {hardware.interlocks().begin(), hardware.interlocks().end()});
  if (!interlocks) return complain(interlocks.error()), wrong_input;
  auto journal = safety::Journal::open(state->journal());
  if (!journal) return complain(journal.error()), wrong_input;

  ports::MonotonicClock clock;
  auto open = open_source(hardware.source(), *files, folder, clock);
  if (!open) return complain(open.error()), wrong_input;
  if (const auto sound = check_fallback(hardware, limits, open->watchdog); !sound)
    return complain(sound.error()), wrong_input;
  safety::Output output(std::move(open->source),
                        {.limits = limits,
                         .lease = second(hardware.lease()),
                         .read_back_tolerance = percent(5),
                         .read_back_interval = second(hardware.read_back_interval())},
                        std::move(*interlocks), std::move(*journal), clock);
  const auto served =
      safety::serve_output(ports::FileDescriptor(safety::SourceProcess::socket_in_process), output,
                           second(hardware.tick()), stop);
  if (!served) return complain(served.error()), 1;
  return 0;
}

}  // namespace meterrig::cli
