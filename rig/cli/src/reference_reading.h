// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench_instruments.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// Reads a steady signal once: an instrument says it, samples are metered over `span` of them.
/// Errors: those of the instrument and of reference::measure().
[[nodiscard]] Result<ReferenceValues> read_reference(OpenReference& reference,
                                                     Duration span = second(0.2));

}  // namespace meterrig::cli
