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
  const Segment* segment = segments_.data();
  while (size > segment->end) ++segment;
  const Segment& at = *segment;
  const double beyond = (size - at.begin) * at.inverse;
  state.flux = std::copysign(at.flux + beyond, known);
  state.magnetising = std::copysign(at.current + at.slope * beyond, known);
  state.driven = driven;
}

// The three phases' steps run side by side.
void SaturatingCore::transform(const PerPhase<double*>& rows, std::size_t count) {
  PerPhase<State> states = states_;
  for (std::size_t i = 0; i < count; ++i) {
    PerPhase<double> sample{};
    for (std::size_t p = 0; p < phase_count; ++p) sample[p] = rows[p][i] / ratio_;
    for (const auto& weights : cubic)
      for (std::size_t p = 0; p < phase_count; ++p) {
        const auto& before = states[p].samples;
        step(states[p],
             ((weights[0] * sample[p] + weights[1] * before[0]) + weights[2] * before[1]) +
                 weights[3] * before[2]);
      }
    for (std::size_t p = 0; p < phase_count; ++p) {
      states[p].samples = {sample[p], states[p].samples[0], states[p].samples[1]};
      rows[p][i] -= ratio_ * states[p].magnetising;
    }
  }
  states_ = states;
}

}  // namespace meterrig::reference
