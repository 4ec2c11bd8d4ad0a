// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SoapySDR/Registry.hpp>

namespace meterrig::rigloop {

/// Makes driver=rigloop known to SoapySDR in this process for as long as it lives. The module that
/// SoapySDR loads holds one; so does a test that links the driver.
[[nodiscard]] SoapySDR::Registry registration();

}  // namespace meterrig::rigloop
