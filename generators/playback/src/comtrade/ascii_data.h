// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "configuration.h"
#include "data_section.h"
#include "scan_reader.h"

namespace meterrig::playback::comtrade {

/// Data of ASCII. Goes through the text once to count its lines; adds to `warnings` what they say.
/// Error: data_loss.
[[nodiscard]] Result<std::unique_ptr<ScanReader>> open_ascii_data(
    const Configuration& configuration, DataSection data, std::vector<std::string>& warnings);

}  // namespace meterrig::playback::comtrade
