// SPDX-License-Identifier: GPL-3.0-or-later
#include "means.h"

#include <cmath>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::reference {
namespace {

// Phase of a against b.
Angle angle_between(const ChannelMeans& a, const ChannelMeans& b) {
  return angle_of_point(a.x * b.x + a.y * b.y, a.y * b.x - a.x * b.y);
}

}  // namespace

MeterReading reading_of(const Means& means, Frequency frequency, Duration averaged,
                        double leakage) {
  MeterReading reading{.frequency = frequency,
                       .phase = {},
                       .p_total = watt(0),
                       .q1_total = var(0),
                       .s_total = volt_ampere(0),
                       .power_factor_total = 0,
                       .averaged = averaged,
                       .leakage = leakage};
  const ChannelMeans& reference = means.channels[0];
  for (std::size_t p = 0; p < phase_count; ++p) {
    const ChannelMeans& u = means.channels[p];
    const ChannelMeans& i = means.channels[phase_count + p];
    const bool has_voltage = means.has_fundamental(u);
    const bool has_current = means.has_fundamental(i);
    PhaseReading& phase = reading.phase.at(p);
    phase.u = volt(std::sqrt(u.square));
    phase.i = ampere(std::sqrt(i.square));
    phase.p = watt(means.power[p]);
    phase.q1 = var(u.y * i.x - u.x * i.y);
    phase.s = phase.u * phase.i;
    phase.power_factor = means.power[p] / phase.s.in(volt_ampere);
    if (has_voltage) {
      if (means.has_fundamental(reference)) phase.voltage_angle = angle_between(u, reference);
      phase.voltage_thd = percent(100 * std::sqrt(u.distortion_square() / u.fundamental_square()));
    }
    if (has_current)
      phase.current_thd = percent(100 * std::sqrt(i.distortion_square() / i.fundamental_square()));
    if (has_voltage && has_current) phase.displacement = angle_between(u, i);
    reading.p_total += phase.p;
    reading.q1_total += phase.q1;
    reading.s_total += phase.s;
  }
  reading.power_factor_total = reading.p_total.in(watt) / reading.s_total.in(volt_ampere);
  return reading;
}

}  // namespace meterrig::reference
