// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::store {

/// The stored run: records that are only ever added, in one SQLite file, hash-chained. README.md
/// says how the chain is computed. One writer at a time, held by a lock for as long as the object
/// lives.
///
/// Errors of all calls: not_found, already_exists, permission_denied, failed_precondition (another
/// process writes this run), data_loss (damaged, or no run; names the first broken record),
/// unimplemented (another version of the store), unavailable (the disk is full or failing).
class RunStore {
 public:
  /// A new, empty run.
  [[nodiscard]] static Result<RunStore> create(const std::filesystem::path& path);
  /// A run to go on with; its whole chain is checked first.
  [[nodiscard]] static Result<RunStore> open(const std::filesystem::path& path);

  RunStore(RunStore&&) noexcept;
  RunStore& operator=(RunStore&&) noexcept;
  ~RunStore();

  /// Adds a record in one transaction; it is on the disk when this returns. After a failure the
  /// object takes no more records: open the run again. Further error: invalid_argument for a record
  /// whose text is not UTF-8.
  [[nodiscard]] Result<void> append(const v1::Record& record);

  /// All records in their order.
  [[nodiscard]] Result<std::vector<v1::Record>> records() const;
  [[nodiscard]] std::int64_t record_count() const;

  /// Last link of the chain over evidence and circumstances, 64 hexadecimal digits.
  [[nodiscard]] std::string chain_hash() const;
  /// Last link of the chain over evidence alone: the same wherever the same seed gave the same
  /// values.
  [[nodiscard]] std::string evidence_hash() const;

 private:
  struct State;
  explicit RunStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::store
