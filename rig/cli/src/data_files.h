// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// The files that ship with the program: standards, suites, device profiles, benches, signals,
/// command files of instruments, RF disturbances, defects of meters.
class DataFiles {
 public:
  enum class Kind { suite, standard, device, bench, signal, instrument, disturbance, mutants };

  /// Where METERRIG_DATA says, else beside the program (a source tree or share/meterrig).
  /// Error: not_found, saying where was looked.
  [[nodiscard]] static Result<DataFiles> locate();

  /// The file of a name such as "smart-x96-5a"; a path (with a slash, or ending in .yaml) is
  /// itself. Error: not_found, listing the names that there are.
  [[nodiscard]] Result<std::filesystem::path> find(Kind kind, const std::string& name) const;
  /// All of a kind, by name.
  [[nodiscard]] std::vector<std::filesystem::path> all(Kind kind) const;
  /// The error model of a simulated device: "good" or "" is the one that ships with its profile.
  [[nodiscard]] Result<std::filesystem::path> find_twin(const std::string& device,
                                                        const std::string& name) const;

 private:
  std::filesystem::path root_;
};

}  // namespace meterrig::cli
