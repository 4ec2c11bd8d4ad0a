// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <string>

#include "meterrig/loader/signal_mapping.h"

namespace meterrig::loader {
namespace {

constexpr std::int32_t usual_highest_order = Form<VoltageKind>{}.highest_order;

// The loader has checked that it fits (check_scenario.cpp).
void write(double hertz, v1::Rational& message) {
  const auto ratio = exact_rational(hertz);
  message.set_numerator(ratio ? ratio->numerator : 0);
  message.set_denominator(ratio ? ratio->denominator : 1);
}

template <class FileModulation>
void write(const FileModulation& file, v1::Modulation& message) {
  message.set_shape(file.shape());
  write(file.frequency(), *message.mutable_frequency());
  message.set_depth(file.depth());
  message.set_phase(file.phase());
}

template <class FileChange>
void write_course(const FileChange& file, double value, v1::Change& message) {
  message.set_start(std::llround(file.start() * 1e9));
  message.set_value(value);
  message.set_ramp(file.ramp());
  if (file.has_hold()) message.set_hold(file.hold());
}

void write(const v1::FrequencyChange& file, v1::Change& message) {
  write_course(file, file.by(), message);
}

// Of one that may start at a point of the channel's fundamental.
template <class FileChange>
void write(const FileChange& file, double value, v1::Change& message) {
  write_course(file, value, message);
  if (!file.has_start_at()) return;
  message.set_start_angle(file.start_at().angle());
  message.set_start_cycle(file.start_at().cycle());
}

template <class FileForm>
void write_form(const FileForm& file, v1::Form& message) {
  message.set_kind(file.kind());
  message.set_rms(file.rms());
  message.set_phase(file.phase());
  message.set_angle(file.angle());
  message.set_on_cycles(file.on_cycles());
  message.set_off_cycles(file.off_cycles());
  message.set_highest_order(file.highest_order() == 0 ? usual_highest_order : file.highest_order());
}

template <class FileTone>
void write_tone(const FileTone& file, v1::Tone& message) {
  write(file.frequency(), *message.mutable_frequency());
  message.set_rms(file.rms());
  message.set_phase(file.phase());
  for (const auto& change : file.frequency_changes())
    write(change, *message.add_frequency_changes());
}

template <class FileChannel>
void write_channel(const FileChannel& file, v1::Channel& message) {
  message.set_dc(file.dc());
  message.set_noise_rms(file.noise_rms());
  for (const auto& component : file.components()) {
    v1::Component& line = *message.add_components();
    line.set_order(component.order());
    line.set_rms(component.rms());
    line.set_phase(component.phase());
  }
  for (const auto& form : file.forms()) write_form(form, *message.add_forms());
  for (const auto& tone : file.tones()) write_tone(tone, *message.add_tones());
  for (const auto& band : file.noise_bands()) {
    v1::NoiseBand& noise = *message.add_noise_bands();
    noise.set_lowest(band.lowest());
    noise.set_highest(band.highest());
    noise.set_rms(band.rms());
  }
  for (const auto& modulation : file.amplitude_modulations())
    write(modulation, *message.add_amplitude_modulations());
  for (const auto& modulation : file.phase_modulations())
    write(modulation, *message.add_phase_modulations());
  for (const auto& change : file.amplitude_changes())
    write(change, change.to(), *message.add_amplitude_changes());
  for (const auto& change : file.phase_changes())
    write(change, change.by(), *message.add_phase_changes());
  for (const auto& change : file.dc_changes())
    write(change, change.by(), *message.add_dc_changes());
  for (const auto& other : file.also()) write_channel(other, *message.add_also());
}

}  // namespace

Result<SignalRecipe> recipe_from(const v1::Scenario& scenario) {
  const auto frequency = exact_rational(scenario.frequency());
  if (!frequency) return fail(frequency.error().code, "frequency: " + frequency.error().message);
  v1::SignalRecipe message;
  write(scenario.frequency(), *message.mutable_frequency());
  message.set_noise_seed(scenario.noise_seed());
  for (const auto& channel : scenario.voltage()) write_channel(channel, *message.add_voltage());
  for (const auto& channel : scenario.current()) write_channel(channel, *message.add_current());
  for (const auto& modulation : scenario.frequency_modulations())
    write(modulation, *message.add_frequency_modulations());
  for (const auto& change : scenario.frequency_changes())
    write(change, *message.add_frequency_changes());
  return recipe_from(message);
}

}  // namespace meterrig::loader
