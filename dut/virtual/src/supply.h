// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/signal.h"

namespace meterrig::twin {

/// Whether a meter that lives on its voltages is on: some voltage of the signal is not zero. What
/// changes within the signal, an interruption of it too, is bridged.
[[nodiscard]] bool supplies(const SignalRecipe& signal);

}  // namespace meterrig::twin
