// SPDX-License-Identifier: GPL-3.0-or-later
#include "model_mapping.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace meterrig::twin {
namespace {

Result<PerPhase<reference::ChannelModel>> channels_from(
    const google::protobuf::RepeatedPtrField<v1::ChannelError>& messages, std::string_view name) {
  if (messages.size() != static_cast<int>(phase_count)) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("front_end.{} needs three channels, not {}", name, messages.size()));
  }
  PerPhase<reference::ChannelModel> models;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const v1::ChannelError& message = messages.Get(static_cast<int>(phase));
    models[phase] = {.gain = percent(message.gain()),
                     .offset = percent(message.offset()),
                     .noise = percent(message.noise()),
                     .gain_drift = percent(message.gain_drift()),
                     .offset_drift = percent(message.offset_drift()),
                     .skew = second(message.skew()),
                     .flicker_corner = hertz(message.flicker_corner()),
                     .shaped_noise = percent(message.shaped_noise())};
  }
  return models;
}

reference::TransformerCore core_from(const v1::TransformerCore& message) {
  reference::TransformerCore core;
  core.ratio = message.ratio();
  core.winding_resistance = message.winding_resistance();
  core.initial_flux.fill(message.initial_flux());
  core.curve.reserve(static_cast<std::size_t>(message.magnetisation_size()));
  for (const v1::MagnetisationPoint& point : message.magnetisation())
    core.curve.push_back({.flux = point.flux(), .current = ampere(point.current())});
  return core;
}

void add_sensors(const v1::FrontEnd& message, reference::FrontEndModel& model) {
  for (const v1::TransformerPoint& point : message.current_transformer()) {
    model.transformer.push_back({.current = ampere(point.current()),
                                 .ratio_error = percent(point.ratio_error()),
                                 .phase_error = degree(point.phase_error()),
                                 .burden = point.burden()});
  }
  model.burden = message.burden();
  if (message.has_transformer_core()) model.core = core_from(message.transformer_core());
  if (message.has_rogowski_coil()) {
    const v1::RogowskiCoil& coil = message.rogowski_coil();
    model.rogowski = {.mutual_inductance = coil.mutual_inductance(),
                      .integrator_corner = hertz(coil.integrator_corner()),
                      .integrator_noise = volt(coil.integrator_noise()),
                      .integrator_offset = volt(coil.integrator_offset())};
  }
  if (message.has_voltage_divider()) {
    model.divider = {.ratio_error = percent(message.voltage_divider().ratio_error()),
                     .time_constant = second(message.voltage_divider().time_constant())};
  }
}

Result<PulseEnergy> energy_from(v1::PulseEnergy message) {
  switch (message) {
    case v1::PULSE_ENERGY_ACTIVE_IMPORT:
      return PulseEnergy::active_import;
    case v1::PULSE_ENERGY_ACTIVE_EXPORT:
      return PulseEnergy::active_export;
    case v1::PULSE_ENERGY_ACTIVE_TOTAL:
      return PulseEnergy::active_total;
    case v1::PULSE_ENERGY_REACTIVE_IMPORT:
      return PulseEnergy::reactive_import;
    case v1::PULSE_ENERGY_REACTIVE_EXPORT:
      return PulseEnergy::reactive_export;
    case v1::PULSE_ENERGY_REACTIVE_TOTAL:
      return PulseEnergy::reactive_total;
    default:
      return fail(ErrorCode::invalid_argument, "a pulse output has no energy");
  }
}

}  // namespace

