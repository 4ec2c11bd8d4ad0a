// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace meterrig::playback {

/// How a table is written.
struct CsvStyle {
  char separator = ',';
  bool decimal_comma = false;
};

/// Without blanks at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The fields of a line, one after the other, without the blanks and the quotes around them.
class CsvFields {
 public:
  CsvFields(std::string_view line, char separator) : rest_(line), separator_(separator) {}
  /// False after the last.
  [[nodiscard]] bool next(std::string_view& field);

 private:
  std::string_view rest_;
  char separator_;
  bool ended_ = false;
};

[[nodiscard]] std::vector<std::string_view> fields_of(std::string_view line, char separator);

/// The whole text as a number, "nan" and "inf" included; none when it is something else.
[[nodiscard]] std::optional<double> number_in(std::string_view text, bool decimal_comma);

}  // namespace meterrig::playback
