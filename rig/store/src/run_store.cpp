// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/store/run_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include "chain.h"
#include "database.h"
#include "format.h"
#include "inspection.h"
#include "record_bytes.h"
#include "writer_lock.h"

namespace meterrig::store {

struct RunStore::State {
  [[nodiscard]] static Result<RunStore> open(const std::filesystem::path& path, WriterLock lock);

  std::filesystem::path path;
  WriterLock lock;
  mutable Database database;  // reading prepares statements
  Statement insert;
  Links head;
  std::int64_t count = 0;
  bool failed = false;
};

namespace {

std::filesystem::path beside(const std::filesystem::path& path, std::string_view ending) {
  std::filesystem::path result = path;
  result += ending;
  return result;
}

// A new name in a folder is durable only when the folder is.
void synchronise_folder(const std::filesystem::path& file) {
  const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

// Made under another name and moved, so that a run that exists is a whole one.
Result<void> make_empty_run(const std::filesystem::path& path) {
  const std::filesystem::path draft = beside(path, ".new");
  std::error_code error;
  for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(beside(draft, ending), error);
  }
  {
    auto database = Database::open(draft, Database::Access::create);
    if (!database) return tl::unexpected(database.error());
    for (const std::string& sql :
         {std::string("PRAGMA journal_mode=WAL"), std::string("PRAGMA synchronous=FULL"),
          fmt::format("PRAGMA application_id={}", application_id),
          fmt::format("PRAGMA user_version={}", store_version), std::string(schema)}) {
      if (const auto done = database->execute(sql); !done) return done;
    }
  }
  std::filesystem::rename(draft, path, error);
  if (error) {
    return fail(ErrorCode::unavailable,
                fmt::format("cannot create {}: {}", path.string(), error.message()));
  }
  synchronise_folder(path);
  return {};
}

}  // namespace

RunStore::RunStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunStore::RunStore(RunStore&&) noexcept = default;
RunStore& RunStore::operator=(RunStore&&) noexcept = default;
RunStore::~RunStore() = default;

Result<RunStore> RunStore::create(const std::filesystem::path& path) try {
  auto lock = WriterLock::acquire(path);
  if (!lock) return tl::unexpected(lock.error());
  // A log without its database would be taken for that of the new one.
  for (const char* ending : {"", "-wal", "-journal"}) {
    const std::filesystem::path file = beside(path, ending);
    if (std::filesystem::exists(std::filesystem::symlink_status(file))) {
      return fail(ErrorCode::already_exists, fmt::format("{} exists already", file.string()));
    }
  }
  if (const auto made = make_empty_run(path); !made) return tl::unexpected(made.error());
  return State::open(path, std::move(*lock));
} catch (const std::exception& defect) {
  return fail(ErrorCode::internal, defect.what());
}

Result<RunStore> RunStore::open(const std::filesystem::path& path) try {
  if (const auto good = check_is_file(path); !good) return tl::unexpected(good.error());
  auto lock = WriterLock::acquire(path);
  if (!lock) return tl::unexpected(lock.error());
  return State::open(path, std::move(*lock));
} catch (const std::exception& defect) {
  return fail(ErrorCode::internal, defect.what());
}

Result<RunStore> RunStore::State::open(const std::filesystem::path& path, WriterLock lock) {
  auto database = Database::open(path, Database::Access::read_write);
  if (!database) return tl::unexpected(database.error());
  if (const auto good = check_format(*database, path); !good) return tl::unexpected(good.error());
  const auto found = inspect(*database);
  if (!found) return tl::unexpected(found.error());
  if (const auto good = require_intact(found->verification, path); !good) {
    return tl::unexpected(good.error());
  }
  const auto mode = database->text("PRAGMA journal_mode=WAL");
  if (!mode) return tl::unexpected(mode.error());
  if (*mode != "wal") {
    return fail(ErrorCode::permission_denied,
                fmt::format("{}: write-ahead logging is not possible here", path.string()));
  }
  // The log is copied into the file after every record, so that damage to the log loses nothing.
  for (const char* sql : {"PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=1"}) {
    if (const auto done = database->execute(sql); !done) return tl::unexpected(done.error());
  }
  auto insert = database->prepare("INSERT INTO record VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!insert) return tl::unexpected(insert.error());
  return RunStore(
      std::make_unique<State>(State{path, std::move(lock), std::move(*database), std::move(*insert),
                                    found->head, found->verification.records}));
}

Result<void> RunStore::append(const v1::Record& record) try {
  State& state = *state_;
  if (state.failed) {
    return fail(ErrorCode::failed_precondition,
                fmt::format("{}: an earlier record could not be stored; open the run again",
                            state.path.string()));
  }
  const auto bytes = to_bytes(record);
  if (!bytes) return tl::unexpected(bytes.error());
  const Links links = next_links(state.head, bytes->evidence, bytes->circumstances);

  // A single statement is a transaction of its own: it returns once the log is on the disk.
  const auto insert = [&]() -> Result<void> {
    Statement& statement = state.insert;
    for (const auto& bound :
         {statement.bind(1, state.count + 1), statement.bind(2, bytes->evidence),
          statement.bind(3, bytes->circumstances), statement.bind(4, bytes_of(links.evidence)),
          statement.bind(5, bytes_of(links.all))}) {
      if (!bound) return bound;
    }
    const auto done = statement.step();
    if (!done) return tl::unexpected(done.error());
    return {};
  };
  const auto done = insert();
  state.insert.reset();
  if (!done) {
    state.failed = true;
    return done;
  }
  state.head = links;
  ++state.count;
  return {};
} catch (const std::exception& defect) {
  return fail(ErrorCode::internal, defect.what());
}

Result<std::vector<v1::Record>> RunStore::records() const try {
  auto found = inspect(state_->database);
  if (!found) return tl::unexpected(found.error());
  if (const auto good = require_intact(found->verification, state_->path); !good) {
    return tl::unexpected(good.error());
  }
  return std::move(found->records);
} catch (const std::exception& defect) {
  return fail(ErrorCode::internal, defect.what());
}

std::int64_t RunStore::record_count() const { return state_->count; }
std::string RunStore::chain_hash() const { return hex(state_->head.all); }
std::string RunStore::evidence_hash() const { return hex(state_->head.evidence); }

}  // namespace meterrig::store
