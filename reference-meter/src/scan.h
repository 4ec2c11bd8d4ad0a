// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "meterrig/vocabulary/signal.h"
#include "meterrig/vocabulary/wide.h"

namespace meterrig::reference {

/// One sample of all channels: L1, L2, L3 and a lane of zeros. Kernels weigh a scan with a weight
/// that all channels share, and the transform takes voltages as real and currents as imaginary
/// parts: nothing is ever shuffled between lanes. Where Quads lie in memory their struct says how,
/// for without AVX the compiler would align them to 16 bytes and the wider clone reads them by 32.
struct alignas(64) Scan {
  Quad volts;
  Quad amperes;
};

/// Samples `first` to `first + count` of a block as scans. False when one of them is not finite.
[[nodiscard]] bool interleave(const SampleBlock& block, std::size_t first, std::size_t count,
                              Scan* scans);

}  // namespace meterrig::reference
