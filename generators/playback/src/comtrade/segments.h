// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "configuration.h"
#include "scan_reader.h"

namespace meterrig::playback::comtrade {

/// The runs of one rate of the scans that are there: by the configuration's rates, where it has
/// none by `asked`, else by the time stamps, for which all scans are gone through. Adds to
/// `warnings` where the number of scans is another than promised and what was assumed. Errors:
/// invalid_argument without a scan or where time stamps that are not evenly spaced are all there
/// is, naming the first that is not.
[[nodiscard]] Result<std::vector<RecordedSegment>> find_segments(
    const Configuration& configuration, ScanReader& reader, const std::string& data_file,
    std::optional<Rational> asked, std::vector<std::string>& warnings);

}  // namespace meterrig::playback::comtrade
