// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "format.h"
#include "record_bytes.h"

namespace meterrig::store {
namespace {

struct Row {
  std::int64_t number = 0;
  std::string evidence;
  std::string circumstances;
  Links links;
  std::string malformed;  // why, when a column is not what it must be
};

bool take(Digest& digest, std::optional<std::string_view> blob) {
  if (!blob || blob->size() != digest.size()) return false;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<unsigned char>((*blob)[i]);
  }
  return true;
}

// The first row after a number. Each one is looked up anew, so that a damaged page does not hide
// what lies beyond it.
Result<std::optional<Row>> row_after(Statement& statement, std::int64_t number) {
  statement.reset();
  if (const auto bound = statement.bind(1, number); !bound) return tl::unexpected(bound.error());
  const auto found = statement.step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::nullopt;
  Row row;
  row.number = statement.integer(0);
  if (row.number <= number) return fail(ErrorCode::data_loss, "the records are out of order");
  const auto evidence = statement.blob(1);
  const auto circumstances = statement.blob(2);
  if (!evidence || !circumstances) {
    row.malformed = "its content is not stored as bytes";
    return row;
  }
  row.evidence = *evidence;
  row.circumstances = *circumstances;
  if (!take(row.links.evidence, statement.blob(3)) || !take(row.links.all, statement.blob(4))) {
    row.malformed = "its link of the chain is no hash";
  }
  return row;
}

// The chain as it goes on after a record: as stored there, and as computed from what is stored.
// They differ where the record is broken; its successor is whole when it follows either.
struct Previous {
  Links stored;
  Links computed;
  bool known = true;
};

// Why a record does not follow, or nothing.
std::string fault_of(const Row& row, const Previous& previous) {
  if (!row.malformed.empty()) return row.malformed;
  if (!previous.known) return {};
  if (row.links == next_links(previous.stored, row.evidence, row.circumstances)) return {};
  const Links computed = next_links(previous.computed, row.evidence, row.circumstances);
  if (row.links == computed) return {};
  if (row.links.evidence == computed.evidence) {
    return "its circumstances or its chain hash were changed";
  }
  if (row.links.all == computed.all) return "its evidence hash was changed";
  return "it was changed, or does not follow the record before it";
}

// Ends a reading transaction, however the reading ends.
class ReadTransaction {
 public:
  explicit ReadTransaction(Database& database) : database_(database) {}
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction() { static_cast<void>(database_.execute("ROLLBACK")); }

 private:
  Database& database_;
};

// Attempts to read past a damaged page before the rest is given up.
constexpr int patience = 100;

}  // namespace

Result<void> check_is_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return fail(ErrorCode::not_found, fmt::format("there is no run {}", path.string()));
  }
  if (error) {
    return fail(ErrorCode::permission_denied,
                fmt::format("{}: {}", path.string(), error.message()));
  }
  if (status.type() != std::filesystem::file_type::regular) {
    return fail(ErrorCode::data_loss, fmt::format("{} is not a file", path.string()));
  }
  return {};
}

Result<void> check_format(Database& database, const std::filesystem::path& path) {
  const auto id = database.integer("PRAGMA application_id");
  if (!id) return tl::unexpected(id.error());
  if (*id != application_id) {
    return fail(ErrorCode::data_loss,
                fmt::format("{} is no stored run: its application id is {:#x}, expected {:#x}",
                            path.string(), *id, application_id));
  }
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  if (*version != store_version) {
    return fail(ErrorCode::unimplemented,
                fmt::format("{} has version {} of the store; this program knows version {}",
                            path.string(), *version, store_version));
  }
  const auto found = database.text("SELECT group_concat(sql, ';') FROM sqlite_schema");
  if (!found) return tl::unexpected(found.error());
  if (*found != schema) {
    return fail(ErrorCode::data_loss,
                fmt::format("{} does not hold the tables of a stored run", path.string()));
  }
  return {};
}

Result<Inspection> inspect(Database& database) {
  Inspection result;
  Verification& found = result.verification;
  const auto report = [&found](std::int64_t number, std::string why) {
    found.broken.push_back({number, std::move(why)});
  };

  // One transaction, so that a writer at work does not change the run under the inspection.
  if (const auto begun = database.execute("BEGIN"); !begun) return tl::unexpected(begun.error());
  const ReadTransaction transaction(database);
  auto statement = database.prepare(
      "SELECT seq, evidence, circumstances, evidence_chain, chain FROM record "
      "WHERE seq > ?1 ORDER BY seq LIMIT 1");
  if (!statement) return tl::unexpected(statement.error());

  Previous previous;
  std::int64_t expected = 1;
  using Number = std::numeric_limits<std::int64_t>;
  std::int64_t after = Number::min();
  std::string unreadable;
  for (int failures = 0; failures < patience && after < Number::max();) {
    auto row = row_after(*statement, after);
    if (!row && row.error().code != ErrorCode::data_loss) return tl::unexpected(row.error());
    if (!row) {
      ++failures;
      if (unreadable.empty()) unreadable = row.error().message;
      after = std::max<std::int64_t>(after, expected - 1) + 1;
      continue;
    }
    if (!*row) break;
    const std::int64_t number = (*row)->number;
    if (number < expected) {
      report(number, "no record can have this number");
      after = number;
      continue;
    }
    if (number > expected) {
      const std::string which =
          number == expected + 1 ? "it" : fmt::format("it and all up to record {}", number - 1);
      report(expected,
             unreadable.empty() ? which + " is missing" : which + " cannot be read: " + unreadable);
      previous.known = false;
    }
    unreadable.clear();
    failures = 0;
    ++found.records;

    std::string fault = fault_of(**row, previous);
    if (fault.empty()) {
      auto record = to_record((*row)->evidence, (*row)->circumstances);
      if (record) {
        result.records.push_back(std::move(*record));
      } else {
        fault = record.error().message;
      }
    }
    const bool broken = !fault.empty();
    if (broken) report(number, std::move(fault));
    Links computed = (*row)->links;
    if (broken && previous.known) {
      computed = next_links(previous.computed, (*row)->evidence, (*row)->circumstances);
    }
    previous = {(*row)->links, computed, true};
    result.head = (*row)->links;
    expected = number < Number::max() ? number + 1 : number;
    after = number;
  }
  if (!unreadable.empty()) {
    report(expected, "it and what may follow cannot be read: " + unreadable);
  }
  found.chain_sha256 = hex(result.head.all);
  found.evidence_sha256 = hex(result.head.evidence);

  // Sees what the chain cannot: a record that fell out of its page at the end of the run.
  const auto structure = database.text("PRAGMA integrity_check(1)");
  if (!structure && structure.error().code != ErrorCode::data_loss) {
    return tl::unexpected(structure.error());
  }
  const std::string said = structure ? *structure : structure.error().message;
  if (said != "ok") report(0, "the file is damaged: " + said);
  return result;
}

Result<void> require_intact(const Verification& verification, const std::filesystem::path& path) {
  if (verification.intact()) return {};
  const BrokenRecord& first = verification.broken.front();
  const std::string where =
      first.number == 0 ? "" : fmt::format("record {} is broken: ", first.number);
  const std::size_t more = verification.broken.size() - 1;
  return fail(ErrorCode::data_loss,
              fmt::format("{}: {}{}{}", path.string(), where, first.why,
                          more == 0 ? "" : fmt::format(" (and {} more findings)", more)));
}

}  // namespace meterrig::store
