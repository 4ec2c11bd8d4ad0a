// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "configuration.h"

namespace meterrig::playback::comtrade {

/// The line from codes to values, and the codes there are, for a channel whose values do not exceed
/// `full_scale`: b = 0 and a the full scale over the greatest code, rounded up to 9 digits so that
/// the text of the file holds it. In BINARY of 1991, where FFFF is missing and would be -1, codes
/// go from 0 to 32766 and b puts the middle at 0. FLOAT32 has a = 1 and codes without a limit.
[[nodiscard]] Scaling scaling_for(double full_scale, DataType type, ComtradeRevision revision);

}  // namespace meterrig::playback::comtrade
