// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// What a bench with an output remembers: its journal and its interlocks, in a folder of its own
/// below $XDG_STATE_HOME/meterrig (~/.local/state/meterrig), and which process has the output.
class BenchState {
 public:
  /// Makes the folder. Errors: failed_precondition (nowhere to put it), unavailable.
  [[nodiscard]] static Result<BenchState> of(const std::string& bench);

  [[nodiscard]] std::filesystem::path journal() const { return folder_ / "journal.jsonl"; }
  [[nodiscard]] std::filesystem::path interlocks() const { return folder_ / "interlocks"; }

  /// Takes the output for this process, until the descriptor is closed or the process ends. Error:
  /// failed_precondition, naming the process that has it.
  [[nodiscard]] Result<ports::FileDescriptor> take_output() const;

  struct Holder {
    std::string bench;
    pid_t process = 0;
  };
  /// The processes of this user that have an output now.
  [[nodiscard]] static std::vector<Holder> holders();

 private:
  explicit BenchState(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace meterrig::cli
