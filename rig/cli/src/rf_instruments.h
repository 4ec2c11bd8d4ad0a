// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "meterrig/loader/finding.h"
#include "meterrig/soapy/level_calibration.h"
#include "meterrig/soapy/soapy_generator.h"
#include "meterrig/soapy/soapy_monitor.h"
#include "meterrig/v1/hardware.pb.h"
#include "meterrig/v1/rf_sweep.pb.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf_sweep.h"

namespace meterrig::cli {

/// The radios of a bench as its file describes them; none is open.
struct RfBench {
  soapy::GeneratorSettings generator;
  soapy::LevelCalibration generator_calibration;
  soapy::MonitorSettings monitor;
  soapy::LevelCalibration monitor_calibration;
  /// Set-up, radios and calibrations for the record.
  v1::RfSweepRecord record;
};

/// `folder` is the bench file's. Errors: invalid_argument (a calibration file that cannot be read,
/// with its findings), failed_precondition (no radio, no closed set-up, a calibration past its due
/// date).
[[nodiscard]] Result<RfBench> rf_bench(const v1::Bench& bench, const std::filesystem::path& folder);

/// Whether calibrations and set-up allow the plan at every frequency. Error: out_of_range or
/// invalid_argument of the first that is not, with how many there are.
[[nodiscard]] Result<void> check_plan(const RfBench& bench, const RfSweepPlan& plan);

struct OpenRadios {
  std::unique_ptr<RfGenerator> generator;
  std::unique_ptr<RfMonitor> monitor;
};
/// Opens both, and writes into the record what they say they are. Errors: those of the drivers.
[[nodiscard]] Result<OpenRadios> open_radios(RfBench& bench);

}  // namespace meterrig::cli
