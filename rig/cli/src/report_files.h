// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// Writes report.html, junit.xml and run.json (formats html, junit, json; all when none is named)
/// and returns their paths. Each file is whole or not there. Errors: permission_denied,
/// unavailable.
[[nodiscard]] Result<std::vector<std::filesystem::path>> write_reports(
    const v1::Run& run, const std::filesystem::path& folder,
    const std::vector<std::string>& formats);

/// The run's file: RUN itself, or run.sqlite in it.
[[nodiscard]] std::filesystem::path run_file(const std::string& run);

/// Reads a stored run for a report.
[[nodiscard]] Result<v1::Run> stored_run(const std::filesystem::path& file);

}  // namespace meterrig::cli
