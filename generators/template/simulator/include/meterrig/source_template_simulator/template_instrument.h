// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/scpi_simulator/electrical_world.h"
#include "meterrig/scpi_simulator/served_instrument.h"

namespace meterrig::source_template::simulator {

/// The instrument that template_source.h speaks to. It limits nothing, so that a driver that sends
/// too much is seen to.
[[nodiscard]] std::shared_ptr<scpi::simulator::ServedInstrument> make_instrument(
    std::shared_ptr<scpi::simulator::ElectricalWorld> world);

}  // namespace meterrig::source_template::simulator
