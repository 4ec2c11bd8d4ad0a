// SPDX-License-Identifier: GPL-3.0-or-later
#include "examination.h"

#include <fmt/format.h>

namespace meterrig::loader {

std::string Examination::in_line(std::string_view where) const {
  return fmt::format(" in line {}", locations_.finding(where, "", "").line);
}

}  // namespace meterrig::loader
