// SPDX-License-Identifier: GPL-3.0-or-later
#include "table.h"

#include <algorithm>
#include <utility>

#include "meterrig/report/xml_text.h"

namespace meterrig::report {
namespace {

/// Places on a terminal: a character of three bytes and more is mostly a wide one.
std::size_t places(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || byte >= 0xc0) ++count;
    if (byte >= 0xe3) ++count;
  }
  return count;
}

}  // namespace

Table::Table(std::vector<std::string> heads, std::size_t left, bool text_last)
    : left_(left), text_last_(text_last) {
  rows_.push_back(std::move(heads));
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(rows_.front().size());
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], places(row[c]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (widths[c] == 0) continue;
      const std::string blanks(widths[c] - places(row[c]), ' ');
      const bool words = c < left_ || (text_last_ && c + 1 == row.size());
      if (c > 0) line.append("  ");
      line.append(words ? row[c] : blanks).append(words ? blanks : row[c]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string printable(std::string_view text) {
  std::string out = legal_text(text);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  return out;
}

}  // namespace meterrig::report
