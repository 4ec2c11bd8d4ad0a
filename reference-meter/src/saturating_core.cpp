// SPDX-License-Identifier: GPL-3.0-or-later
#include "saturating_core.h"

#include <cmath>
#include <limits>

namespace meterrig::reference {
namespace {

// The flux may run through the knee of the curve within a sample.
constexpr std::size_t steps = 4;

// At n - 3/4, n - 1/2, n - 1/4 and n: weights of samples n, n - 1, n - 2, n - 3.
constexpr std::array<std::array<double, 4>, steps> cubic{
    {{15.0 / 128, 135.0 / 128, -27.0 / 128, 5.0 / 128},
     {5.0 / 16, 15.0 / 16, -5.0 / 16, 1.0 / 16},
     {77.0 / 128, 77.0 / 128, -33.0 / 128, 7.0 / 128},
     {1, 0, 0, 0}}};

}  // namespace

SaturatingCore::SaturatingCore(const TransformerCore& model, double burden, double rate)
    : ratio_(model.ratio),
      half_step_((model.winding_resistance + burden) / (2 * static_cast<double>(steps) * rate)) {
  Segment segment;
  for (const MagnetisationPoint& point : model.curve) {
    const double current = point.current.in(ampere);
    segment.slope = (current - segment.current) / (point.flux - segment.flux);
    segment.inverse = 1 / (1 + half_step_ * segment.slope);
    segment.end = point.flux + half_step_ * current;
    segments_.push_back(segment);
    segment.flux = point.flux;
    segment.current = current;
    segment.begin = segment.end;
  }
  segments_.back().end = std::numeric_limits<double>::infinity();
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double flux = model.initial_flux[p];
    std::size_t k = 0;
    while (k + 1 < segments_.size() && std::abs(flux) > model.curve[k].flux) ++k;
    const Segment& at = segments_[k];
    begin_[p].flux = flux;
    begin_[p].magnetising = std::copysign(at.current + at.slope * (std::abs(flux) - at.flux), flux);
  }
  reset();
}

void SaturatingCore::reset() { states_ = begin_; }

// The trapezoidal rule over one step: flux' + half i_m(flux') = flux + half (i + i' - i_m(flux)).
void SaturatingCore::step(State& state, double driven) const {
  const double known = state.flux + half_step_ * ((state.driven + driven) - state.magnetising);
  const double size = std::abs(known);
  std::size_t k = 0;
  while (size > segments_[k].end) ++k;
  const Segment& at = segments_[k];
  const double beyond = (size - at.begin) * at.inverse;
  state.flux = std::copysign(at.flux + beyond, known);
  state.magnetising = std::copysign(at.current + at.slope * beyond, known);
  state.driven = driven;
}

void SaturatingCore::transform(const PerPhase<double*>& rows, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t p = 0; p < phase_count; ++p) {
      State& state = states_[p];
      const double primary = rows[p][i];
      const double sample = primary / ratio_;
      for (const auto& weights : cubic)
        step(state, ((weights[0] * sample + weights[1] * state.samples[0]) +
                     weights[2] * state.samples[1]) +
                        weights[3] * state.samples[2]);
      state.samples = {sample, state.samples[0], state.samples[1]};
      rows[p][i] = primary - ratio_ * state.magnetising;
    }
}

}  // namespace meterrig::reference
