// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/paced_relay.h"
#include "meterrig/ports/serial_settings.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// The far end of a line as a simulated device there sees it: with the timing of a UART where a
/// pacing is given, else as it is.
class PacedLine {
 public:
  /// A line that is nowhere.
  PacedLine() = default;
  /// `line_fd` stays the caller's and outlives this. Errors: unavailable, and those of PacedRelay.
  [[nodiscard]] static Result<PacedLine> open(int line_fd,
                                              const std::optional<SerialSettings>& pacing);
  /// What the device reads and writes.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  FileDescriptor relay_end_;
  FileDescriptor own_end_;
  std::unique_ptr<PacedRelay> relay_;  // ends before its descriptors do
  int descriptor_ = -1;
};

}  // namespace meterrig::ports
