// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::record {

/// Some rows of a signal as a recording: 0 to 2 are U1 to U3 in V, 3 to 5 are I1 to I3 in A.
class SignalRecording final : public Recording {
 public:
  SignalRecording(std::unique_ptr<Signal> signal, std::vector<std::size_t> rows,
                  Rational fundamental, std::int64_t count);

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }
  [[nodiscard]] std::vector<std::string> warnings() const override { return {}; }
  [[nodiscard]] Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override;

 private:
  std::unique_ptr<Signal> signal_;
  std::vector<std::size_t> rows_;
  RecordingDescription description_;
};

/// round(duration * rate). Error: out_of_range below one or above 2^62.
[[nodiscard]] Result<std::int64_t> scans_in(Duration duration, Rational rate);

/// The rows of a recipe that are not silent.
[[nodiscard]] std::vector<std::size_t> sounding_rows(const SignalRecipe& recipe);

/// What no sample of a row exceeds.
[[nodiscard]] double row_bound(const SignalRecipe& recipe, std::size_t row);

}  // namespace meterrig::record
