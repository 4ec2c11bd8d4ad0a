// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace meterrig::report {

/// Text in columns as wide as their widest cell, two blanks between them. A column without any text
/// is left out.
class Table {
 public:
  /// The first `left` columns and the last one, when `text_last`, are texts; the others are
  /// numbers, set to the right.
  Table(std::vector<std::string> heads, std::size_t left, bool text_last = false);
  /// A cell for each head.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.size() < 2; }
  [[nodiscard]] std::string text() const;

 private:
  std::size_t left_;
  bool text_last_;
  std::vector<std::vector<std::string>> rows_;  // the heads first
};

/// Without control characters and broken UTF-8: names of a file may hold anything.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace meterrig::report
