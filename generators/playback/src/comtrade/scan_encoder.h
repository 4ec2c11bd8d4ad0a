// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "configuration.h"
#include "stamp_scale.h"

namespace meterrig::playback::comtrade {

/// Turns scans, in their order from the first on, into the bytes of a data file.
class ScanEncoder {
 public:
  /// `names` of the channels, for messages.
  ScanEncoder(DataType type, ComtradeRevision revision, std::vector<Scaling> scaling,
              std::vector<WrittenRate> rates, StampScale stamps, std::vector<std::string> names);

  /// Adds `count` scans of the block from place `from` on. Error: out_of_range for a value beyond
  /// its channel's range, naming channel, scan, value and range.
  [[nodiscard]] Result<void> append(const ScanBlock& block, std::size_t from, std::size_t count,
                                    std::string& bytes);

 private:
  [[nodiscard]] std::uint32_t stamp_of(std::int64_t scan);
  [[nodiscard]] tl::unexpected<Error> refuse(std::size_t channel, std::int64_t scan,
                                             double value) const;
  [[nodiscard]] Result<void> append_text(const ScanBlock& block, std::size_t from,
                                         std::size_t count, std::string& bytes);
  template <class Code>
  [[nodiscard]] Result<void> append_binary(const ScanBlock& block, std::size_t from,
                                           std::size_t count, std::string& bytes);

  DataType type_;
  ComtradeRevision revision_;
  std::vector<Scaling> scaling_;
  std::vector<WrittenRate> rates_;
  StampScale stamps_;
  std::vector<std::string> names_;
  std::size_t rate_ = 0;  // of the last scan
};

}  // namespace meterrig::playback::comtrade
