// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands.h"
#include "data_files.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// What `meterrig list` tells of one thing, for people and for programs.
struct Description {
  std::string text;
  nlohmann::ordered_json json;
};

struct Entry {
  std::string name;  ///< as the command line or a bench file takes it
  Description description;
};

/// `meterrig list standards --compare A B`: the rows in which two standards differ.
int compare_standards(const ListOptions& options);

/// Command files of sources and references, converters and radios that this machine has. Complains
/// of what cannot be read or found and sets `status`.
[[nodiscard]] std::vector<Entry> source_entries(const DataFiles& files, int& status);

}  // namespace meterrig::cli
