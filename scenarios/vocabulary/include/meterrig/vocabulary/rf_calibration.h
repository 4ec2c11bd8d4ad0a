// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "meterrig/vocabulary/quantity.h"

namespace meterrig {

/// Level of a disturbance as its standard defines it, r.m.s. of the unmodulated carrier: conducted,
/// the e.m.f. at the coupling device's port; radiated, the field strength at the device under test.
using RfLevel = std::variant<Voltage, FieldStrength>;

/// a / b; NaN when they are of different kinds or one is unknown.
[[nodiscard]] double ratio(const RfLevel& a, const RfLevel& b);
[[nodiscard]] RfLevel operator*(double factor, const RfLevel& level);
/// Such as "10 V" or "3 V/m".
[[nodiscard]] std::string readable(const RfLevel& level);

/// A gain element of a radio by the name that its driver has for it, such as "PAD".
struct GainSetting {
  std::string element;
  Gain gain;
};

/// What was measured at one frequency with the unmodulated carrier at full scale of the converter.
struct RfCalibrationRow {
  Frequency frequency;
  RfLevel level;
  ActivePower forward_power;     ///< into the coupling device; unknown for a monitor
  Percent expanded_uncertainty;  ///< of the level, k = 2
};

/// How level and full scale of one radio with its amplifier and coupling device belong together.
struct RfCalibration {
  std::string id;
  std::string serial_number;  ///< of the radio
  std::chrono::year_month_day date;
  std::chrono::year_month_day due;     ///< last day on which it holds
  std::string antenna;                 ///< port of the radio; empty: the one that it has
  std::vector<GainSetting> gains;      ///< at which alone it holds
  std::vector<RfCalibrationRow> rows;  ///< by rising frequency, levels all of one kind
};

}  // namespace meterrig
