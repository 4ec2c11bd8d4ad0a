// SPDX-License-Identifier: GPL-3.0-or-later
#include "database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace meterrig::store {
namespace {

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:  // the SQL is ours and right: a table or column is not as it was made
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
      return ErrorCode::data_loss;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return ErrorCode::unavailable;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return ErrorCode::permission_denied;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::failed_precondition;
    default:
      return ErrorCode::internal;
  }
}

tl::unexpected<Error> failure(sqlite3* connection, int code, const std::string& file) {
  const char* said = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  return fail(code_of(code), fmt::format("{}: {}", file, said));
}

// A URI, so that no character of a path means anything to SQLite.
std::string uri_of(const std::filesystem::path& path, bool at_rest) {
  std::string uri = "file://";
  for (const char c : std::filesystem::absolute(path).string()) {
    const bool plain = c == '/' || c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') ||
                       (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return at_rest ? uri + "?immutable=1" : uri;
}

int flags_of(Database::Access access) {
  switch (access) {
    case Database::Access::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Database::Access::read_write:
      return SQLITE_OPEN_READWRITE;
    case Database::Access::read_only:
    case Database::Access::read_only_at_rest:
      break;
  }
  return SQLITE_OPEN_READONLY;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(sqlite3_stmt* statement, std::string file)
    : statement_(statement), file_(std::move(file)) {}

Result<void> Statement::bind(int parameter, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_.get(), parameter, value);
  if (code != SQLITE_OK) return failure(sqlite3_db_handle(statement_.get()), code, file_);
  return {};
}

Result<void> Statement::bind(int parameter, std::string_view bytes) {
  // A null pointer would bind NULL instead of an empty blob.
  const char* data = bytes.empty() ? "" : bytes.data();
  const int code =
      sqlite3_bind_blob64(statement_.get(), parameter, data, bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) return failure(sqlite3_db_handle(statement_.get()), code, file_);
  return {};
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failure(sqlite3_db_handle(statement_.get()), code, file_);
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::optional<std::string_view> Statement::blob(int column) const {
  if (sqlite3_column_type(statement_.get(), column) != SQLITE_BLOB) return {};
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return std::string_view(data != nullptr ? static_cast<const char*>(data) : "", size);
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Database::Database(sqlite3* connection, std::string file)
    : connection_(connection), file_(std::move(file)) {}

Result<Database> Database::open(const std::filesystem::path& path, Access access) {
  sqlite3* connection = nullptr;
  const std::string uri = uri_of(path, access == Access::read_only_at_rest);
  const int code =
      sqlite3_open_v2(uri.c_str(), &connection, flags_of(access) | SQLITE_OPEN_URI, nullptr);
  Database database(connection, path.string());
  if (code != SQLITE_OK) return failure(connection, code, database.file_);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, 5000);
  // The file may be damaged or made to harm.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (const auto done = database.execute("PRAGMA cell_size_check=ON"); !done) {
    return tl::unexpected(done.error());
  }
  return database;
}

Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(connection_.get(), code, file_);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      0, &statement, nullptr);
  if (code != SQLITE_OK) return failure(connection_.get(), code, file_);
  return Statement(statement, file_);
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  return *row ? statement->integer(0) : 0;
}

Result<std::string> Database::text(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  return *row ? statement->text(0) : std::string();
}

}  // namespace meterrig::store
