// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "process.h"

namespace meterrig::test {

/// The program, a folder to work in and a simulated SMART X96-5A as a process of its own.
class Rig {
 public:
  /// `model` is an error model of the device; none starts no device.
  explicit Rig(const std::optional<std::string>& model = "good");

  /// Starts the simulated device, or another after the first has gone.
  void start_device(const std::string& model);
  Process& device() { return *device_; }

  /// Starts `meterrig` with these arguments in the folder.
  [[nodiscard]] Process start(std::vector<std::string> arguments,
                              std::vector<std::string> environment = {});
  /// Runs it to its end; the output is in `output`.
  int run(std::vector<std::string> arguments, std::vector<std::string> environment = {});

  /// Arguments of a certification on this device; `more` follows.
  [[nodiscard]] std::vector<std::string> certify(std::vector<std::string> more = {},
                                                 const std::string& suite = "iec-62053-22-0.5s",
                                                 const std::string& serial = "x96.tty") const;

  TemporaryFolder folder;
  std::string output;

 private:
  std::optional<Process> device_;
  int started_ = 0;
};

/// run.json of a folder of a run.
[[nodiscard]] nlohmann::json run_json(const std::filesystem::path& run);
/// Outcome by point, such as "OUTCOME_PASS".
[[nodiscard]] std::map<std::string, std::string> outcomes(const nlohmann::json& run);
/// Row of the limit by point, such as "22.B1".
[[nodiscard]] std::map<std::string, std::string> rows(const nlohmann::json& run);

/// A shipped data file's text.
[[nodiscard]] std::string shipped(const std::string& path);
/// `text` with the first `from` replaced; fails the test when there is none.
[[nodiscard]] std::string replaced(std::string text, const std::string& from,
                                   const std::string& to);

}  // namespace meterrig::test
