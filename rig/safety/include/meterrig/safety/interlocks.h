// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

/// What keeps an output off. A level that is not safe latches: when it is safe again, the output
/// stays off until a person who gives his name acknowledges it. The start of the process is latched
/// too. What was latched is in a file, so that a restart forgets nothing.
class Interlocks {
 public:
  struct State {
    std::string name;           ///< such as "door"
    bool safe = true;           ///< its level now
    bool acknowledged = false;  ///< since it was last unsafe
  };

  /// The interlocks `names`, "start" and "read-back". `file` is read where it is there, and
  /// rewritten at every change. An interlock that it does not know is latched. Errors:
  /// invalid_argument (a name that is empty, has a blank or stands twice), data_loss (the file is
  /// damaged; it must be removed by hand), and those of writing it.
  [[nodiscard]] static Result<Interlocks> open(const std::filesystem::path& file,
                                               const std::vector<std::string>& names);

  /// What open() would begin with; the file stays as it is. Errors: as of open(), without writing.
  [[nodiscard]] static Result<std::vector<State>> remembered(const std::filesystem::path& file,
                                                             const std::vector<std::string>& names);

  /// The level of one. Error: not_found, and those of writing the file; an unsafe level counts all
  /// the same.
  [[nodiscard]] Result<void> set_level(std::string_view name, bool safe);
  /// Errors: not_found, invalid_argument (no person), failed_precondition (not safe now), and those
  /// of writing the file; then it is not acknowledged.
  [[nodiscard]] Result<void> acknowledge(std::string_view name, std::string_view person);

  /// Whether an output may be on. Error: failed_precondition, naming all that speaks against it.
  [[nodiscard]] Result<void> check() const;
  [[nodiscard]] const std::vector<State>& states() const { return states_; }

 private:
  Interlocks(std::filesystem::path file, std::vector<State> states)
      : file_(std::move(file)), states_(std::move(states)) {}
  [[nodiscard]] Result<void> save() const;
  [[nodiscard]] Result<State*> find(std::string_view name);

  std::filesystem::path file_;
  std::vector<State> states_;
};

/// That of the start of the process.
inline constexpr std::string_view start_interlock = "start";
/// That of an output which is not what it was set to.
inline constexpr std::string_view read_back_interlock = "read-back";

}  // namespace meterrig::safety
