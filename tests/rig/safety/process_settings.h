// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/safety/limits.h"
#include "meterrig/vocabulary/operating_point.h"

namespace meterrig::test {

inline constexpr Duration lease = millisecond(200);
inline constexpr Duration tick = millisecond(200);
inline constexpr Duration read_back_interval = millisecond(50);
/// After which the instrument switches off by itself when it hears nothing.
inline constexpr Duration watchdog = millisecond(250);

inline const safety::Limits limits{.voltage = volt(300),
                                   .current = ampere(100),
                                   .apparent_power = kilovolt_ampere(30),
                                   .apparent_energy = kilovolt_ampere_hour(10),
                                   .duration = hour(2),
                                   .voltage_rise = kilovolt(100),
                                   .current_rise = ampere(10'000),
                                   .lowest_frequency = hertz(45),
                                   .highest_frequency = hertz(65),
                                   .crest = 1.5};
inline const OperatingPoint point{.frequency = hertz(50),
                                  .voltage = {volt(230), volt(230), volt(230)},
                                  .voltage_angle = {degree(0), degree(-120), degree(120)},
                                  .current = {ampere(5), ampere(5), ampere(5)},
                                  .displacement = {degree(0), degree(0), degree(0)}};

}  // namespace meterrig::test
