// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "commands.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/recording_source.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::cli {

/// A quantity of the command line, such as "50 Hz"; a number alone is in the unit of its kind.
/// `option` is named in the error: invalid_argument.
[[nodiscard]] Result<double> number_with_unit(const std::string& option, const std::string& text,
                                              QuantityKind kind);

/// "12.8 kHz" as an exact ratio. Error: invalid_argument when it is not above 0.
[[nodiscard]] Result<Rational> rate_of(const std::string& option, const std::string& text);

/// "NAME[=NEWNAME]:UNIT[:SCALE[:OFFSET]]". Error: invalid_argument, saying what was expected.
[[nodiscard]] Result<ChannelHint> channel_hint(const std::string& text);

/// What the command line says of the files of a recording; a description file (.yaml) says the
/// rest. Errors as above, and what is wrong in the description.
[[nodiscard]] Result<RecordingSource> recording_source(const RecordingOptions& options);

}  // namespace meterrig::cli
