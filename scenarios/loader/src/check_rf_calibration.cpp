// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <map>
#include <string>

#include "checks.h"
#include "in_quotes.h"
#include "meterrig/loader/date.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::loader {
namespace {

void check_dates(const v1::RfCalibration& calibration, Examination& examination) {
  const std::string date = "rf_calibration.date";
  const std::string due = "rf_calibration.due";
  const auto from = parse_date(calibration.date());
  const auto to = parse_date(calibration.due());
  if (examination.sound(date) && !from)
    examination.report(date, in_quotes(calibration.date()), "a date as YYYY-MM-DD");
  if (examination.sound(due) && !to)
    examination.report(due, in_quotes(calibration.due()), "a date as YYYY-MM-DD");
  if (from && to && *to < *from)
    examination.report(due, in_quotes(calibration.due()),
                       "a date not before the calibration's, " + calibration.date());
}

void check_gains(const v1::RfCalibration& calibration, Examination& examination) {
  std::map<std::string, std::string> seen;
  for (int i = 0; i < calibration.gains_size(); ++i) {
    const std::string where = fmt::format("rf_calibration.gains[{}].element", i);
    if (!examination.sound(where)) continue;
    const auto [first, fresh] = seen.emplace(calibration.gains(i).element(), where);
    if (!fresh)
      examination.report(where, in_quotes(calibration.gains(i).element()) + " again",
                         "an element once; the first is" + examination.in_line(first->second));
  }
}

void check_rows(const v1::RfCalibration& calibration, Examination& examination) {
  for (int i = 1; i < calibration.rows_size(); ++i) {
    const v1::RfCalibrationRow& last = calibration.rows(i - 1);
    const v1::RfCalibrationRow& row = calibration.rows(i);
    const std::string where = fmt::format("rf_calibration.rows[{}]", i);
    if (!examination.sound(fmt::format("rf_calibration.rows[{}]", i - 1)) ||
        !examination.sound(where))
      continue;
    if (row.frequency() <= last.frequency())
      examination.report(where + ".frequency",
                         fmt::format("'{}'", readable(row.frequency(), QuantityKind::frequency)),
                         fmt::format("a frequency above that of the row before, {}",
                                     readable(last.frequency(), QuantityKind::frequency)));
    if (row.has_e_m_f() != last.has_e_m_f())
      examination.report(where, "a level of another kind",
                         "e_m_f in all rows, or field_strength in all");
    if (row.has_forward_power() != last.has_forward_power())
      examination.report(where, row.has_forward_power() ? "forward_power" : "no forward_power",
                         "forward_power in all rows or in none");
  }
}

}  // namespace

void check(const v1::RfCalibrationFile& file, Examination& examination) {
  check_dates(file.rf_calibration(), examination);
  check_gains(file.rf_calibration(), examination);
  check_rows(file.rf_calibration(), examination);
}

}  // namespace meterrig::loader
