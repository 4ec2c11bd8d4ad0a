// SPDX-License-Identifier: GPL-3.0-or-later
#include "influence_signal.h"

#include <cmath>
#include <numbers>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::campaign {
namespace {

std::size_t index_of(int phase_name) {
  return static_cast<std::size_t>(phase_name - v1::PHASE_NAME_L1);
}

FormKind form_kind(v1::FormKind kind) {
  switch (kind) {
    case v1::FORM_KIND_PHASE_FIRED_LEADING:
      return FormKind::phase_fired_leading;
    case v1::FORM_KIND_PHASE_FIRED_TRAILING:
      return FormKind::phase_fired_trailing;
    case v1::FORM_KIND_BURST_FIRED:
      return FormKind::burst_fired;
    default:
      return FormKind::half_wave;
  }
}

// Factor of the load point's current to the sine before it is switched.
double whole_sine(const v1::SwitchedSine& sine) {
  const double share = share_let_through(sine);
  switch (sine.level()) {
    case v1::SWITCHED_LEVEL_RMS:
      return 1 / std::sqrt(share);
    case v1::SWITCHED_LEVEL_MEAN_POWER:
      return 1 / share;
    default:
      return 1;
  }
}

// `angle` of the fundamental, in the time that the shape was moved; `turn` of all lines on top.
template <class Kind, class Harmonics, class Interharmonics>
Result<void> add_lines(Channel<Kind>& channel, const Harmonics& harmonics,
                       const Interharmonics& interharmonics, Quantity<Kind> fundamental,
                       Rational frequency, Angle angle, Angle turn) {
  for (const v1::HarmonicShare& share : harmonics)
    channel.components.push_back(
        {.order = share.order(),
         .rms = share.share() / 100 * fundamental,
         .phase = static_cast<double>(share.order()) * angle + degree(share.phase()) + turn});
  for (const v1::InterharmonicShare& share : interharmonics) {
    const auto own = exact_rational(share.frequency_factor()).and_then([&](Rational factor) {
      return divide(frequency, {factor.denominator, factor.numerator});
    });
    if (!own) return tl::unexpected(own.error());
    channel.tones.push_back(
        {.frequency = *own,
         .rms = share.share() / 100 * fundamental,
         .phase = share.frequency_factor() * angle + degree(share.phase()) + turn,
         .frequency_changes = {}});
  }
  return {};
}

}  // namespace

double share_let_through(const v1::SwitchedSine& sine) {
  constexpr double pi = std::numbers::pi;
  const double later =
      1 - sine.angle() / 180 + sine_cosine(turn_of(degree(2 * sine.angle()))).sine / (2 * pi);
  switch (sine.kind()) {
    case v1::FORM_KIND_PHASE_FIRED_LEADING:
      return later;
    case v1::FORM_KIND_PHASE_FIRED_TRAILING:
      return 1 - later;
    case v1::FORM_KIND_BURST_FIRED:
      return static_cast<double>(sine.on_cycles()) / (sine.on_cycles() + sine.off_cycles());
    default:
      return 0.5;
  }
}

double half_burst_seconds(const v1::SwitchedSine& burst, Frequency frequency) {
  return (burst.on_cycles() + burst.off_cycles()) / (2 * frequency.in(hertz));
}

OperatingPoint point_under(const v1::InfluenceLevel& level, OperatingPoint point) {
  if (level.has_frequency_factor()) point.frequency = level.frequency_factor() * point.frequency;
  for (Voltage& voltage : point.voltage)
    if (level.has_voltage_factor()) voltage = level.voltage_factor() * voltage;
  if (level.reversed_sequence()) std::swap(point.voltage_angle[1], point.voltage_angle[2]);
  for (const int phase : level.interrupted_phases()) point.voltage.at(index_of(phase)) = volt(0);
  return point;
}

Result<SignalRecipe> signal_under(const v1::InfluenceLevel& level, const OperatingPoint& point,
                                  bool exported) {
  auto recipe = recipe_of(point);
  if (!recipe) return recipe;
  const v1::InfluenceSignal& signal = level.signal();
  const Angle turn = degree(exported ? 180 : 0);
  for (std::size_t p = 0; p < phase_count; ++p) {
    const Angle voltage_angle = point.voltage_angle.at(p);
    const Angle current_angle = voltage_angle - (point.displacement.at(p) - turn);
    if (auto added = add_lines(recipe->voltage.at(p), signal.voltage_harmonics(),
                               signal.voltage_interharmonics(), point.voltage.at(p),
                               recipe->frequency, voltage_angle, degree(0));
        !added)
      return tl::unexpected(added.error());
    Channel<CurrentKind>& current = recipe->current.at(p);
    if (auto added = add_lines(current, signal.current_harmonics(), signal.current_interharmonics(),
                               point.current.at(p), recipe->frequency, current_angle, turn);
        !added)
      return tl::unexpected(added.error());
    if (!signal.has_switched_current() || current.components.empty()) continue;
    const v1::SwitchedSine& sine = signal.switched_current();
    current.components.erase(current.components.begin());  // the sine that is switched
    current.forms.push_back({.kind = form_kind(sine.kind()),
                             .rms = whole_sine(sine) * point.current.at(p),
                             .phase = current_angle + turn,
                             .angle = degree(sine.angle()),
                             .on_cycles = std::max(sine.on_cycles(), 1),
                             .off_cycles = std::max(sine.off_cycles(), 1)});
  }
  return recipe;
}

}  // namespace meterrig::campaign
