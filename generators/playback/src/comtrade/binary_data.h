// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "configuration.h"
#include "data_section.h"
#include "scan_reader.h"

namespace meterrig::playback::comtrade {

/// Bytes of one scan: number, time stamp, values, words of 16 status bits (IEEE C37.111, 8.6).
[[nodiscard]] std::size_t record_size(DataType type, std::size_t analogue, std::size_t status);

/// Data of BINARY, BINARY32 or FLOAT32. Adds to `warnings` what the size of the data says.
[[nodiscard]] std::unique_ptr<ScanReader> open_binary_data(const Configuration& configuration,
                                                           DataSection data,
                                                           std::vector<std::string>& warnings);

}  // namespace meterrig::playback::comtrade
