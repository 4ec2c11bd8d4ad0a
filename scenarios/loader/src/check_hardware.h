// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "examination.h"
#include "meterrig/v1/bench.pb.h"

namespace meterrig::loader {

/// Of a bench with hardware: a driver and a link for each instrument, a terminal once, dates, a
/// wiring check where there is a reference, and a lease that outlasts a device's silence.
void check_hardware(const v1::Bench& bench, Examination& examination);

/// The list of certificates: dates that there are, due after the calibration.
void check_certificates(const v1::Bench& bench, Examination& examination);

}  // namespace meterrig::loader