Result<reference::FrontEndModel> front_end_from(const v1::FrontEnd& message) {
  const auto rate = exact_rational(message.sample_rate());
  if (!rate) return tl::unexpected(rate.error());
  auto voltage = channels_from(message.voltage(), "voltage");
  if (!voltage) return tl::unexpected(std::move(voltage.error()));
  auto current = channels_from(message.current(), "current");
  if (!current) return tl::unexpected(std::move(current.error()));
  reference::FrontEndModel model;
  model.nominal_rate = *rate;
  model.adc_bits = message.adc_bits();
  model.voltage_full_scale = volt(message.voltage_full_scale());
  model.current_full_scale = ampere(message.current_full_scale());
  model.clock_error = percent(message.clock_error());
  model.voltage = *voltage;
  model.current = *current;
  add_sensors(message, model);
  if (message.has_anti_alias_filter()) {
    model.anti_alias = {.order = message.anti_alias_filter().order(),
                        .corner = hertz(message.anti_alias_filter().corner())};
  }
  if (message.has_temperature()) model.temperature = degree_celsius(message.temperature());
  model.clock_drift = percent(message.clock_drift());
  model.aperture_jitter = second(message.aperture_jitter());
  if (auto checked = reference::check(model); !checked) {
    return tl::unexpected(std::move(checked.error()));
  }
  return model;
}

Result<Wiring> wiring_from(const v1::FrontEnd& message) {
  Wiring wiring;
  const int count = message.current_wiring_size();
  if (count != 0 && count != static_cast<int>(phase_count)) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("front_end.current_wiring needs three entries, not {}", count));
  }
  for (int phase = 0; phase < count; ++phase)
    wiring.current.at(static_cast<std::size_t>(phase)) = message.current_wiring(phase);
  wiring.amperes_per_volt = message.pick_up() / message.voltage_full_scale();
  return wiring;
}

std::optional<WarmingModel> warming_from(const v1::FrontEnd& message, const v1::Ratings& ratings) {
  if (!message.has_self_warming()) return std::nullopt;
  return WarmingModel{.rise = message.self_warming().rise(),
                      .time_constant = second(message.self_warming().time_constant()),
                      .maximum = ampere(ratings.maximum_current())};
}

Result<CoreSettings> core_settings_from(const v1::Device& device, const v1::Twin& model) {
  const auto rate = exact_rational(model.front_end().sample_rate());
  if (!rate) return tl::unexpected(rate.error());
  CoreSettings settings;
  settings.nominal_rate = *rate;
  settings.adc_bits = model.front_end().adc_bits();
  settings.voltage_full_scale = volt(model.front_end().voltage_full_scale());
  settings.current_full_scale = ampere(model.front_end().current_full_scale());
  settings.reference_voltage = volt(device.ratings().reference_voltage());
  settings.reference_frequency = hertz(device.ratings().reference_frequency());
  settings.creep_threshold = ampere(model.creep_threshold());
  settings.initial_import = watt_hour(model.initial_import());
  settings.initial_export = watt_hour(model.initial_export());
  settings.energy_refresh = second(device.modbus().energy_refresh());
  const v1::Metering& metering = model.metering();
  settings.quadrature_error = degree(metering.quadrature_error());
  settings.reading_window = second(metering.reading_window());
  settings.direct_power_kept = percent(metering.direct_power_kept());
  settings.accumulator_bits = metering.accumulator_bits();
  settings.register_span = watt_hour(metering.register_span());
  settings.register_step = watt_hour(metering.register_step());
  settings.lost_pulses = percent(metering.lost_pulses());
  settings.repeated_pulses = percent(metering.repeated_pulses());
  settings.tariff_delay = second(metering.tariff_delay());
  settings.distortion_of_rms = metering.distortion_of_rms();
  for (const v1::TariffSwitch& change : device.tariff_switches())
    settings.tariffs.push_back({.time = second(change.time()), .tariff = change.tariff()});
  for (const v1::HarmonicError& error : model.harmonic_errors()) {
    const auto order = static_cast<std::size_t>(error.order());
    if (order >= settings.harmonic_errors.size())
      settings.harmonic_errors.resize(order + 1, percent(0));
    settings.harmonic_errors[order] = percent(error.gain());
  }
  for (const v1::PulseOutput& output : device.pulse_outputs()) {
    const auto energy = energy_from(output.energy());
    if (!energy) return tl::unexpected(energy.error());
    settings.outputs.push_back({.id = output.id(),
                                .energy = *energy,
                                .constant = impulse_per_kilowatt_hour(output.constant()),
                                .width = second(output.width()),
                                .position_quantum = second(output.position_quantum())});
  }
  return settings;
}

}  // namespace meterrig::twin
