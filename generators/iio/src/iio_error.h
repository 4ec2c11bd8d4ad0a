// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/vocabulary/result.h"

namespace meterrig::iio {

/// An errno of libiio as an error; `what` is what failed, such as "no buffer of device 'ad7768'".
[[nodiscard]] tl::unexpected<Error> iio_error(int number, const std::string& what);

}  // namespace meterrig::iio
