// SPDX-License-Identifier: GPL-3.0-or-later
#include "supply.h"

#include <algorithm>

namespace meterrig::twin {
namespace {

bool carries(const Channel<VoltageKind>& channel) {
  const auto present = [](const auto& part) { return part.rms > volt(0); };
  return channel.dc > volt(0) || channel.dc < volt(0) || channel.noise_rms > volt(0) ||
         std::any_of(channel.components.begin(), channel.components.end(), present) ||
         std::any_of(channel.forms.begin(), channel.forms.end(), present) ||
         std::any_of(channel.tones.begin(), channel.tones.end(), present) ||
         std::any_of(channel.noise_bands.begin(), channel.noise_bands.end(), present) ||
         std::any_of(channel.also.begin(), channel.also.end(), carries);
}

}  // namespace

bool supplies(const SignalRecipe& signal) {
  return std::any_of(signal.voltage.begin(), signal.voltage.end(), carries);
}

}  // namespace meterrig::twin
