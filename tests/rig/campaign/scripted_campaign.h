// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/campaign/run.h"
#include "scripted_bench.h"
#include "shipped_inputs.h"

namespace meterrig::test {

/// A campaign on the scripted bench, its run in a folder that goes with the object.
struct Campaign {
  Campaign() {
    std::string pattern = (std::filesystem::temp_directory_path() / "meterrig-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder = pattern;
    settings.store = folder / "run.sqlite";
    settings.software_version = "test";
    settings.wall_clock = [] { return std::string("2026-01-01T00:00:00.000Z"); };
    settings.open_bench = [this](
                              const v1::Position&, bool,
                              campaign::Model& model) -> Result<std::unique_ptr<campaign::Bench>> {
      ++benches_opened;
      model = {.name = "scripted", .sha256 = "0"};
      auto bench = std::make_unique<ScriptedBench>();
      bench->gain_percent = gain_percent;
      bench->shift_with_voltage = shift_with_voltage;
      bench->shift_with_frequency = shift_with_frequency;
      bench->surface = surface;
      bench->firmware = firmware;
      bench->keeps = keeps;
      bench->points_before_update = points_before_update;
      bench->disturbed_points = disturbed_points;
      bench->seeds = &seeds;
      if (reads_before_error) {
        bench->link_error = Error{ErrorCode::unavailable, "the line is gone"};
        bench->reads_before_error = *reads_before_error;
      }
      return bench;
    };
  }
  ~Campaign() { std::filesystem::remove_all(folder); }
  Campaign(const Campaign&) = delete;
  Campaign& operator=(const Campaign&) = delete;

  Result<v1::Run> carry_out(bool resume = false) {
    settings.resume = resume;
    return campaign::run(inputs, *campaign::expand(inputs, options), settings);
  }

  std::filesystem::path folder;
  campaign::Inputs inputs = shipped_inputs();
  campaign::PlanOptions options{.only = {"22.B2"}, .repeat = 1};
  campaign::RunSettings settings;
  double gain_percent = 0;
  double shift_with_voltage = 0;
  double shift_with_frequency = 0;
  std::function<double(const OperatingPoint&)> surface;  ///< see ScriptedBench
  std::string firmware = "1.02";
  bool keeps = false;  ///< see ScriptedBench
  int points_before_update = 1'000'000;
  int disturbed_points = 0;
  std::vector<std::uint64_t> seeds;  ///< of the points that were applied
  std::optional<int> reads_before_error;
  int benches_opened = 0;
};

/// How many points of a run have each outcome.
inline std::map<v1::Outcome, int> counted(const v1::Run& run) {
  std::map<v1::Outcome, int> counts;
  for (const auto& result : run.results()) ++counts[result.outcome()];
  return counts;
}

}  // namespace meterrig::test
