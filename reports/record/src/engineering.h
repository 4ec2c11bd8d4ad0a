// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace meterrig::report {

/// How the numbers of one quantity are shown: times `factor`, so many decimals, then the unit.
struct Scaling {
  double factor = 1;
  int decimals = 0;
  std::string unit;

  /// "-" for what is not known.
  [[nodiscard]] std::string show(double value) const;
};

/// For numbers about as large as `magnitude`, which are `to_si` of `si_unit` each: the prefix that
/// puts it in 1 to 999, and decimals for `digits` digits.
[[nodiscard]] Scaling engineering(double magnitude, double to_si, std::string_view si_unit,
                                  int digits = 6);

/// The same in a unit that takes no prefix, such as "count" or "Hz".
[[nodiscard]] Scaling plain(double magnitude, std::string_view unit, int digits = 6);

}  // namespace meterrig::report
