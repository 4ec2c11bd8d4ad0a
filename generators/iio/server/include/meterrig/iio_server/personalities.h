// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/iio_server/description.h"
#include "meterrig/iio_server/wiring.h"

namespace meterrig::iio_server {

/// Boards as their drivers show them, from public context descriptions; not copies of one.
///
/// A fast two-channel converter (like AD3552R): big-endian codes from 0 with an offset, +-5 V, a
/// rate for each channel.
[[nodiscard]] DeviceDescription ad3552r_like(std::string label, int group);
/// Eight simultaneous inputs of 24 bits with a time stamp (like AD7768): +-4.096 V, 1 to 256 kHz in
/// octaves.
[[nodiscard]] DeviceDescription ad7768_like();
/// One of the two outputs of a student's instrument (like ADALM2000): 12 bits in the upper part of
/// 16, +-5 V, a rate and `dma_sync` for the device. `letter` is 'a' or 'b'.
[[nodiscard]] DeviceDescription m2k_dac_like(char letter);
/// Its two inputs: 12 bits, +-25 V, no time stamp.
[[nodiscard]] DeviceDescription m2k_adc_like();

/// Three boards ad3552r_like, "source-l1" to "source-l3", started by one trigger, and an
/// ad7768_like "reference", all on one clock of 32.768 MHz.
[[nodiscard]] ContextDescription three_phase_bench();
/// What belongs to it: channel 0 of each board drives a voltage amplifier (100 V/V), channel 1 a
/// current amplifier (4 A/V); inputs 0 to 2 see the voltages by 1 V/100 V, 3 to 5 the currents by
/// 0.2 V/A. A pulse output of the device, where one is named, is on input 6: 0 V at rest, 3.3 V for
/// 30 ms.
[[nodiscard]] Wiring three_phase_wiring(const std::string& pulse_output = "");

/// Two m2k_dac_like and an m2k_adc_like.
[[nodiscard]] ContextDescription m2k_bench();
/// Voltage L1 by 100 V/V and back by 1 V/100 V, current L1 by 4 A/V and back by 0.2 V/A.
[[nodiscard]] Wiring m2k_wiring();

}  // namespace meterrig::iio_server
