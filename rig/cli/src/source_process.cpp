// SPDX-License-Identifier: GPL-3.0-or-later
// The process that owns an output; `meterrig source set` starts it.
#include "meterrig/safety/source_process.h"

#include <utility>

#include "bench_instruments.h"
#include "commands.h"
#include "data_files.h"
#include "fallback.h"
#include "interlock_contacts.h"
#include "messages.h"
#include "meterrig/ports/clock.h"
#include "meterrig/safety/serve_output.h"
#include "source_bench.h"

namespace meterrig::cli {

int run_source_process(const std::string& bench_file, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  auto bench = take_source_bench(bench_file);
  if (!bench) return complain(bench.error()), wrong_input;
  const v1::HardwareBench& hardware = bench->bench.hardware();
  ports::MonotonicClock clock;
  auto open = open_source(hardware.source(), *files, bench->folder, clock);
  if (!open) return complain(open.error()), wrong_input;
  const auto harmless = extra_low_voltage(*files);
  if (!harmless) return complain(harmless.error()), wrong_input;
  if (const auto sound = check_fallback(hardware, bench->limits, open->watchdog, *harmless); !sound)
    return complain(sound.error()), wrong_input;
  safety::Output output(std::move(open->source), bench->settings(), std::move(bench->interlocks),
                        std::move(bench->journal), clock);
  auto contacts = open_contacts(hardware);
  if (!contacts) return complain(contacts.error()), wrong_input;
  output.watch(std::move(*contacts));
  const auto served =
      safety::serve_output(ports::FileDescriptor(safety::SourceProcess::socket_in_process), output,
                           second(hardware.tick()), stop);
  if (!served) return complain(served.error()), 1;
  return 0;
}

}  // namespace meterrig::cli
