// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/campaign/procedure.h"

namespace meterrig::campaign {

/// A condition at one moment, and what the standard's reference conditions allow of it. What a
/// point changes on purpose is allowed around the value that the point asks for.
struct ConditionValue {
  std::string quantity;  ///< such as "voltage.L1"
  std::string_view unit;
  double value = 0;             ///< NaN when unknown, which is within no limit
  std::optional<double> least;  ///< without both it is for information
  std::optional<double> greatest;
  bool declared = false;  ///< by the bench, so that measuring again finds the same

  [[nodiscard]] bool holds() const;
};

/// Of a reading: voltage, current and distortion of each phase, frequency, symmetry, spread of the
/// displacements; and the ambient temperature that the bench declares.
[[nodiscard]] std::vector<ConditionValue> condition_values(const reference::MeterReading& reading,
                                                           const PointContext& context);

/// What of the standard's reference conditions is not met; empty when all are.
[[nodiscard]] std::string broken_conditions(const std::vector<ConditionValue>& values);
[[nodiscard]] std::string broken_conditions(const reference::MeterReading& reading,
                                            const PointContext& context);

/// Minimum, mean and maximum of the conditions over the time of a point.
class ConditionWatch {
 public:
  /// Takes the first values. `binding`: the point is valid only while the conditions hold.
  void begin(const std::vector<ConditionValue>& values, bool binding);
  [[nodiscard]] bool begun() const { return begun_; }
  void take(const std::vector<ConditionValue>& values);
  /// The reference could not measure, with its reason.
  void lose(std::string why);

  /// Conditions that were measured did not hold: another try may find them as they should be.
  [[nodiscard]] bool worth_another_try() const;
  /// Writes the ranges into the result, and takes away its validity when they did not hold.
  void conclude(v1::PointResult& result) const;

 private:
  struct Range {
    ConditionValue latest;
    double minimum = 0;
    double maximum = 0;
    double sum = 0;
    int samples = 0;
    bool broken = false;
  };
  std::vector<Range> ranges_;
  std::string lost_;
  bool begun_ = false;
  bool binding_ = false;
};

}  // namespace meterrig::campaign
