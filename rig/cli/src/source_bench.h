// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "bench_state.h"
#include "data_files.h"
#include "meterrig/ports/file_descriptor.h"
#include "meterrig/safety/interlocks.h"
#include "meterrig/safety/journal.h"
#include "meterrig/safety/limits.h"
#include "meterrig/safety/output.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// The file of a bench with a hardware source, by name or path. Errors: those of the file,
/// failed_precondition for a bench without a source.
[[nodiscard]] Result<std::filesystem::path> find_source_bench(const DataFiles& files,
                                                              const std::string& name);

/// What a process needs to own the output of a bench; it has the output as long as this lives.
struct SourceBench {
  std::filesystem::path folder;  ///< of the bench file
  v1::Bench bench;
  safety::Limits limits;
  ports::FileDescriptor taken;
  safety::Interlocks interlocks;
  safety::Journal journal;

  /// Of its output.
  [[nodiscard]] safety::OutputSettings settings() const;
};

/// Reads bench and limits, takes the output, opens interlocks and journal. Errors: those of the
/// files; failed_precondition when another process has the output.
[[nodiscard]] Result<SourceBench> take_source_bench(const std::filesystem::path& bench_file);

}  // namespace meterrig::cli
