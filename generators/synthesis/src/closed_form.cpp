// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/closed_form.h"

#include <cmath>
#include <map>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::synthesis {
namespace {

// r.m.s. phasor: sine and cosine part.
struct Phasor {
  double x = 0;
  double y = 0;
  [[nodiscard]] double square() const { return x * x + y * y; }
};

struct Spectrum {
  double dc = 0;
  double noise = 0;
  std::map<std::int32_t, Phasor> lines;

  [[nodiscard]] Phasor line(std::int32_t order) const {
    const auto found = lines.find(order);
    return found == lines.end() ? Phasor{} : found->second;
  }
  [[nodiscard]] double harmonics_square() const {
    double sum = noise * noise;
    for (const auto& [order, phasor] : lines)
      if (order > 1) sum += phasor.square();
    return sum;
  }
  [[nodiscard]] double rms() const {
    return std::sqrt(dc * dc + line(1).square() + harmonics_square());
  }
  [[nodiscard]] Percent distortion() const {
    const double fundamental = line(1).square();
    return fundamental > 0 ? percent(100.0 * std::sqrt(harmonics_square() / fundamental))
                           : Percent{};
  }
};

template <class Kind>
Spectrum spectrum_of(const Channel<Kind>& channel, Unit<Kind> unit) {
  Spectrum spectrum;
  if (channel.dc.known()) spectrum.dc = channel.dc.in(unit);
  if (channel.noise_rms.known()) spectrum.noise = channel.noise_rms.in(unit);
  for (const Component<Kind>& component : channel.components) {
    const auto [sine, cosine] = sine_cosine(turn_of(component.phase));
    Phasor& line = spectrum.lines[component.order];
    line.x += component.rms.in(unit)*cosine;
    line.y += component.rms.in(unit)*sine;
  }
  return spectrum;
}

}  // namespace

ClosedForm closed_form(const SignalRecipe& recipe) {
  ClosedForm truth;
  truth.frequency = hertz(recipe.frequency.value());
  truth.p_total = watt(0);
  truth.q1_total = var(0);
  truth.s_total = volt_ampere(0);
  for (std::size_t k = 0; k < phase_count; ++k) {
    const Spectrum u = spectrum_of(recipe.voltage.at(k), volt);
    const Spectrum i = spectrum_of(recipe.current.at(k), ampere);
    double watts = u.dc * i.dc;
    for (const auto& [order, phasor] : u.lines) {
      const Phasor other = i.line(order);
      watts += phasor.x * other.x + phasor.y * other.y;
    }
    const Phasor u1 = u.line(1);
    const Phasor i1 = i.line(1);
    const double sine_part = u1.y * i1.x - u1.x * i1.y;  // U_1 I_1 sin(phi_u - phi_i)
    const double cosine_part = u1.x * i1.x + u1.y * i1.y;
    truth.u.at(k) = volt(u.rms());
    truth.i.at(k) = ampere(i.rms());
    truth.p.at(k) = watt(watts);
    truth.q1.at(k) = var(sine_part);
    truth.s.at(k) = truth.u.at(k) * truth.i.at(k);
    if (u1.square() > 0 && i1.square() > 0)
      truth.displacement.at(k) = angle_of_point(cosine_part, sine_part);
    truth.voltage_thd.at(k) = u.distortion();
    truth.current_thd.at(k) = i.distortion();
    truth.p_total += truth.p.at(k);
    truth.q1_total += truth.q1.at(k);
    truth.s_total += truth.s.at(k);
  }
  return truth;
}

}  // namespace meterrig::synthesis
