// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/reference/front_end.h"

namespace meterrig {

/// Gain, offset, noise and current transformers whose errors follow the current, at 8 kS/s.
inline reference::FrontEndModel a_front_end() {
  reference::FrontEndModel model;
  model.nominal_rate = {8000, 1};
  model.voltage_full_scale = volt(1000);
  model.current_full_scale = ampere(20);
  model.clock_error = percent(0);
  model.voltage.fill({.gain = percent(0.1), .offset = percent(0.01), .noise = percent(0.001)});
  model.current = model.voltage;
  model.transformer = {
      {.current = ampere(0.1), .ratio_error = percent(0.2), .phase_error = degree(0.3)},
      {.current = ampere(6), .ratio_error = percent(0), .phase_error = degree(0.1)}};
  return model;
}

}  // namespace meterrig
