// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "meterrig/reference/front_end_model.h"

namespace meterrig::reference {

/// Three Rogowski coils with their integrators. Coil and integrator are one filter, since the
/// integral of a derivative needs neither.
class CoilIntegrator {
 public:
  /// `rate` in samples a second; integrators draw their noise from `first_channel` on.
  CoilIntegrator(const RogowskiCoil& model, double rate, std::uint64_t seed,
                 std::uint32_t first_channel);

  void reset();
  /// Currents through the coils to what the integrators say, in place.
  void transform(const PerPhase<double*>& rows, std::int64_t first_sample, std::size_t count);

 private:
  struct State {
    double current = 0;  // through the coil
    double input = 0;    // added at the integrator's input, V
    double output = 0;
  };

  double pole_ = 0;
  double gain_ = 1;        // of a change of the current
  double input_gain_ = 0;  // of the sum of two samples of the input, A / V
  double offset_ = 0;
  double noise_ = 0;
  std::uint64_t seed_ = 0;
  std::uint32_t first_channel_ = 0;
  PerPhase<State> states_{};
  std::vector<double> input_;
};

}  // namespace meterrig::reference
