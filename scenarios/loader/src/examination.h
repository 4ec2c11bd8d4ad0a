// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "findings.h"
#include "meterrig/loader/locations.h"

namespace meterrig::loader {

/// What a check that needs several fields of a message works with. It looks at a field only when
/// that is sound, so that one mistake makes one finding.
class Examination {
 public:
  Examination(const Locations& locations, Findings& findings)
      : locations_(locations), findings_(findings) {}

  /// True when the field is in the file and nothing is wrong with it or a part of it.
  [[nodiscard]] bool sound(std::string_view where) const {
    return locations_.has(where) && !findings_.concern(where);
  }
  [[nodiscard]] bool written(std::string_view where) const { return locations_.has(where); }
  void report(std::string_view where, std::string found, std::string expected) {
    findings_.add(locations_.finding(where, std::move(found), std::move(expected)));
  }
  /// " in line N" of a field of this file.
  [[nodiscard]] std::string in_line(std::string_view where) const;

 private:
  const Locations& locations_;
  Findings& findings_;
};

}  // namespace meterrig::loader
