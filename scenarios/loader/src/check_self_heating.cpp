// SPDX-License-Identifier: GPL-3.0-or-later
#include "check_self_heating.h"

#include <fmt/format.h>

#include <algorithm>

#include "in_quotes.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::loader {
namespace {

std::string seconds(double value) { return exact_text(value, QuantityKind::duration); }

template <class Limits>
bool has_class(const Limits& limits, const std::string& accuracy_class) {
  return std::count_if(limits.begin(), limits.end(), [&](const v1::ClassLimit& limit) {
           return limit.accuracy_class() == accuracy_class;
         }) == 1;
}

}  // namespace

void check_self_heating(const v1::SelfHeatingRow& row, const std::string& where,
                        Examination& examination) {
  const auto at_most = [&](const char* less, double value, const char* more, double bound) {
    const std::string at = fmt::format("{}.{}", where, less);
    if (!examination.sound(at) || !examination.sound(fmt::format("{}.{}", where, more)) ||
        value <= bound)
      return;
    examination.report(at, seconds(value), fmt::format("at most {}, {}", more, seconds(bound)));
  };
  at_most("drift_time", row.drift_time(), "least_time", row.least_time());
  at_most("least_time", row.least_time(), "greatest_time", row.greatest_time());
  if (!examination.sound(where + ".limits") || !examination.sound(where + ".drifts")) return;
  for (const v1::ClassLimit& limit : row.limits()) {
    if (!has_class(row.drifts(), limit.accuracy_class()))
      examination.report(where + ".drifts",
                         fmt::format("not one drift for class {}", limit.accuracy_class()),
                         "one for each class that has a limit");
  }
  for (int i = 0; i < row.drifts_size(); ++i) {
    const v1::ClassLimit& drift = row.drifts(i);
    const std::string at = fmt::format("{}.drifts[{}]", where, i);
    if (!has_class(row.limits(), drift.accuracy_class()))
      examination.report(at + ".accuracy_class", in_quotes(drift.accuracy_class()),
                         "a class that has a limit");
    if (drift.has_least())
      examination.report(at + ".least", "it", "a drift, which has no direction");
  }
}

}  // namespace meterrig::loader
