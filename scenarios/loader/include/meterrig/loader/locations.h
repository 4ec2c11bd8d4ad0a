// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "meterrig/loader/finding.h"

namespace meterrig::loader {

/// Where in its file each field of a message was written, so that a check of the message, then or
/// later, can still point at the line.
class Locations {
 public:
  Locations() = default;
  explicit Locations(std::string file) : file_(std::move(file)) {}

  /// A finding at `where`, a path such as "suite.tests[2].rows[0]". Its line and column are those
  /// of the field's value; of the nearest parent that the file has when it lacks the field itself.
  [[nodiscard]] Finding finding(std::string_view where, std::string found,
                                std::string expected) const;
  /// True when the file has this field.
  [[nodiscard]] bool has(std::string_view where) const;
  [[nodiscard]] const std::string& file() const { return file_; }

  /// Line and column are 1-based.
  void add(std::string where, int line, int column);

 private:
  struct Place {
    int line;
    int column;
  };
  std::string file_;
  std::map<std::string, Place, std::less<>> places_;
};

}  // namespace meterrig::loader
