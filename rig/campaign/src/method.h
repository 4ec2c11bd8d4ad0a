// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "meterrig/v1/bench.pb.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/measurand.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::campaign {

/// A register is watched this much longer than its resolution alone needs: for an error, whose
/// scatter over three sub-intervals counts with few degrees of freedom, and for the check of the
/// constant, where the pulses show the scatter.
inline constexpr double error_register_margin = 3;
inline constexpr double constant_register_margin = 1.5;

/// What the choice of a method for one point depends on.
struct MethodQuestion {
  const v1::Device& device;
  const v1::Bench& bench;
  const v1::Suite& suite;
  Percent limit;
  const OperatingPoint& point;
  v1::Direction direction;
  double register_margin = error_register_margin;
  std::optional<v1::Method> method;        ///< fixed, else the suite's list in order
  std::optional<Duration> fixed_duration;  ///< else as long as the limit needs
  v1::Energy energy = v1::ENERGY_ACTIVE;
};

struct MethodChoice {
  v1::Method method = v1::METHOD_UNSPECIFIED;
  Duration duration;  ///< measuring time
  std::string
      refusal;  ///< why no method will do, with the duration that would; empty when one does
};

/// The first allowed method that the device offers and whose resolution is at most a fifth of the
/// limit within the suite's longest duration.
[[nodiscard]] MethodChoice choose_method(const MethodQuestion& question);

/// The output whose pulses errors of an energy are measured by; null when the device has none.
[[nodiscard]] const v1::PulseOutput* test_output(const v1::Device& device, v1::Energy energy);

/// Why pulses of an energy cannot be held against the bench's reference; empty when they can.
[[nodiscard]] std::string no_pulses_because(const v1::Device& device, const v1::Bench& bench,
                                            v1::Energy energy);

/// Of all phases, magnitude: P, or Q of reactive energy, vars as watts (see reference_power()).
[[nodiscard]] ActivePower nominal_power(const OperatingPoint& point,
                                        v1::Energy energy = v1::ENERGY_ACTIVE);
/// The register that counts the energy of the point: of reactive energy that of Q's sign.
[[nodiscard]] QuantityId energy_register(const OperatingPoint& point, v1::Direction direction,
                                         v1::Energy energy);

}  // namespace meterrig::campaign
