// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "meterrig/iio/dac_source.h"
#include "meterrig/v1/hardware.pb.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// Opens the converters of a bench's source; `folder` is that of the bench file. With a calibration
/// record what is put out is corrected by it. Errors: those of the record (failed_precondition when
/// it is past its due date or of another board) and of the boards.
[[nodiscard]] Result<std::unique_ptr<iio::DacSource>> open_iio_source(
    const v1::IioSource& source, const std::filesystem::path& folder);

/// Opens the converter of a bench's reference. Errors: those of the board.
[[nodiscard]] Result<std::unique_ptr<SampleInput>> open_iio_reference(
    const v1::IioReference& reference);

}  // namespace meterrig::cli
