// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "../byte_file.h"

namespace meterrig::playback::comtrade {

/// The samples: a .dat file or that section of a .cff.
struct DataSection {
  ByteFile file;
  std::int64_t begin = 0;  ///< bytes from the file's start
  std::int64_t end = 0;
  std::int64_t first_line = 1;  ///< number of its first line in the file
};

}  // namespace meterrig::playback::comtrade
