// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <map>
#include <string>

#include "checks.h"
#include "in_quotes.h"
#include "meterrig/loader/date.h"

namespace meterrig::loader {
namespace {

void check_dates(const v1::Calibration& calibration, Examination& examination) {
  const auto sound = [&examination](const std::string& where, const std::string& date) {
    if (!examination.sound(where)) return false;
    if (!parse_date(date)) examination.report(where, in_quotes(date), "a date as YYYY-MM-DD");
    return parse_date(date).has_value();
  };
  const bool date = sound("calibration.date", calibration.date());
  const bool due = sound("calibration.due", calibration.due());
  if (date && due && calibration.due() <= calibration.date())
    examination.report("calibration.due", in_quotes(calibration.due()),
                       "a day after " + in_quotes(calibration.date()));
}

void check_points(const v1::CalibratedTerminal& terminal, const std::string& where,
                  Examination& examination) {
  for (int i = 1; i < terminal.points_size(); ++i) {
    const auto frequency = [&where](int index) {
      return fmt::format("{}.points[{}].frequency", where, index);
    };
    if (!examination.sound(frequency(i - 1)) || !examination.sound(frequency(i))) continue;
    if (terminal.points(i).frequency() <= terminal.points(i - 1).frequency())
      examination.report(
          frequency(i), fmt::format("{} Hz", terminal.points(i).frequency()),
          fmt::format("a frequency above the {} Hz before", terminal.points(i - 1).frequency()));
  }
}

}  // namespace

void check(const v1::CalibrationFile& file, Examination& examination) {
  const v1::Calibration& calibration = file.calibration();
  check_dates(calibration, examination);
  std::map<std::string, std::string> terminals;
  for (int i = 0; i < calibration.terminals_size(); ++i) {
    const v1::CalibratedTerminal& terminal = calibration.terminals(i);
    const std::string where = fmt::format("calibration.terminals[{}]", i);
    const std::string phase = where + ".phase";
    check_points(terminal, where, examination);
    if (!examination.sound(phase)) continue;
    if (terminal.phase() != "L1" && terminal.phase() != "L2" && terminal.phase() != "L3") {
      examination.report(phase, in_quotes(terminal.phase()), "L1, L2 or L3");
      continue;
    }
    if (!examination.sound(where + ".quantity")) continue;
    const std::string name =
        v1::CalibratedQuantity_Name(terminal.quantity()) + " " + terminal.phase();
    const auto [first, fresh] = terminals.emplace(name, phase);
    if (!fresh)
      examination.report(phase, in_quotes(terminal.phase()) + " of this quantity again",
                         "a terminal once; the first is" + examination.in_line(first->second));
  }
}

}  // namespace meterrig::loader
