// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>

#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::scpi {

/// Cuts what comes in into lines. The simulated instruments use it for commands, too.
class ReplyReader {
 public:
  ReplyReader(LineEnd line_end, std::size_t longest)
      : end_(line_end == LineEnd::cr ? '\r' : '\n'), longest_(longest) {}
  void take(std::span<const std::uint8_t> bytes);
  /// The next whole line without its end and spaces around it; none yet. Error: data_loss for a
  /// line of more than `longest` characters, which is then skipped to its end, or one with anything
  /// but printable ASCII and tabs.
  [[nodiscard]] std::optional<Result<std::string>> next();
  /// Something of a line that has not ended is there.
  [[nodiscard]] bool amid_line() const { return !line_.empty() || skipping_; }
  void clear();

 private:
  void finish_line();
  char end_;
  std::size_t longest_;
  std::string line_;
  bool skipping_ = false;
  std::deque<Result<std::string>> ready_;
};

}  // namespace meterrig::scpi
