// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf_calibration.h"

namespace meterrig::soapy {

/// A calibration that holds today, read between its rows: level and power in decibels are linear
/// over the logarithm of the frequency; the uncertainty is the greater of the neighbours'.
class LevelCalibration {
 public:
  /// What an unmodulated carrier at full scale of the converter is at the device under test.
  struct FullScale {
    RfLevel level;
    ActivePower forward_power;     ///< unknown when the rows have none
    Percent expanded_uncertainty;  ///< of the level, k = 2
  };

  /// Errors: failed_precondition when `today` is past its due date or before it was made;
  /// invalid_argument for rows that are none, that do not rise, or with a level or power that is
  /// not above 0 or of another kind than the first.
  [[nodiscard]] static Result<LevelCalibration> create(RfCalibration calibration,
                                                       std::chrono::year_month_day today);

  /// Error: out_of_range beyond its rows.
  [[nodiscard]] Result<FullScale> at(Frequency frequency) const;
  /// As a ratio to full scale, of the unmodulated carrier. Errors: out_of_range as at();
  /// invalid_argument for a level of another kind, or not above 0.
  [[nodiscard]] Result<double> amplitude_of(const RfLevel& level, Frequency frequency) const;
  [[nodiscard]] Frequency lowest() const { return data_.rows.front().frequency; }
  [[nodiscard]] Frequency highest() const { return data_.rows.back().frequency; }
  [[nodiscard]] const RfCalibration& data() const { return data_; }

 private:
  explicit LevelCalibration(RfCalibration data) : data_(std::move(data)) {}
  RfCalibration data_;
};

}  // namespace meterrig::soapy
