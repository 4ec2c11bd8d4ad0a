// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/store/verify.h"

#include <fmt/format.h>

#include <exception>
#include <system_error>
#include <utility>

#include "inspection.h"

namespace meterrig::store {
namespace {

bool has_log(const std::filesystem::path& path) {
  std::filesystem::path log = path;
  log += "-wal";
  std::error_code error;
  const auto size = std::filesystem::file_size(log, error);
  return !error && size > 0;
}

Result<Inspection> inspect_with(const std::filesystem::path& path, Database::Access access) {
  auto database = Database::open(path, access);
  if (!database) return tl::unexpected(database.error());
  if (const auto good = check_format(*database, path); !good) return tl::unexpected(good.error());
  return inspect(*database);
}

Result<Inspection> inspect_file(const std::filesystem::path& path) try {
  if (const auto good = check_is_file(path); !good) return tl::unexpected(good.error());
  // A finished run has no log beside it; then nothing is locked and no file is left behind.
  if (!has_log(path)) {
    std::error_code error;
    const auto before = std::filesystem::last_write_time(path, error);
    auto result = inspect_with(path, Database::Access::read_only_at_rest);
    const bool at_rest = !has_log(path) && std::filesystem::last_write_time(path, error) == before;
    if (at_rest) return result;
  }
  return inspect_with(path, Database::Access::read_only);
} catch (const std::exception& defect) {
  return fail(ErrorCode::internal, defect.what());
}

}  // namespace

Result<Verification> verify(const std::filesystem::path& path,
                            const std::optional<std::string>& expected_chain) {
  auto inspection = inspect_file(path);
  if (!inspection) return tl::unexpected(inspection.error());
  Verification& result = inspection->verification;
  if (expected_chain && *expected_chain != result.chain_sha256) {
    result.broken.push_back(
        {result.records + 1,
         fmt::format("the chain ends with {}, expected {}: records are missing at the end or were "
                     "added, or it is another run",
                     result.chain_sha256, *expected_chain)});
  }
  return std::move(result);
}

Result<StoredRun> read_run(const std::filesystem::path& path) {
  auto inspection = inspect_file(path);
  if (!inspection) return tl::unexpected(inspection.error());
  const Verification& found = inspection->verification;
  if (const auto good = require_intact(found, path); !good) return tl::unexpected(good.error());
  return StoredRun{std::move(inspection->records), found.chain_sha256, found.evidence_sha256};
}

}  // namespace meterrig::store
