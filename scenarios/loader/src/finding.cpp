// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/finding.h"

#include <fmt/format.h>

namespace meterrig::loader {

std::string to_string(const Finding& finding) {
  std::string text = finding.file;
  if (finding.line > 0) text += fmt::format(":{}:{}", finding.line, finding.column);
  text += ": ";
  if (!finding.where.empty()) text += finding.where + ": ";
  return text + fmt::format("found {}; expected {}", finding.found, finding.expected);
}

std::string to_string(std::span<const Finding> findings) {
  std::string text;
  for (const Finding& finding : findings) {
    if (!text.empty()) text += '\n';
    text += to_string(finding);
  }
  return text;
}

}  // namespace meterrig::loader
