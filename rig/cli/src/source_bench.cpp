// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_bench.h"

#include <fmt/format.h>

#include <utility>

#include "meterrig/loader/load.h"

namespace meterrig::cli {

namespace fs = std::filesystem;

Result<fs::path> find_source_bench(const DataFiles& files, const std::string& name) {
  auto file = files.find(DataFiles::Kind::bench, name);
  if (!file) return file;
  const auto loaded = loader::load_bench(*file);
  if (!loaded) return fail(ErrorCode::invalid_argument, loader::to_string(loaded.error()));
  if (!loaded->message.bench().has_hardware())
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("{}: a bench without a source; expected one with hardware", file->string()));
  return file;
}

safety::OutputSettings SourceBench::settings() const {
  const v1::HardwareBench& hardware = bench.hardware();
  return {.limits = limits,
          .lease = second(hardware.lease()),
          .read_back_tolerance = percent(hardware.read_back_tolerance()),
          .read_back_interval = second(hardware.read_back_interval())};
}

Result<SourceBench> take_source_bench(const fs::path& bench_file) {
  const auto loaded = loader::load_bench(bench_file);
  if (!loaded) return fail(ErrorCode::invalid_argument, loader::to_string(loaded.error()));
  const v1::Bench& bench = loaded->message.bench();
  const v1::HardwareBench& hardware = bench.hardware();
  const fs::path folder = bench_file.parent_path();
  const auto limits = loader::load_limits(folder / hardware.limits());
  if (!limits) return fail(ErrorCode::invalid_argument, loader::to_string(limits.error()));

  const auto state = BenchState::of(bench.id());
  if (!state) return tl::unexpected(state.error());
  auto taken = state->take_output();
  if (!taken) return tl::unexpected(taken.error());
  auto interlocks = safety::Interlocks::open(
      state->interlocks(), {hardware.interlocks().begin(), hardware.interlocks().end()});
  if (!interlocks) return tl::unexpected(interlocks.error());
  auto journal = safety::Journal::open(state->journal());
  if (!journal) return tl::unexpected(journal.error());
  return SourceBench{.folder = folder,
                     .bench = bench,
                     .limits = safety::limits_from(limits->message.limits()),
                     .taken = std::move(*taken),
                     .interlocks = std::move(*interlocks),
                     .journal = std::move(*journal)};
}

}  // namespace meterrig::cli
