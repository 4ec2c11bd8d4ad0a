// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/bandwidth.h"

#include <algorithm>
#include <cmath>

namespace meterrig::synthesis {
namespace {

double highest_of(double frequency, const std::vector<Change<Frequency>>& changes) {
  for (const auto& change : changes) frequency += std::max(0.0, change.value.in(hertz));
  return frequency;
}

template <class Kind>
double bandwidth_of(const Channel<Kind>& channel, double fundamental) {
  double highest = 0;
  for (const auto& component : channel.components)
    highest = std::max(highest, component.order * fundamental);
  for (const auto& form : channel.forms)
    highest = std::max(highest, form.highest_order * fundamental);
  for (const auto& tone : channel.tones)
    highest = std::max(highest, highest_of(tone.frequency.value(), tone.frequency_changes));
  for (const auto& band : channel.noise_bands) highest = std::max(highest, band.highest.in(hertz));
  for (const auto& more : channel.also)
    highest = std::max(highest, bandwidth_of(more, fundamental));
  return highest;
}

}  // namespace

Frequency bandwidth(const SignalRecipe& recipe) {
  double fundamental = highest_of(recipe.frequency.value(), recipe.frequency_changes);
  for (const auto& modulation : recipe.frequency_modulations)
    fundamental += std::abs(modulation.depth.in(hertz));
  double highest = 0;
  for (const auto& channel : recipe.voltage)
    highest = std::max(highest, bandwidth_of(channel, fundamental));
  for (const auto& channel : recipe.current)
    highest = std::max(highest, bandwidth_of(channel, fundamental));
  return hertz(highest);
}

}  // namespace meterrig::synthesis
