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
  /// A suite and the standard that it names, when both are right and fit each other.
  void read_suite(const std::string& name, std::vector<loader::Loaded<v1::SuiteFile>>& suites,
                  std::vector<loader::Loaded<v1::StandardFile>>& standards) {
    auto suite = read(DataFiles::Kind::suite, name, &loader::load_suite);
    if (!suite) return;
    auto standard =
        read(DataFiles::Kind::standard, suite->message.suite().standard(), &loader::load_standard);
    if (!standard) return;
    add(loader::check_suite(*suite, *standard));
    suites.push_back(std::move(*suite));
    standards.push_back(std::move(*standard));
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
