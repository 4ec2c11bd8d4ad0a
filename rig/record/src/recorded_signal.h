// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::record {

/// A recording's scans as samples, in V and A: sample n is scan n. Terminals that it has no channel
/// of are 0.
class RecordedSignal final : public Signal {
 public:
  /// Errors: invalid_argument for a recording of several segments, without a channel of a line or
  /// with two of the same quantity and line.
  [[nodiscard]] static Result<RecordedSignal> create(std::shared_ptr<Recording> recording);

  [[nodiscard]] Rational rate() const override {
    return recording_->description().segments.front().rate;
  }
  [[nodiscard]] std::int64_t count() const { return recording_->description().count(); }
  /// Of rows 0 to 2 for voltages and 3 to 5 for currents.
  [[nodiscard]] bool has(std::size_t row) const { return channels_.at(row).has_value(); }
  /// Errors: those of reading the recording; data_loss for a missing value, naming scan and
  /// channel.
  [[nodiscard]] Result<void> read(SampleBlock& block) override;

 private:
  using Rows = std::array<std::optional<std::size_t>, 2 * phase_count>;
  RecordedSignal(std::shared_ptr<Recording> recording, const Rows& channels);

  std::shared_ptr<Recording> recording_;
  Rows channels_;
  ScanBlock scans_;
};

}  // namespace meterrig::record
