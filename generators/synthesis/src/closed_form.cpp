// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/closed_form.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <string_view>

#include "form_lines.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::synthesis {
namespace {

__extension__ using Wide = __int128;

// r.m.s. phasor: sine and cosine part.
struct Phasor {
  double x = 0;
  double y = 0;
  [[nodiscard]] double square() const { return x * x + y * y; }
};

struct Rising {
  bool operator()(Rational a, Rational b) const {
    return Wide{a.numerator} * b.denominator < Wide{b.numerator} * a.denominator;
  }
};

// Lines by their exact frequency: a harmonic, a line of a burst and a tone meet where they do.
class Spectrum {
 public:
  explicit Spectrum(Rational fundamental) : fundamental_(fundamental) {}

  void add_dc(double value) { dc_ += value; }
  // Independent of all else: squares add up.
  void add_noise(double rms) { noise_square_ += rms * rms; }
  void add(Rational frequency, Phasor phasor) {
    Phasor& line = lines_[frequency];
    line.x += phasor.x;
    line.y += phasor.y;
  }
  [[nodiscard]] Rational fundamental() const { return fundamental_; }
  // order / cycles of the fundamental. Error: out_of_range when it does not fit.
  [[nodiscard]] Result<Rational> multiple(std::int32_t order, std::int32_t cycles) const {
    return divide(fundamental_, {cycles, order});
  }

  [[nodiscard]] Phasor first() const { return line(fundamental_); }
  [[nodiscard]] double rms() const {
    return std::sqrt(dc_ * dc_ + first().square() + distortion_square());
  }
  [[nodiscard]] Percent distortion() const {
    const double square = first().square();
    return square > 0 ? percent(100.0 * std::sqrt(distortion_square() / square)) : Percent{};
  }
  // Mean of the product with another one.
  [[nodiscard]] double product(const Spectrum& other) const {
    double sum = dc_ * other.dc_;
    for (const auto& [frequency, phasor] : lines_) {
      const Phasor its = other.line(frequency);
      sum += phasor.x * its.x + phasor.y * its.y;
    }
    return sum;
  }

 private:
  [[nodiscard]] Phasor line(Rational frequency) const {
    const auto found = lines_.find(frequency);
    return found == lines_.end() ? Phasor{} : found->second;
  }
  [[nodiscard]] double distortion_square() const {
    double sum = noise_square_;
    for (const auto& [frequency, phasor] : lines_)
      if (Rising()(frequency, fundamental_) || Rising()(fundamental_, frequency))
        sum += phasor.square();
    return sum;
  }

  Rational fundamental_;
  double dc_ = 0;
  double noise_square_ = 0;
  std::map<Rational, Phasor, Rising> lines_;
};

tl::unexpected<Error> no_truth(const std::string& where, std::string_view field) {
  return fail(ErrorCode::failed_precondition,
              fmt::format("{}{}{}: what changes in time has no closed form", where,
                          where.empty() ? "" : ": ", field));
}

Phasor phasor_of(double rms, Angle phase) {
  const auto [sine, cosine] = sine_cosine(turn_of(phase));
  return {rms * cosine, rms * sine};
}

// The first field of a channel that makes it unsteady; empty without one.
template <class Kind>
std::string unsteady_field(const Channel<Kind>& channel) {
  if (!channel.amplitude_modulations.empty()) return "amplitude_modulations";
  if (!channel.phase_modulations.empty()) return "phase_modulations";
  if (!channel.amplitude_changes.empty()) return "amplitude_changes";
  if (!channel.phase_changes.empty()) return "phase_changes";
  if (!channel.dc_changes.empty()) return "dc_changes";
  for (std::size_t k = 0; k < channel.tones.size(); ++k)
    if (!channel.tones[k].frequency_changes.empty())
      return fmt::format("tones[{}].frequency_changes", k);
  return {};
}

template <class Kind>
Result<void> add_form(const Form<Kind>& form, Spectrum& spectrum) {
  const FormLines lines = lines_of(form);
  spectrum.add_dc(lines.dc);
  for (const FormLine& line : lines.lines) {
    const auto frequency = spectrum.multiple(line.order, lines.cycles);
    if (!frequency) return tl::unexpected(frequency.error());
    spectrum.add(*frequency, {line.sine / std::numbers::sqrt2, line.cosine / std::numbers::sqrt2});
  }
  return {};
}

template <class Kind>
Result<void> add_channel(const Channel<Kind>& channel, Unit<Kind> unit, const std::string& where,
                         Spectrum& spectrum) {
  if (const std::string field = unsteady_field(channel); !field.empty())
    return no_truth(where, field);
  if (channel.dc.known()) spectrum.add_dc(channel.dc.in(unit));
  if (channel.noise_rms.known()) spectrum.add_noise(channel.noise_rms.in(unit));
  for (const NoiseBand<Kind>& band : channel.noise_bands) spectrum.add_noise(band.rms.in(unit));
  for (const Component<Kind>& component : channel.components) {
    const auto frequency = spectrum.multiple(component.order, 1);
    if (!frequency) return tl::unexpected(frequency.error());
    spectrum.add(*frequency, phasor_of(component.rms.in(unit), component.phase));
  }
  for (const Form<Kind>& form : channel.forms)
    if (auto added = add_form(form, spectrum); !added) return added;
  for (const Tone<Kind>& tone : channel.tones)
    spectrum.add(tone.frequency, phasor_of(tone.rms.in(unit), tone.phase));
  for (std::size_t k = 0; k < channel.also.size(); ++k)
    if (auto added =
            add_channel(channel.also[k], unit, fmt::format("{}: also[{}]", where, k), spectrum);
        !added)
      return added;
  return {};
}

template <class Kind>
Result<Spectrum> spectrum_of(Rational fundamental, const Channel<Kind>& channel, Unit<Kind> unit,
                             const std::string& where) {
  Spectrum spectrum(fundamental);
  if (auto added = add_channel(channel, unit, where, spectrum); !added)
    return tl::unexpected(std::move(added.error()));
  return spectrum;
}

void add_phase(std::size_t k, const Spectrum& u, const Spectrum& i, ClosedForm& truth) {
  const Phasor u1 = u.first();
  const Phasor i1 = i.first();
  const double sine_part = u1.y * i1.x - u1.x * i1.y;  // U_1 I_1 sin(phi_u - phi_i)
  const double cosine_part = u1.x * i1.x + u1.y * i1.y;
  truth.u.at(k) = volt(u.rms());
  truth.i.at(k) = ampere(i.rms());
  truth.p.at(k) = watt(u.product(i));
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

}  // namespace

Result<ClosedForm> closed_form(const SignalRecipe& recipe) {
  if (!recipe.frequency_modulations.empty()) return no_truth("", "frequency_modulations");
  if (!recipe.frequency_changes.empty()) return no_truth("", "frequency_changes");
  ClosedForm truth;
  truth.frequency = hertz(recipe.frequency.value());
  truth.p_total = watt(0);
  truth.q1_total = var(0);
  truth.s_total = volt_ampere(0);
  for (std::size_t k = 0; k < phase_count; ++k) {
    const auto u = spectrum_of(recipe.frequency, recipe.voltage.at(k), volt,
                               fmt::format("voltage L{}", k + 1));
    if (!u) return tl::unexpected(u.error());
    const auto i = spectrum_of(recipe.frequency, recipe.current.at(k), ampere,
                               fmt::format("current L{}", k + 1));
    if (!i) return tl::unexpected(i.error());
    add_phase(k, *u, *i, truth);
  }
  return truth;
}

}  // namespace meterrig::synthesis
