// SPDX-License-Identifier: GPL-3.0-or-later
// What makes a shared object of the driver a module: SoapySDR loads it and finds the driver known.
#include <SoapySDR/Modules.hpp>

#include "meterrig/rigloop/registration.h"

namespace {

const SoapySDR::ModuleVersion version(METERRIG_VERSION);
const SoapySDR::Registry registered = meterrig::rigloop::registration();

}  // namespace
