// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/scpi_simulator/electrical_world.h"
#include "meterrig/scpi_simulator/served_instrument.h"

namespace meterrig::scpi::simulator {

/// A three-phase calibrator that answers OK or ER, with `separator` behind a command's name.
[[nodiscard]] std::shared_ptr<ServedInstrument> make_calmet_calibrator(
    std::shared_ptr<ElectricalWorld> world, char separator = '_');

}  // namespace meterrig::scpi::simulator
