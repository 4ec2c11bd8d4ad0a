// SPDX-License-Identifier: GPL-3.0-or-later
#include "findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace meterrig::loader {

void Findings::add(Finding finding) {
  if (list_.size() == most) return;
  const auto after =
      std::upper_bound(list_.begin(), list_.end(), finding, [](const Finding& a, const Finding& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
      });
  list_.insert(after, std::move(finding));
}

bool Findings::concern(std::string_view where) const {
  return std::any_of(list_.begin(), list_.end(), [&](const Finding& f) {
    if (!f.where.starts_with(where)) return false;
    return f.where.size() == where.size() || f.where[where.size()] == '.' ||
           f.where[where.size()] == '[';
  });
}

std::vector<Finding> Findings::list() && {
  if (list_.size() == most) {
    list_.push_back({.file = list_.front().file,
                     .line = 0,
                     .column = 0,
                     .where = "",
                     .found = fmt::format("{} errors or more", most),
                     .expected = "none; the rest is not listed"});
  }
  return std::move(list_);
}

}  // namespace meterrig::loader
