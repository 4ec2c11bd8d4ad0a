// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::store {

struct BrokenRecord {
  std::int64_t number = 0;  ///< from 1; 0 for the file as a whole
  std::string why;
};

/// What a stored run is worth.
struct Verification {
  std::int64_t records = 0;  ///< found
  std::vector<BrokenRecord> broken;
  std::string chain_sha256;     ///< last link, as stored
  std::string evidence_sha256;  ///< last link, as stored
  [[nodiscard]] bool intact() const { return broken.empty(); }
};

/// Computes the chain of a run again and finds every record that does not fit, without changing
/// anything. Records missing at the end can only be seen against `expected_chain`, the hash that a
/// report of the run prints. Errors: not_found, permission_denied, data_loss when it cannot be read
/// as a run at all, unimplemented for another version of the store.
[[nodiscard]] Result<Verification> verify(const std::filesystem::path& path,
                                          const std::optional<std::string>& expected_chain = {});

/// A run as it is read for a report.
struct StoredRun {
  std::vector<v1::Record> records;
  std::string chain_sha256;
  std::string evidence_sha256;
};

/// Reads a run without taking it from its writer. Errors: as verify(), and data_loss that names the
/// first broken record.
[[nodiscard]] Result<StoredRun> read_run(const std::filesystem::path& path);

}  // namespace meterrig::store
