// SPDX-License-Identifier: GPL-3.0-or-later
#include "pulse_finder.h"

namespace meterrig::iio {

PulseFinder::PulseFinder(const PulseLevel& level)
    : sign_(level.active_low ? -1 : 1),
      begins_above_(sign_ * level.threshold.in(volt)),
      ends_below_(begins_above_ - level.hysteresis.in(volt)) {}

bool PulseFinder::next(double volts) {
  const double level = sign_ * volts;
  if (active_) {
    active_ = !(level < ends_below_);
    return false;
  }
  active_ = level > begins_above_;
  return active_;
}

}  // namespace meterrig::iio
