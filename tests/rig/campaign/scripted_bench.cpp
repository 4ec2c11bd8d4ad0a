// SPDX-License-Identifier: GPL-3.0-or-later
#include "scripted_bench.h"

#include <cmath>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::test {

SineCosine ScriptedBench::applied() const {
  SineCosine sum{.sine = 0, .cosine = 0};
  if (!point_) return sum;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double apparent = point_->voltage.at(p).in(volt)*point_->current.at(p).in(ampere);
    const SineCosine phase = sine_cosine(turn_of(point_->displacement.at(p)));
    sum.sine += apparent * phase.sine;
    sum.cosine += apparent * phase.cosine;
  }
  return sum;
}

double ScriptedBench::watts() const { return applied().cosine; }

double ScriptedBench::vars() const { return applied().sine; }

double ScriptedBench::counted(double applied) const {
  if (!point_ || point_->current == PerPhase<Current>{ampere(0), ampere(0), ampere(0)})
    return creeps ? 50 : 0;
  const double off_percent = (point_->voltage[0].in(volt) / 230 - 1) * 100;
  const double frequency_off = (point_->frequency.in(hertz) / 50 - 1) * 100;
  const double own = surface ? surface(*point_) : 0;
  return std::abs(applied) *
         (1 + (gain_percent + shift_with_voltage * off_percent +
               shift_with_frequency * frequency_off + warming_percent * warmth_ + own) /
                  100);
}

Result<void> ScriptedBench::apply(const OperatingPoint& point, std::uint64_t seed) {
  if (seeds != nullptr) seeds->push_back(seed);
  const bool was_dead = !point_ || point_->voltage[0] == volt(0);
  if (was_dead && point.voltage[0] > volt(0)) powered_ = now_;
  point_ = point;
  energised = true;
  ++times_applied;
  return {};
}

Result<void> ScriptedBench::apply_recipe(const SignalRecipe& /*recipe*/, std::uint64_t /*seed*/) {
  return fail(ErrorCode::unimplemented, "a scripted bench puts out points alone");
}

Result<void> ScriptedBench::off() {
  energised = false;
  return {};
}

void ScriptedBench::count(Counted& output, double rate, Duration duration,
                          std::vector<Pulse>& pulses) {
  std::normal_distribution<double> one(0, 1);
  const double before = output.pulses;
  output.pulses += rate * duration.in(second);
  for (; output.next <= output.pulses;
       output.next += interval_noise > 0 ? 1 + interval_noise * one(noise_) : 1) {
    Instant time = now_ + second((output.next - before) / rate);
    if (position_quantum > 0) {
      const auto quantum = static_cast<std::int64_t>(position_quantum * 1e9);
      time.nanoseconds = (time.nanoseconds + quantum - 1) / quantum * quantum;
    }
    if (!dead && (time - powered_).in(second) >= start_up)
      pulses.push_back({.output = output.output, .time = time});
  }
}

Result<std::vector<Pulse>> ScriptedBench::advance(Duration duration) {
  std::vector<Pulse> pulses;
  count(active_, counted(watts()) * constant / 3.6e6, duration, pulses);
  count(reactive_, counted(vars()) * reactive_constant / 3.6e6, duration, pulses);
  const double hours = duration.in(second) / 3600;
  ((watts() < 0) != turned ? export_wh_ : import_wh_) += counted(watts()) * hours;
  ((vars() < 0) != turned ? export_varh_ : import_varh_) += counted(vars()) * hours;
  now_ = now_ + duration;
  const double amperes = point_ ? point_->current[0].in(ampere) : 0;
  const double target = amperes * amperes / 36;
  warmth_ = target + (warmth_ - target) * std::exp(-duration.in(second) / warming_seconds);
  return pulses;
}

