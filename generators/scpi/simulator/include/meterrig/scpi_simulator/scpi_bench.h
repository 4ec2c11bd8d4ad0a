// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/scpi_simulator/electrical_world.h"
#include "meterrig/scpi_simulator/served_instrument.h"

namespace meterrig::scpi::simulator {

/// The instrument of generic-scpi-source.yaml: set-points that take effect at TRIG, an output, a
/// meter of its own that reads what it puts out, a watchdog, an error queue.
[[nodiscard]] std::shared_ptr<ServedInstrument> make_scpi_source(
    std::shared_ptr<ElectricalWorld> world);

/// The instrument of generic-scpi-reference.yaml: reads what is on the world's wires, and counts
/// its energy.
[[nodiscard]] std::shared_ptr<ServedInstrument> make_scpi_reference(
    std::shared_ptr<ElectricalWorld> world);

}  // namespace meterrig::scpi::simulator
