// SPDX-License-Identifier: GPL-3.0-or-later
#include "low_pass.h"

#include <numbers>

#include "meterrig/vocabulary/turn.h"
#include "period_window.h"

namespace meterrig::reference {

// s = 2 rate (1 - z^-1) / (1 + z^-1), with s in units of the corner: c (1 - z^-1) / (1 + z^-1).
LowPass::LowPass(int order, double corner) {
  const double c = 1 / (std::numbers::pi * corner);
  for (int pair = 0; 2 * pair + 1 < order; ++pair) {
    // poles at -sin(angle) +- j cos(angle), angle = pi (2 pair + 1) / (2 order)
    const double damping =
        2 * sine_cosine(turn_of_turns((2.0 * pair + 1) / (4.0 * order))).sine * c;
    Section section;
    section.b = 1 / (c * c + damping + 1);
    section.b_twice = 2 * section.b;
    section.b_last = section.b;
    section.a1 = 2 * (1 - c * c) * section.b;
    section.a2 = (c * c - damping + 1) * section.b;
    sections_.push_back(section);
  }
  if (order % 2 == 1) {
    Section section;
    section.b = section.b_twice = 1 / (1 + c);
    section.a1 = (1 - c) * section.b;
    sections_.push_back(section);
  }
}

void LowPass::reset() {
  for (Section& section : sections_) section.state = {};
}

// The transposed direct form; the three channels' chains run side by side.
void LowPass::filter(const PerPhase<double*>& rows, std::size_t count) {
  for (Section& section : sections_) {
    const Section s = section;
    auto state = s.state;
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t p = 0; p < phase_count; ++p) {
        const double x = rows[p][i];
        const double y = s.b * x + state[p][0];
        state[p][0] = (s.b_twice * x + state[p][1]) - s.a1 * y;
        state[p][1] = s.b_last * x - s.a2 * y;
        rows[p][i] = y;
      }
    section.state = state;
  }
}

}  // namespace meterrig::reference
