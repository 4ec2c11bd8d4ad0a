// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "meterrig/reference/front_end_model.h"

namespace meterrig::reference {

/// Three current transformers with cores, sample by sample: the trapezoidal rule in four steps a
/// sample, solved exactly, with the primary current by the cubic through four samples in between.
class SaturatingCore {
 public:
  /// `burden` in ohm, `rate` in samples a second.
  SaturatingCore(const TransformerCore& model, double burden, double rate);

  void reset();
  /// Primary currents to secondary ones times the ratio, in place.
  void transform(const PerPhase<double*>& rows, std::size_t count);

 private:
  // Of the curve. A step ends at the flux where flux + half_step_ i_m(flux) is a known number.
  struct Segment {
    double flux = 0;     // where it begins
    double current = 0;  // i_m there
    double slope = 0;
    double begin = 0;    // flux + half_step_ i_m where it begins
    double end = 0;      // and where it ends
    double inverse = 0;  // 1 / (1 + half_step_ slope)
  };
  struct State {
    double flux = 0;
    double magnetising = 0;
    double driven = 0;                // primary current over ratio at the step's begin
    std::array<double, 3> samples{};  // of it, the latest first
  };

  void step(State& state, double driven) const;

  double ratio_ = 1;
  double half_step_ = 0;  // resistance times half a step, V s / A
  std::vector<Segment> segments_;
  PerPhase<State> begin_{};
  PerPhase<State> states_{};
};

}  // namespace meterrig::reference
