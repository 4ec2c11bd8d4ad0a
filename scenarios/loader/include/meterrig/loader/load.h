// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "meterrig/loader/finding.h"
#include "meterrig/loader/locations.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/v1/calibration.pb.h"
#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/instrument.pb.h"
#include "meterrig/v1/mutant.pb.h"
#include "meterrig/v1/order.pb.h"
#include "meterrig/v1/recording.pb.h"
#include "meterrig/v1/rf.pb.h"
#include "meterrig/v1/safety.pb.h"
#include "meterrig/v1/scenario.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/v1/suite.pb.h"
#include "meterrig/v1/twin.pb.h"

namespace meterrig::loader {

/// A file that was read and found right. Numbers of a kind of quantity are in the kind's unit
/// (unit_symbol in units.h).
template <class Message>
struct Loaded {
  Message message;
  Locations locations;
  std::string path;
  std::string bytes;  ///< the file as it was, for its hash
};

/// The file, or everything that is wrong with it in the order of its lines.
template <class Message>
using LoadResult = tl::expected<Loaded<Message>, std::vector<Finding>>;

/// Reads a YAML file of at most 4 MiB and checks it against its message and the rules of
/// options.proto: unknown and duplicate keys, missing fields, wrong types, units and ranges,
/// unknown words, then what needs more than one field. A file that cannot be read is a finding too.
[[nodiscard]] LoadResult<v1::StandardFile> load_standard(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::SuiteFile> load_suite(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::DeviceFile> load_device(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::InstrumentFile> load_instrument(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::LimitsFile> load_limits(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::TwinFile> load_twin(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::ScenarioFile> load_scenario(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::BenchFile> load_bench(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::CalibrationFile> load_calibration(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::MutantFile> load_mutants(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::OrderFile> load_order(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::RecordingFile> load_recording(const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::RfDisturbanceFile> load_rf_disturbance(
    const std::filesystem::path& file);
[[nodiscard]] LoadResult<v1::RfCalibrationFile> load_rf_calibration(
    const std::filesystem::path& file);

/// The same from text; `name` stands for the file in the findings.
[[nodiscard]] LoadResult<v1::StandardFile> parse_standard(std::string_view yaml, std::string name);
[[nodiscard]] LoadResult<v1::SuiteFile> parse_suite(std::string_view yaml, std::string name);
[[nodiscard]] LoadResult<v1::DeviceFile> parse_device(std::string_view yaml, std::string name);
[[nodiscard]] LoadResult<v1::InstrumentFile> parse_instrument(std::string_view yaml,
                                                              std::string name);
[[nodiscard]] LoadResult<v1::TwinFile> parse_twin(std::string_view yaml, std::string name);
[[nodiscard]] LoadResult<v1::ScenarioFile> parse_scenario(std::string_view yaml, std::string name);
[[nodiscard]] LoadResult<v1::BenchFile> parse_bench(std::string_view yaml, std::string name);
[[nodiscard]] LoadResult<v1::CalibrationFile> parse_calibration(std::string_view yaml,
                                                                std::string name);
[[nodiscard]] LoadResult<v1::MutantFile> parse_mutants(std::string_view yaml, std::string name);
[[nodiscard]] LoadResult<v1::OrderFile> parse_order(std::string_view yaml, std::string name);
[[nodiscard]] LoadResult<v1::LimitsFile> parse_limits(std::string_view yaml, std::string name);
[[nodiscard]] LoadResult<v1::RecordingFile> parse_recording(std::string_view yaml,
                                                            std::string name);
[[nodiscard]] LoadResult<v1::RfDisturbanceFile> parse_rf_disturbance(std::string_view yaml,
                                                                     std::string name);
[[nodiscard]] LoadResult<v1::RfCalibrationFile> parse_rf_calibration(std::string_view yaml,
                                                                     std::string name);

}  // namespace meterrig::loader
