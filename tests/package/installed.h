// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "process.h"

namespace meterrig::test {

/// Runs a command to its end in `folder` and returns its output; fails the test when it fails.
inline std::string run(const std::vector<std::string>& command, const TemporaryFolder& folder) {
  Process process(command, folder.path(), folder / "output");
  const int status = process.wait();
  const std::string output = process.output();
  BOOST_REQUIRE_MESSAGE(status == 0,
                        command.front() + " ended with " + std::to_string(status) + ": " + output);
  return output;
}

/// Files below a folder by their paths from it.
inline std::set<std::string> files_below(const std::filesystem::path& folder) {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (!entry.is_directory()) found.insert(entry.path().lexically_relative(folder).string());
  return found;
}

}  // namespace meterrig::test
