// SPDX-License-Identifier: GPL-3.0-or-later
#include "coil_integrator.h"

#include <numbers>
#include <span>

#include "fraction.h"
#include "meterrig/vocabulary/noise.h"

namespace meterrig::reference {

// s = 2 rate (1 - z^-1) / (1 + z^-1) in s / (s + w), and in 1 / (M (s + w)) for the input.
CoilIntegrator::CoilIntegrator(const RogowskiCoil& model, double rate, std::uint64_t seed,
                               std::uint32_t first_channel)
    : offset_(known_or_none(model.integrator_offset.in(volt))),
      noise_(known_or_none(model.integrator_noise.in(volt))),
      seed_(seed),
      first_channel_(first_channel) {
  const double half_angle = std::numbers::pi * model.integrator_corner.in(hertz) / rate;
  gain_ = 1 / (1 + half_angle);
  pole_ = (1 - half_angle) * gain_;
  input_gain_ = gain_ / (2 * rate * model.mutual_inductance);
  reset();
}

void CoilIntegrator::reset() {
  for (State& state : states_)
    state = {.current = 0, .input = offset_, .output = 2 * input_gain_ * offset_ / (1 - pole_)};
}

void CoilIntegrator::transform(const PerPhase<double*>& rows, std::int64_t first_sample,
                               std::size_t count) {
  for (std::size_t p = 0; p < phase_count; ++p) {
    input_.assign(count, offset_);
    if (noise_ > 0)
      add_noise({.seed = seed_, .channel = first_channel_ + static_cast<std::uint32_t>(p)},
                first_sample, noise_, input_);
    State state = states_[p];
    for (std::size_t i = 0; i < count; ++i) {
      const double current = rows[p][i];
      const double forced =
          gain_ * (current - state.current) + input_gain_ * (input_[i] + state.input);
      state = {.current = current, .input = input_[i], .output = forced + pole_ * state.output};
      rows[p][i] = state.output;
    }
    states_[p] = state;
  }
}

}  // namespace meterrig::reference
