// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "configuration.h"
#include "data_section.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback::comtrade {

/// A configuration and its data as a recording. Errors: invalid_argument, data_loss.
[[nodiscard]] Result<std::unique_ptr<Recording>> open_data(Configuration configuration,
                                                           DataSection data,
                                                           std::optional<Rational> rate);

/// A .cff. Errors as above.
[[nodiscard]] Result<std::unique_ptr<Recording>> open_single_file(ByteFile file,
                                                                  std::optional<Rational> rate);

}  // namespace meterrig::playback::comtrade
