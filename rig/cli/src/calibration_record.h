// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/iio/chain.h"
#include "meterrig/v1/calibration.pb.h"
#include "meterrig/v1/hardware.pb.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// Who measured what when.
struct CalibrationCircumstances {
  std::string id;
  InstrumentIdentity source;
  InstrumentIdentity reference;
  std::string date;  ///< YYYY-MM-DD
  std::string due;
};

/// The record of what was measured, one list of responses for each fundamental, of the same
/// terminals in the same order. Each uncertainty is expanded by k = 2: the standard uncertainty of
/// the mean of the repeats and half of the reference's expanded one, combined in squares. The
/// reference states that of energy; as a share of the gain and, in radians, of the angle it is one
/// that neither exceeds.
[[nodiscard]] v1::Calibration calibration_of(
    const std::vector<std::vector<iio::ChainResponse>>& measured,
    const v1::ReferenceInstrument& reference, const CalibrationCircumstances& circumstances);

/// The file of a record, as load_calibration() reads it. Error: invalid_argument for one that it
/// would not read, saying why.
[[nodiscard]] Result<std::string> calibration_yaml(const v1::Calibration& calibration);

/// A table of terminals, frequencies, gains and angles for people, a line each.
[[nodiscard]] std::string calibration_table(const v1::Calibration& calibration);

}  // namespace meterrig::cli
