// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data_section.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::playback::comtrade {

/// No configuration is longer.
inline constexpr std::size_t longest_configuration = std::size_t{1} << 24U;

/// The sections of a .cff (2013) that matter.
struct SingleFile {
  std::string configuration;
  std::int64_t first_line = 1;  ///< of the configuration in the file
  DataSection data;
  std::vector<std::string> warnings;
};

/// Finds "--- file type: CFG ---" and "--- file type: DAT ASCII ---" or "... DAT BINARY: 1234 ---"
/// with its number of bytes. A file that ends before is read as far as it goes. Error:
/// invalid_argument without a configuration before the data.
[[nodiscard]] Result<SingleFile> split_single_file(ByteFile file);

/// Whether the line parts two sections.
[[nodiscard]] bool is_section_line(std::string_view line);

}  // namespace meterrig::playback::comtrade
