// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>

#include "meterrig/iio/adc_input.h"
#include "meterrig/iio/dac_source.h"

/// What a lab would declare of iio_server::three_phase_wiring().
inline meterrig::iio::DacSettings three_phase_outputs() {
  using namespace meterrig;
  iio::DacSettings settings;
  settings.rate = {256'000, 1};
  settings.common_trigger = true;
  for (const Phase phase : {Phase::L1, Phase::L2, Phase::L3}) {
    const std::string board = "source-l" + std::to_string(static_cast<int>(phase) + 1);
    settings.channels.push_back({.device = board,
                                 .channel = "voltage0",
                                 .phase = phase,
                                 .kind = ChannelKind::voltage,
                                 .gain = 100,
                                 .greatest = 300});
    settings.channels.push_back({.device = board,
                                 .channel = "voltage1",
                                 .phase = phase,
                                 .kind = ChannelKind::current,
                                 .gain = 4,
                                 .greatest = 10});
  }
  return settings;
}

inline meterrig::iio::AdcSettings three_phase_inputs() {
  using namespace meterrig;
  iio::AdcSettings settings;
  settings.device = "reference";
  settings.rate = {32'000, 1};
  for (const Phase phase : {Phase::L1, Phase::L2, Phase::L3}) {
    const int index = static_cast<int>(phase);
    settings.channels.push_back({.channel = "voltage" + std::to_string(index),
                                 .phase = phase,
                                 .kind = ChannelKind::voltage,
                                 .gain = 0.01});
    settings.channels.push_back({.channel = "voltage" + std::to_string(3 + index),
                                 .phase = phase,
                                 .kind = ChannelKind::current,
                                 .gain = 0.2});
  }
  return settings;
}

/// 230 V, 5 A, 30 deg inductive, in the normal sequence.
inline meterrig::OperatingPoint three_phase_point() {
  using namespace meterrig;
  return {.frequency = hertz(50),
          .voltage = {volt(230), volt(229), volt(231)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(5), ampere(4.9), ampere(5.1)},
          .displacement = {degree(30), degree(31), degree(29)}};
}
