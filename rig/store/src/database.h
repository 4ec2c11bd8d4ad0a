// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "meterrig/vocabulary/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace meterrig::store {

/// One prepared SQL statement.
class Statement {
 public:
  [[nodiscard]] Result<void> bind(int parameter, std::int64_t value);
  /// The bytes must stay as they are until the statement is reset.
  [[nodiscard]] Result<void> bind(int parameter, std::string_view bytes);
  /// True for a row, false at the end.
  [[nodiscard]] Result<bool> step();
  void reset();

  /// Columns of the present row, from 0.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  /// None when the column is not a blob.
  [[nodiscard]] std::optional<std::string_view> blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3_stmt* statement, std::string file);
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string file_;
};

/// A connection to a SQLite file. Errors name the file and say what SQLite says, with a code of
/// ours: data_loss (corrupt, or no database), unavailable (disk full or failing),
/// permission_denied, failed_precondition (locked), internal.
class Database {
 public:
  enum class Access {
    create,
    read_write,
    read_only,
    read_only_at_rest,  ///< nobody writes it: leaves no file behind and needs no write permission
  };
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& path, Access access);

  [[nodiscard]] Result<void> execute(const std::string& sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// First column of the first row.
  [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);
  [[nodiscard]] Result<std::string> text(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Database(sqlite3* connection, std::string file);
  std::unique_ptr<sqlite3, Close> connection_;
  std::string file_;
};

}  // namespace meterrig::store
