// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data_files.h"
#include "messages.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/together.h"
#include "suites_to_run.h"

namespace meterrig::cli {

/// Collects what is wrong with every file before giving up.
class InputReader {
 public:
  explicit InputReader(const DataFiles& files) : files_(files) {}

  template <class Message>
  std::optional<loader::Loaded<Message>> read(
      DataFiles::Kind kind, const std::string& name,
      loader::LoadResult<Message> (*load)(const std::filesystem::path&)) {
    const auto file = files_.find(kind, name);
    if (!file) {
      complain(file.error());
      failed_ = true;
      return std::nullopt;
    }
    return take(load(*file));
  }
  template <class Message>
  std::optional<loader::Loaded<Message>> take(loader::LoadResult<Message> loaded) {
    if (loaded) return std::move(*loaded);
    add(loaded.error());
    return std::nullopt;
  }
  /// Suites with those they include, and for each the standard that it names, when it fits.
  void read_suites(const std::vector<std::string>& names, std::vector<LoadedSuite>& suites,
                   std::vector<loader::Loaded<v1::StandardFile>>& standards) {
    std::vector<loader::Finding> included;
    suites = suites_to_run(
        names,
        [this](const std::string& name) {
          return read(DataFiles::Kind::suite, name, &loader::load_suite);
        },
        included);
    add(included);
    for (const LoadedSuite& suite : suites) {
      auto standard =
          read(DataFiles::Kind::standard, suite.message.suite().standard(), &loader::load_standard);
      if (!standard) continue;  // and so there is no run
      add(loader::check_suite(suite, *standard));
      standards.push_back(std::move(*standard));
    }
  }
  void add(const std::vector<loader::Finding>& findings) {
    findings_.insert(findings_.end(), findings.begin(), findings.end());
  }

  /// Says what was found; true when nothing was.
  [[nodiscard]] bool fine() const {
    if (!findings_.empty()) complain(findings_);
    return findings_.empty() && !failed_;
  }

 private:
  const DataFiles& files_;
  std::vector<loader::Finding> findings_;
  bool failed_ = false;
};

}  // namespace meterrig::cli
