// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "meterrig/vocabulary/signal.h"

namespace meterrig::synthesis {

/// sine sin(2 pi order y) + cosine cos(2 pi order y), y = f t / cycles.
struct FormLine {
  std::int32_t order = 1;
  double sine = 0;
  double cosine = 0;
};

/// The Fourier series of a form over its period of `cycles` cycles of the fundamental, by rising
/// order, without lines that are 0.
struct FormLines {
  double dc = 0;
  std::int32_t cycles = 1;  ///< on_cycles + off_cycles of a burst, else 1
  std::vector<FormLine> lines;
};

/// Coefficients in closed form; `rms` in the channel's unit. For a form that check() accepts.
template <class Kind>
[[nodiscard]] FormLines lines_of(const Form<Kind>& form);

/// Error: invalid_argument, naming the field, its value and what was expected.
template <class Kind>
[[nodiscard]] Result<void> check(const Form<Kind>& form);

}  // namespace meterrig::synthesis
