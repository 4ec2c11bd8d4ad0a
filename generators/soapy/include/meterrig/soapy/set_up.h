// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "meterrig/vocabulary/quantity.h"

namespace meterrig::soapy {

/// What keeps a disturbance from the air.
enum class Enclosure : std::uint8_t {
  none,  ///< nothing: transmitting is refused
  shielded_room,
  tem_cell,                     ///< TEM or GTEM cell, stripline inside a screen
  coupling_decoupling_network,  ///< CDN
  electromagnetic_clamp,
  attenuator,  ///< cable from transmitter to receiver, as for a check of the rig itself
};

/// The closed set-up that a bench declares. It says of a place what no program can find out, so it
/// has no default that permits anything.
struct ClosedSetUp {
  Enclosure enclosure = Enclosure::none;
  std::string description;  ///< for the journal, such as "GTEM 500, room 2"
  ActivePower power_limit;  ///< greatest forward power, at the peak of the envelope
};

}  // namespace meterrig::soapy
