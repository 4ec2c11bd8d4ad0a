// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

#include "meterrig/reference/power_theory.h"

namespace meterrig {

using Spectrum = std::vector<std::complex<double>>;

/// Order, r.m.s., degrees.
struct Line {
  std::size_t order;
  double rms;
  double degrees;
};

inline Spectrum spectrum(const std::vector<Line>& lines) {
  Spectrum phasors;
  for (const Line& line : lines) {
    if (phasors.size() <= line.order) phasors.resize(line.order + 1);
    phasors[line.order] = std::polar(line.rms, line.degrees * std::numbers::pi / 180);
  }
  return phasors;
}

/// A fundamental of `rms`, dc of up to 2 % and harmonics to `highest` of up to 20 % / sqrt(h).
inline Spectrum random_spectrum(std::mt19937_64& random, std::size_t highest, double rms) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  Spectrum phasors(highest + 1);
  phasors[0] = 0.02 * rms * uniform(random);
  for (std::size_t h = 1; h <= highest; ++h)
    phasors[h] = std::polar(
        h == 1 ? rms : 0.2 * rms * std::abs(uniform(random)) / std::sqrt(static_cast<double>(h)),
        std::numbers::pi * uniform(random));
  return phasors;
}

/// Three voltages near 230 V and currents near 5 A; with three wires the currents' sum is 0.
struct RandomSystem {
  RandomSystem(std::mt19937_64& random, reference::Wires wires, std::size_t highest)
      : wires_of(wires) {
    for (std::size_t k = 0; k < phase_count; ++k) {
      u.at(k) = random_spectrum(random, highest, 230);
      u.at(k)[1] *= std::polar(1.0, -static_cast<double>(k) * 2 * std::numbers::pi / 3);
      i.at(k) = random_spectrum(random, highest, 5);
    }
    if (wires == reference::Wires::three)
      for (std::size_t h = 0; h <= highest; ++h) i[1][h] = -i[0][h] - i[2][h];
  }

  [[nodiscard]] reference::ThreePhaseElements elements() const {
    reference::ThreePhaseElements result{
        .wires = wires_of, .phase = {}, .line_to_line = {}, .neutral = {}};
    for (std::size_t k = 0; k < phase_count; ++k)
      result.phase.at(k) = reference::element_of(u.at(k), i.at(k));
    return result;
  }

  reference::Wires wires_of;
  PerPhase<Spectrum> u;
  PerPhase<Spectrum> i;
};

}  // namespace meterrig
