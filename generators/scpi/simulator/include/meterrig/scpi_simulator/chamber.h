// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/ports/clock.h"
#include "meterrig/scpi_simulator/served_instrument.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::scpi::simulator {

/// How a simulated climatic chamber behaves.
struct ChamberSettings {
  Temperature start = degree_celsius(23);
  double kelvin_per_minute = 3;
  double instability_kelvin = 0.05;  ///< it reads off its set point by so much at most
};

/// The instrument of generic-chamber.yaml. Its temperature moves with the clock, which outlives it.
[[nodiscard]] std::shared_ptr<ServedInstrument> make_chamber(const ChamberSettings& settings,
                                                             const ports::Clock& clock);

}  // namespace meterrig::scpi::simulator
