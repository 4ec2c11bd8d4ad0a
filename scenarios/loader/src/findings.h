// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "meterrig/loader/finding.h"

namespace meterrig::loader {

/// The findings of one file, kept in its order, at most `most`: a broken file of megabytes must not
/// become gigabytes of messages.
class Findings {
 public:
  static constexpr std::size_t most = 1000;

  void add(Finding finding);
  [[nodiscard]] bool empty() const { return list_.empty(); }
  /// True when something is wrong with the field named or with a part of it.
  [[nodiscard]] bool concern(std::string_view where) const;
  /// All of them, and a last one that says so when there were too many.
  [[nodiscard]] std::vector<Finding> list() &&;

 private:
  std::vector<Finding> list_;
};

}  // namespace meterrig::loader
