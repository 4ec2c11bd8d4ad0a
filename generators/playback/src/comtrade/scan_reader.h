// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback::comtrade {

/// What stands before the values of a scan.
struct ScanHead {
  static constexpr std::int64_t missing = INT64_MIN;
  std::int64_t number = missing;  ///< sample number
  std::int64_t stamp = missing;   ///< time stamp, in its unit
};

/// How often something was put up with.
struct ScanFindings {
  std::int64_t missing_values = 0;
  std::int64_t short_lines = 0;
};

/// The scans of a data file in their order.
class ScanReader {
 public:
  virtual ~ScanReader() = default;
  [[nodiscard]] virtual std::int64_t count() const = 0;
  /// Reads heads.size() scans from scan `first` on, all of which are there, and their values into
  /// the rows of `block`, if there is one, from place `at` on. Error: data_loss naming the place.
  [[nodiscard]] virtual Result<void> decode(std::int64_t first, std::span<ScanHead> heads,
                                            ScanBlock* block, std::size_t at,
                                            ScanFindings& findings) = 0;
  /// Where a scan's head stands, for messages: "line 17", "byte 1234".
  [[nodiscard]] virtual std::string place(std::int64_t scan) = 0;
};

}  // namespace meterrig::playback::comtrade
