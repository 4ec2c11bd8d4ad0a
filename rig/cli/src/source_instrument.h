// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "data_files.h"
#include "meterrig/ports/clock.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// A source and how long it stays on when it hears nothing more; unknown when for ever.
struct OpenSource {
  std::unique_ptr<Source> source;
  Duration watchdog;
};

/// Connects the source of a hardware bench. `folder` is that of the bench file; `clock` outlives
/// the source. Errors: those of the command file, the line and the instrument.
[[nodiscard]] Result<OpenSource> open_source(const v1::SourceInstrument& instrument,
                                             const DataFiles& files,
                                             const std::filesystem::path& folder,
                                             ports::Clock& clock);

}  // namespace meterrig::cli
