// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/soapy/level_calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "meterrig/vocabulary/units.h"

namespace meterrig::soapy {
namespace {

std::string text_of(std::chrono::year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string text_of(Frequency frequency) {
  return readable(frequency.in(hertz), QuantityKind::frequency);
}

Result<void> check_row(const RfCalibrationRow& row, const RfCalibrationRow& first) {
  const auto refuse = [&row](const std::string& what) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("calibration row of {}: {}", text_of(row.frequency), what));
  };
  const double level = ratio(row.level, first.level);
  if (!(level > 0) || !std::isfinite(level))
    return refuse(
        fmt::format("level {}; expected one above 0 of the first row's kind", readable(row.level)));
  if (row.forward_power.known() != first.forward_power.known())
    return refuse("expected a forward power in all rows or in none");
  if (row.forward_power.known() &&
      !(row.forward_power.in(watt) > 0 && std::isfinite(row.forward_power.in(watt))))
    return refuse(
        fmt::format("forward power of {} W; expected one above 0 W", row.forward_power.in(watt)));
  if (!(row.expanded_uncertainty.in(percent) >= 0))
    return refuse("expected an expanded uncertainty of its level");
  return {};
}

// Between two positive values, linear in their logarithm.
double between(double low, double high, double weight) {
  return low * std::pow(high / low, weight);
}

}  // namespace

Result<LevelCalibration> LevelCalibration::create(RfCalibration calibration,
                                                  std::chrono::year_month_day today) {
  if (today > calibration.due)
    return fail(ErrorCode::failed_precondition,
                fmt::format("calibration '{}' was due on {}; today is {}", calibration.id,
                            text_of(calibration.due), text_of(today)));
  if (today < calibration.date)
    return fail(ErrorCode::failed_precondition,
                fmt::format("calibration '{}' is of {}; today is {}", calibration.id,
                            text_of(calibration.date), text_of(today)));
  if (calibration.rows.empty())
    return fail(ErrorCode::invalid_argument,
                fmt::format("calibration '{}' has no rows", calibration.id));
  // A level in ratio to itself is 1 unless it is 0, unknown or infinite.
  Frequency last = hertz(0);
  for (const RfCalibrationRow& row : calibration.rows) {
    if (!(row.frequency > last) || !std::isfinite(row.frequency.in(hertz)))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("calibration row of {} after {}; expected rising frequencies",
                              text_of(row.frequency), text_of(last)));
    last = row.frequency;
    if (auto checked = check_row(row, calibration.rows.front()); !checked)
      return tl::unexpected(checked.error());
  }
  const bool positive =
      std::visit([](auto level) { return level / level == 1 && level > 0.0 * level; },
                 calibration.rows.front().level);
  if (!positive)
    return fail(ErrorCode::invalid_argument,
                fmt::format("calibration row of {}: level {}; expected one above 0",
                            text_of(calibration.rows.front().frequency),
                            readable(calibration.rows.front().level)));
  return LevelCalibration(std::move(calibration));
}

Result<LevelCalibration::FullScale> LevelCalibration::at(Frequency frequency) const {
  if (!(frequency >= lowest()) || !(frequency <= highest()))
    return fail(ErrorCode::out_of_range,
                fmt::format("{}; calibration '{}' holds from {} to {}", text_of(frequency),
                            data_.id, text_of(lowest()), text_of(highest())));
  const auto above = std::lower_bound(
      data_.rows.begin(), data_.rows.end(), frequency,
      [](const RfCalibrationRow& row, Frequency wanted) { return row.frequency < wanted; });
  const auto below = above->frequency == frequency ? above : std::prev(above);
  const double weight = below == above ? 0
                                       : std::log(frequency / below->frequency) /
                                             std::log(above->frequency / below->frequency);
  FullScale result;
  result.level = between(1, ratio(above->level, below->level), weight) * below->level;
  result.expanded_uncertainty = std::max(below->expanded_uncertainty, above->expanded_uncertainty);
  if (below->forward_power.known())
    result.forward_power =
        watt(between(below->forward_power.in(watt), above->forward_power.in(watt), weight));
  return result;
}

Result<double> LevelCalibration::amplitude_of(const RfLevel& level, Frequency frequency) const {
  const auto full_scale = at(frequency);
  if (!full_scale) return tl::unexpected(full_scale.error());
  const double amplitude = ratio(level, full_scale->level);
  if (!(amplitude > 0) || !std::isfinite(amplitude))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a level of {}; expected one above 0 of the calibration's kind, which "
                            "has {} at full scale",
                            readable(level), readable(full_scale->level)));
  return amplitude;
}

}  // namespace meterrig::soapy
