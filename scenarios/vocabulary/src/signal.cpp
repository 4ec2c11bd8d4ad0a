// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/signal.h"

#include <fmt/format.h>

namespace meterrig {
namespace {

template <class Kind>
Channel<Kind> sine(Unit<Kind> unit, Quantity<Kind> rms, Angle phase) {
  Channel<Kind> channel{.dc = unit(0), .components = {}, .noise_rms = unit(0)};
  if (rms > unit(0)) channel.components.push_back({.order = 1, .rms = rms, .phase = phase});
  return channel;
}

}  // namespace

Result<SignalRecipe> recipe_of(const OperatingPoint& point) {
  const auto frequency = exact_rational(point.frequency.in(hertz));
  if (!frequency) return tl::unexpected(frequency.error());
  if (frequency->numerator <= 0)
    return fail(ErrorCode::out_of_range,
                fmt::format("frequency {} Hz; expected one above 0 Hz", frequency->value()));
  SignalRecipe recipe{.frequency = *frequency, .noise_seed = 0, .voltage = {}, .current = {}};
  for (std::size_t p = 0; p < phase_count; ++p) {
    const Angle u_angle = point.voltage_angle.at(p);
    recipe.voltage.at(p) = sine(volt, point.voltage.at(p), u_angle);
    recipe.current.at(p) = sine(ampere, point.current.at(p), u_angle - point.displacement.at(p));
  }
  return recipe;
}

}  // namespace meterrig
