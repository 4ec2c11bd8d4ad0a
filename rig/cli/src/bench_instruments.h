// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "data_files.h"
#include "meterrig/campaign/hardware_bench.h"
#include "meterrig/ports/clock.h"
#include "meterrig/v1/hardware.pb.h"
#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// A source and how long it stays on when it hears nothing more; unknown when for ever.
struct OpenSource {
  std::unique_ptr<Source> source;
  Duration watchdog;
};

/// Connects the source of a hardware bench. `folder` is that of the bench file; `clock` outlives
/// the source. Errors: those of the command file or the calibration record, the line and the
/// instrument.
[[nodiscard]] Result<OpenSource> open_source(const v1::SourceInstrument& instrument,
                                             const DataFiles& files,
                                             const std::filesystem::path& folder,
                                             ports::Clock& clock);

/// Who the source says it is. It is asked for its identity and told nothing, so that its output
/// stays as it is. Errors: as of open_source(), unimplemented where it has no such query.
[[nodiscard]] Result<InstrumentIdentity> ask_identity(const v1::SourceInstrument& instrument,
                                                      const DataFiles& files,
                                                      const std::filesystem::path& folder);
/// The same of the reference.
[[nodiscard]] Result<InstrumentIdentity> ask_identity(const v1::ReferenceInstrument& instrument,
                                                      const DataFiles& files,
                                                      const std::filesystem::path& folder);

/// The command file that a bench names: a name that ships, or a file relative to `folder`. Errors:
/// not_found, invalid_argument with what is wrong in it.
[[nodiscard]] Result<CommandFile> find_command_file(const std::string& name, const DataFiles& files,
                                                    const std::filesystem::path& folder);

/// An instrument that meters by itself, or converters whose samples are metered here.
using OpenReference = campaign::ReferenceInstrument;

/// Connects the reference of a hardware bench. Parameters and errors as of open_source().
[[nodiscard]] Result<OpenReference> open_reference(const v1::ReferenceInstrument& instrument,
                                                   const DataFiles& files,
                                                   const std::filesystem::path& folder,
                                                   ports::Clock& clock);

}  // namespace meterrig::cli
