// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "calibration_plan.h"
#include "certificates.h"
#include "commands.h"
#include "data_files.h"
#include "messages.h"
#include "meterrig/loader/date.h"
#include "meterrig/loader/load.h"
#include "meterrig/ports/clock.h"
#include "source_bench.h"
#include "source_control.h"
#include "surroundings.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

constexpr Duration control_step = millisecond(50);
constexpr int not_valid = 3;

/// All that can be wrong with what is to be written, before anything is put out.
Result<void> check_files(const CalibrateSourceOptions& options) {
  for (const std::string& name : {options.out, options.plot}) {
    if (name.empty()) continue;
    if (fs::exists(name) && !options.force)
      return fail(ErrorCode::already_exists,
                  fmt::format("{}: is there already; expected another name, or --force", name));
    const fs::path folder = fs::absolute(name).parent_path();
    if (!fs::is_directory(folder))
      return fail(ErrorCode::not_found,
                  fmt::format("{}: no such folder; expected one to write to", folder.string()));
  }
  return {};
}

Result<void> check_dates(const CalibrateSourceOptions& options,
                         const v1::ReferenceInstrument& reference) {
  const std::string today = utc_now().substr(0, 10);
  // Dates are written so that they compare as text.
  if (!loader::parse_date(options.due) || !(today < options.due))
    return fail(ErrorCode::invalid_argument,
                fmt::format("--due '{}'; expected a day after today, {}, as YYYY-MM-DD",
                            options.due, today));
  if (std::string reason = lapsed(reference, today); !reason.empty())
    return fail(ErrorCode::failed_precondition, std::move(reason));
  return {};
}

std::vector<std::string> process_arguments(const CalibrateSourceOptions& options,
                                           const fs::path& bench) {
  std::vector<std::string> arguments{"calibration-process", "--bench",
                                     fs::absolute(bench).string()};
  const auto add = [&arguments](const char* option, const std::string& value) {
    if (!value.empty()) arguments.insert(arguments.end(), {option, value});
  };
  add("--out", options.out);
  add("--voltage", options.voltage);
  add("--current", options.current);
  add("--frequency", options.frequency);
  add("--orders", options.orders);
  add("--due", options.due);
  add("--plot", options.plot);
  return arguments;
}

/// Renews the lease while the process measures. Its exit status.
int accompany(safety::SourceProcess& source, const std::atomic<bool>& stop) {
  ports::MonotonicClock clock;
  while (!stop) {
    // It hangs up when it is done, and says itself what went wrong.
    if (!source.renew()) break;
    clock.sleep_until(clock.now() + control_step);
  }
  if (stop) {
    if (const auto off = source.off("the operator stopped it"); !off) complain(off.error());
  }
  const auto status = source.wait();
  if (!status) return complain(status.error()), not_valid;
  if (*status > 128)
    return complain(fmt::format("the source process ended by signal {}", *status - 128)), not_valid;
  return stop ? incomplete : *status;
}

}  // namespace

int calibrate_source(const CalibrateSourceOptions& options, const std::atomic<bool>& stop) {
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  const auto file = find_source_bench(*files, options.bench);
  if (!file) return complain(file.error()), wrong_input;
  const auto loaded = loader::load_bench(*file);
  if (!loaded) return complain(loaded.error()), wrong_input;
  const v1::Bench& bench = loaded->message.bench();
  if (const auto free = check_files(options); !free) return complain(free.error()), wrong_input;
  if (const auto sound = check_dates(options, bench.hardware().reference()); !sound)
    return complain(sound.error()), wrong_input;
  const auto plan = plan_calibration(options, bench);
  if (!plan) return complain(plan.error()), wrong_input;
  auto source = start_source_process(process_arguments(options, *file));
  if (!source) return complain(source.error()), wrong_input;
  if (!options.acknowledge.empty()) {
    if (const auto done = acknowledge_all(*source, options.acknowledge); !done)
      return complain(done.error()), wrong_input;
  }
  if (const auto renewed = source->renew(); !renewed) return complain(renewed.error()), wrong_input;
  if (const auto energised = source->energise(plan->point); !energised)
    return complain(energised.error()), wrong_input;
  return accompany(*source, stop);
}

}  // namespace meterrig::cli
