// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "meterrig/playback/open.h"
#include "meterrig/playback/write.h"

namespace meterrig::playback {

/// COMTRADE of 1991, 1999 and 2013 (IEEE C37.111, IEC 60255-24): a .cff, or a .cfg and .dat by the
/// name of either, whatever the case of their extensions. options.rate is taken where neither rate
/// nor time stamps say one. Errors: not_found, permission_denied, invalid_argument naming file,
/// line and field.
[[nodiscard]] Result<std::unique_ptr<Recording>> open_comtrade(const std::filesystem::path& file,
                                                               const OpenOptions& options);

/// Writes file.cfg and file.dat, or one .cff. The step of integer codes is the full scale over the
/// greatest code, rounded up to 9 digits. Not written: status channels, whose bits a recording does
/// not hold, and times of another form than dd/mm/yyyy, mm/dd/yy or yyyy-mm-dd, for which 1970
/// stands. Errors: invalid_argument for a combination that COMTRADE does not have, and those of
/// create(). The caller sees to the order and the number of scans.
[[nodiscard]] Result<std::unique_ptr<RecordingWriter>> create_comtrade(
    const std::filesystem::path& file, const RecordingDescription& description,
    const std::vector<double>& full_scale, const WriteOptions& options);

}  // namespace meterrig::playback
