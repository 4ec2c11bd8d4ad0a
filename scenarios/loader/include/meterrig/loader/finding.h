// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

namespace meterrig::loader {

/// One thing wrong in a file, for the person who wrote it.
struct Finding {
  std::string file;
  int line = 0;       ///< 1-based; 0 when the file as a whole is meant
  int column = 0;     ///< 1-based, in characters; 0 likewise
  std::string where;  ///< such as "suite.tests[2].rows[0]"; empty for the file as a whole
  std::string found;
  std::string expected;

  friend bool operator==(const Finding&, const Finding&) = default;
};

/// "FILE:LINE:COLUMN: suite.settle: found '5 V' (...); expected a duration ...".
[[nodiscard]] std::string to_string(const Finding& finding);
/// One finding a line, no newline after the last.
[[nodiscard]] std::string to_string(std::span<const Finding> findings);

}  // namespace meterrig::loader
