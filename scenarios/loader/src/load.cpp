// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/load.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "check_answers.h"
#include "checks.h"
#include "findings.h"
#include "meterrig/loader/answers.h"
#include "walker.h"
#include "yaml_tree.h"

namespace meterrig::loader {
namespace {

constexpr std::size_t largest_file = std::size_t{4} * 1024 * 1024;

Finding whole_file(std::string name, std::string found, std::string expected) {
  return {.file = std::move(name),
          .line = 0,
          .column = 0,
          .where = "",
          .found = std::move(found),
          .expected = std::move(expected)};
}

template <class Message>
LoadResult<Message> parse(std::string_view yaml, std::string name) {
  if (yaml.size() > largest_file)
    return tl::unexpected(
        std::vector{whole_file(std::move(name), "more than 4 MiB", "a file of at most 4 MiB")});
  Findings findings;
  Loaded<Message> loaded{.message = {},
                         .locations = Locations(name),
                         .path = std::move(name),
                         .bytes = std::string(yaml)};
  if (const auto root = read_yaml(yaml, loaded.path, findings)) {
    walk(*root, loaded.message, loaded.locations, findings);
    Examination examination(loaded.locations, findings);
    check(loaded.message, examination);
  }
  if (!findings.empty()) return tl::unexpected(std::move(findings).list());
  return loaded;
}

template <class Message>
LoadResult<Message> load(const std::filesystem::path& file) {
  const auto refuse = [&](std::string found) {
    return tl::unexpected(
        std::vector{whole_file(file.string(), std::move(found), "a YAML file that can be read")});
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) return refuse("a folder");
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    const int reason = errno;
    return refuse(reason == 0 ? "a file that does not open"
                              : std::generic_category().message(reason));
  }
  std::string bytes(largest_file + 1, '\0');  // one more, to notice a larger file
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (stream.bad()) return refuse("a file that cannot be read");
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return parse<Message>(bytes, file.string());
}

}  // namespace

LoadResult<v1::StandardFile> load_standard(const std::filesystem::path& file) {
  return load<v1::StandardFile>(file);
}
LoadResult<v1::SuiteFile> load_suite(const std::filesystem::path& file) {
  return load<v1::SuiteFile>(file);
}
LoadResult<v1::DeviceFile> load_device(const std::filesystem::path& file) {
  return load<v1::DeviceFile>(file);
}
LoadResult<v1::InstrumentFile> load_instrument(const std::filesystem::path& file) {
  return load<v1::InstrumentFile>(file);
}
LoadResult<v1::TwinFile> load_twin(const std::filesystem::path& file) {
  return load<v1::TwinFile>(file);
}
LoadResult<v1::ScenarioFile> load_scenario(const std::filesystem::path& file) {
  return load<v1::ScenarioFile>(file);
}
LoadResult<v1::BenchFile> load_bench(const std::filesystem::path& file) {
  return load<v1::BenchFile>(file);
}
LoadResult<v1::LimitsFile> load_limits(const std::filesystem::path& file) {
  return load<v1::LimitsFile>(file);
}
LoadResult<v1::CalibrationFile> load_calibration(const std::filesystem::path& file) {
  return load<v1::CalibrationFile>(file);
}
LoadResult<v1::MutantFile> load_mutants(const std::filesystem::path& file) {
  return load<v1::MutantFile>(file);
}
LoadResult<v1::OrderFile> load_order(const std::filesystem::path& file) {
  return load<v1::OrderFile>(file);
}
LoadResult<v1::AnswersFile> load_answers(const std::filesystem::path& file) {
  return load<v1::AnswersFile>(file);
}
LoadResult<v1::RecordingFile> load_recording(const std::filesystem::path& file) {
  return load<v1::RecordingFile>(file);
}
LoadResult<v1::RfDisturbanceFile> load_rf_disturbance(const std::filesystem::path& file) {
  return load<v1::RfDisturbanceFile>(file);
}
LoadResult<v1::RfCalibrationFile> load_rf_calibration(const std::filesystem::path& file) {
  return load<v1::RfCalibrationFile>(file);
}

LoadResult<v1::StandardFile> parse_standard(std::string_view yaml, std::string name) {
  return parse<v1::StandardFile>(yaml, std::move(name));
}
LoadResult<v1::SuiteFile> parse_suite(std::string_view yaml, std::string name) {
  return parse<v1::SuiteFile>(yaml, std::move(name));
}
LoadResult<v1::DeviceFile> parse_device(std::string_view yaml, std::string name) {
  return parse<v1::DeviceFile>(yaml, std::move(name));
}
LoadResult<v1::InstrumentFile> parse_instrument(std::string_view yaml, std::string name) {
  return parse<v1::InstrumentFile>(yaml, std::move(name));
}
LoadResult<v1::TwinFile> parse_twin(std::string_view yaml, std::string name) {
  return parse<v1::TwinFile>(yaml, std::move(name));
}
LoadResult<v1::ScenarioFile> parse_scenario(std::string_view yaml, std::string name) {
  return parse<v1::ScenarioFile>(yaml, std::move(name));
}
LoadResult<v1::BenchFile> parse_bench(std::string_view yaml, std::string name) {
  return parse<v1::BenchFile>(yaml, std::move(name));
}
LoadResult<v1::LimitsFile> parse_limits(std::string_view yaml, std::string name) {
  return parse<v1::LimitsFile>(yaml, std::move(name));
}
LoadResult<v1::CalibrationFile> parse_calibration(std::string_view yaml, std::string name) {
  return parse<v1::CalibrationFile>(yaml, std::move(name));
}
LoadResult<v1::MutantFile> parse_mutants(std::string_view yaml, std::string name) {
  return parse<v1::MutantFile>(yaml, std::move(name));
}
LoadResult<v1::OrderFile> parse_order(std::string_view yaml, std::string name) {
  return parse<v1::OrderFile>(yaml, std::move(name));
}
LoadResult<v1::AnswersFile> parse_answers(std::string_view yaml, std::string name) {
  return parse<v1::AnswersFile>(yaml, std::move(name));
}
LoadResult<v1::RecordingFile> parse_recording(std::string_view yaml, std::string name) {
  return parse<v1::RecordingFile>(yaml, std::move(name));
}
LoadResult<v1::RfDisturbanceFile> parse_rf_disturbance(std::string_view yaml, std::string name) {
  return parse<v1::RfDisturbanceFile>(yaml, std::move(name));
}
LoadResult<v1::RfCalibrationFile> parse_rf_calibration(std::string_view yaml, std::string name) {
  return parse<v1::RfCalibrationFile>(yaml, std::move(name));
}

}  // namespace meterrig::loader
