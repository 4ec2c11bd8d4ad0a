// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"

namespace meterrig::soapy {

/// Which radio, and how its streams run.
struct RadioSettings {
  std::string device;  ///< SoapySDR's arguments, such as "driver=lime,serial=0009072C02870A19"
  std::string serial_key =
      "serial";  ///< under which its hardware information has the serial number
  std::size_t channel = 0;
  Rational rate{1'000'000, 1};  ///< samples a second
};

}  // namespace meterrig::soapy
