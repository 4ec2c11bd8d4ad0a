// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_bound.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace meterrig::record {
namespace {

template <class Kind>
constexpr Unit<Kind> unit_of{1.0};  // of a channel: volt or ampere

template <class Kind>
double known(Quantity<Kind> quantity) {
  return quantity.known() ? quantity.in(unit_of<Kind>) : 0;
}

// A Fourier series that ends overshoots a jump by 9 % of it; its neighbours' ripples add some.
template <class Kind>
double peak_of(const Form<Kind>& form) {
  constexpr double overshoot = 1.2;
  const double crest = form.kind == FormKind::rectifier
                           ? std::sqrt(2 * std::numbers::pi / form.angle.in(radian))
                           : std::numbers::sqrt2;
  return overshoot * crest * form.rms.in(unit_of<Kind>);
}

// How many times its amplitude a channel may get.
template <class Kind>
double greatest_factor(const Channel<Kind>& channel) {
  double factor = 1;
  for (const Modulation<Percent>& modulation : channel.amplitude_modulations)
    factor *= 1 + modulation.depth.in(percent) / 100;
  for (const Change<Percent>& change : channel.amplitude_changes)
    factor *= std::max(1.0, change.value.in(percent) / 100);
  return factor;
}

}  // namespace

template <class Kind>
bool silent(const Channel<Kind>& channel) {
  return known(channel.dc) == 0 && known(channel.noise_rms) == 0 && channel.components.empty() &&
         channel.forms.empty() && channel.tones.empty() && channel.noise_bands.empty() &&
         channel.dc_changes.empty() &&
         std::ranges::all_of(channel.also,
                             [](const Channel<Kind>& other) { return silent(other); });
}

template <class Kind>
double bound(const Channel<Kind>& channel) {
  constexpr Unit<Kind> unit = unit_of<Kind>;
  constexpr double deviations = 6;
  double peak = 0;
  for (const Component<Kind>& component : channel.components)
    peak += std::numbers::sqrt2 * component.rms.in(unit);
  for (const Form<Kind>& form : channel.forms) peak += peak_of(form);
  for (const Tone<Kind>& tone : channel.tones) peak += std::numbers::sqrt2 * tone.rms.in(unit);
  double noise = known(channel.noise_rms);
  for (const NoiseBand<Kind>& band : channel.noise_bands) noise += band.rms.in(unit);
  double sum = std::abs(known(channel.dc)) + greatest_factor(channel) * peak + deviations * noise;
  for (const Change<Quantity<Kind>>& change : channel.dc_changes)
    sum += std::abs(change.value.in(unit));
  for (const Channel<Kind>& other : channel.also) sum += bound(other);
  return sum;
}

double full_scale_for(double bound) {
  if (!(bound > 0)) return 1;
  const double decade = std::pow(10, std::floor(std::log10(bound)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (bound <= step * decade) return step * decade;
  }
  return 10 * decade;
}

template bool silent(const Channel<VoltageKind>& channel);
template bool silent(const Channel<CurrentKind>& channel);
template double bound(const Channel<VoltageKind>& channel);
template double bound(const Channel<CurrentKind>& channel);

}  // namespace meterrig::record
