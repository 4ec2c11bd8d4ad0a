// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/wider_clones.h"

namespace meterrig::reference {

/// Two doubles side by side, in one vector register where the machine has them. What is computed
/// with them has the same bits everywhere.
using Pair = double __attribute__((vector_size(16)));

/// Four, in one register where the machine has such. Never a parameter or a result: how a function
/// takes one differs from machine to machine.
using Quad = double __attribute__((vector_size(32)));

inline Pair pair_of(double both) { return Pair{both, both}; }

}  // namespace meterrig::reference
