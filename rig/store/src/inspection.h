// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "chain.h"
#include "database.h"
#include "meterrig/store/verify.h"

namespace meterrig::store {

/// Everything that a pass over a run finds out.
struct Inspection {
  Verification verification;
  std::vector<v1::Record> records;  ///< those that can be read
  Links head;                       ///< as stored with the last record
};

/// not_found and data_loss for a path that is no file at all.
[[nodiscard]] Result<void> check_is_file(const std::filesystem::path& path);

/// Whether the database is a run of this version. Errors: data_loss, unimplemented.
[[nodiscard]] Result<void> check_format(Database& database, const std::filesystem::path& path);

/// Reads every record once and checks structure and chain. Errors are those of the file as a whole;
/// what is wrong with a record is a finding.
[[nodiscard]] Result<Inspection> inspect(Database& database);

/// data_loss that names the first broken record, if there is one.
[[nodiscard]] Result<void> require_intact(const Verification& verification,
                                          const std::filesystem::path& path);

}  // namespace meterrig::store
