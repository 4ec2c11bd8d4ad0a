// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "data_files.h"
#include "meterrig/campaign/hardware_bench.h"
#include "meterrig/ports/clock.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/v1/device.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// Opens a hardware bench's positions; source and reference at the first one, for all.
class HardwareBench {
 public:
  /// The messages and the data files outlive this. `day` is that of the run, YYYY-MM-DD: up to it
  /// the reference has drifted.
  HardwareBench(const v1::Bench& bench, const std::filesystem::path& bench_file,
                const v1::Device& device, const DataFiles& files, std::string person,
                std::string day);

  /// Errors: failed_precondition (no reference), and those of instruments, ports and device.
  [[nodiscard]] Result<std::unique_ptr<campaign::Bench>> open(const v1::Position& position);

 private:
  [[nodiscard]] Result<void> take_instruments();
  [[nodiscard]] campaign::HardwareBenchSettings settings() const;

  const v1::Bench& bench_;
  std::filesystem::path bench_file_;
  const v1::Device& device_;
  const DataFiles& files_;
  std::string person_;
  std::string day_;
  ports::MonotonicClock clock_;
  std::shared_ptr<campaign::HardwareInstruments> instruments_;
};

}  // namespace meterrig::cli