Result<campaign::ReferenceReading> ScriptedBench::read_reference() {
  if (!point_) return fail(ErrorCode::failed_precondition, "nothing is applied");
  const OperatingPoint& point = *point_;
  campaign::ReferenceReading reading{};
  reading.first.frequency = point.frequency;
  double volt_amperes = 0;
  for (std::size_t p = 0; p < phase_count; ++p) {
    reference::PhaseReading& phase = reading.first.phase.at(p);
    phase.u = point.voltage.at(p) * voltage_factor;
    phase.i = point.current.at(p);
    phase.voltage_angle = point.voltage_angle.at(p);
    if (phase.i > ampere(0)) phase.displacement = angle_of(turn_of(point.displacement.at(p)));
    phase.voltage_thd = percent(0);
    phase.current_thd = percent(0);
    volt_amperes += phase.u.in(volt)*phase.i.in(ampere);
  }
  reading.first.p_total = watt(watts() * (1 + reads_off_percent / 100));
  reading.first.q1_total = var(vars() * voltage_factor);
  reading.first.s_total = volt_ampere(volt_amperes);
  reading.second.p_total = reading.first.p_total;
  reading.agreement = {.p_difference = watt(algorithms_disagree ? 1 : 0),
                       .p_bound = watt(1e-6),
                       .q_difference = var(0),
                       .q_bound = var(1e-6),
                       .within = !algorithms_disagree};
  reading.true_power = watt(watts());
  reading.true_power_tolerance = percent(0.0005);
  return reading;
}

Result<std::optional<reference::MeterReading>> ScriptedBench::look() {
  auto reading = read_reference();
  if (!reading) return tl::unexpected(reading.error());
  if (times_applied <= disturbed_points) reading->first.phase[0].u = 1.02 * point_->voltage[0];
  return reading->first;
}

Result<ActiveEnergy> ScriptedBench::reference_energy(Instant begin, Instant end) {
  return watt(watts()) * (end - begin);
}

Result<ReactiveEnergy> ScriptedBench::reference_reactive_energy(Instant begin, Instant end) {
  return var(vars()) * (end - begin);
}

Result<void> ScriptedBench::play(std::unique_ptr<Signal> /*signal*/, Rational /*frequency*/,
                                 std::uint64_t /*seed*/) {
  return fail(ErrorCode::unimplemented, "a scripted bench plays no recordings");
}

Result<campaign::ReferenceReading> ScriptedBench::read_reference(Instant /*begin*/,
                                                                 Instant /*end*/) {
  return read_reference();
}

Result<PerPhase<ActiveEnergy>> ScriptedBench::reference_energy_per_phase(Instant begin,
                                                                         Instant end) {
  const ActiveEnergy third = watt(watts() / 3) * (end - begin);
  return PerPhase<ActiveEnergy>{third, third, third};
}

Result<std::vector<Reading>> ScriptedBench::read_device(std::span<const QuantityId> ids) {
  if (link_error && reads_before_error-- <= 0) return tl::unexpected(*link_error);
  std::vector<Reading> readings;
  for (const QuantityId id : ids) {
    if (!device_offers(id)) return fail(ErrorCode::not_found, to_string(id));
    double value = 0;
    double resolution = 1e-6;
    const auto stepped = [&](double wh) {
      return std::floor(wh / register_step_wh) * register_step_wh;
    };
    if (id.measurand == Measurand::active_energy_import) {
      value = stepped(import_wh_);
      resolution = register_step_wh;
    } else if (id.measurand == Measurand::active_energy_export) {
      value = stepped(export_wh_);
      resolution = register_step_wh;
    } else if (id.measurand == Measurand::reactive_energy_import) {
      value = stepped(import_varh_);
      resolution = register_step_wh;
    } else if (id.measurand == Measurand::reactive_energy_export) {
      value = stepped(export_varh_);
      resolution = register_step_wh;
    } else if (id.measurand == Measurand::active_power && id.place == Place::total) {
      value = std::copysign(counted(watts()), watts());
    } else if (id.measurand == Measurand::reactive_power && id.place == Place::total) {
      const auto reference = read_reference();
      if (!reference) return tl::unexpected(reference.error());
      value = reference->first.q1_total.in(var) * (1 + gain_percent / 100);
    }
    readings.push_back({.id = id,
                        .value = value,
                        .resolution = resolution,
                        .time = now_,
                        .time_base = "scripted"});
  }
  return readings;
}

bool ScriptedBench::device_offers(QuantityId id) const {
  return !pulses_only && id.place == Place::total &&
         (id.measurand == Measurand::active_power || id.measurand == Measurand::reactive_power ||
          id.measurand == Measurand::active_energy_import ||
          id.measurand == Measurand::active_energy_export ||
          id.measurand == Measurand::reactive_energy_import ||
          id.measurand == Measurand::reactive_energy_export);
}

Result<std::vector<std::pair<std::string, std::string>>> ScriptedBench::read_identity() {
  if (link_error && reads_before_error <= 0) return tl::unexpected(*link_error);
  return std::vector<std::pair<std::string, std::string>>{
      {"serial_number", "4711"},
      {"firmware", times_applied > points_before_update ? "1.03" : firmware}};
}

}  // namespace meterrig::test
