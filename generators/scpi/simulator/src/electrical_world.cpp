// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi_simulator/electrical_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace meterrig::scpi::simulator {
namespace {

OperatingPoint silence() {
  return {.frequency = hertz(50),
          .voltage = {volt(0), volt(0), volt(0)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(0), ampere(0), ampere(0)},
          .displacement = {degree(0), degree(0), degree(0)}};
}

double gain(Percent error) { return 1 + error.in(percent) / 100; }

}  // namespace

ElectricalWorld::ElectricalWorld(const WorldSettings& settings)
    : settings_(settings), set_(silence()) {}

ElectricalWorld::ElectricalWorld(const WorldSettings& settings, const ports::Clock& clock)
    : settings_(settings), clock_(&clock), clock_start_(clock.now()), set_(silence()) {}

std::shared_ptr<ElectricalWorld> ElectricalWorld::with_granted_time(
    const WorldSettings& settings, const ports::Clock& watchdog_clock) {
  auto world = std::make_shared<ElectricalWorld>(settings);
  world->watchdog_clock_ = &watchdog_clock;
  world->last_command_ = watchdog_clock.now();
  return world;
}

Instant ElectricalWorld::clock_time() const {
  if (clock_ == nullptr) return now_;
  return Instant{} + (clock_->now() - clock_start_);
}

Instant ElectricalWorld::now() const {
  const std::lock_guard lock(mutex_);
  return clock_time();
}

Result<void> ElectricalWorld::advance(Instant until) {
  const std::lock_guard lock(mutex_);
  if (clock_ != nullptr)
    return fail(ErrorCode::failed_precondition, "a clock gives the time; expected a granted one");
  if (until < now_)
    return fail(ErrorCode::out_of_range, fmt::format("{} ns is past; expected at least {} ns",
                                                     until.nanoseconds, now_.nanoseconds));
  pass_until(until);
  return terminals_state_;
}

void ElectricalWorld::catch_up() {
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
}

Instant ElectricalWorld::watchdog_time() const {
  return watchdog_clock_ == nullptr ? now_ : watchdog_clock_->now();
}

/// What happens up to then while the output stays as it is.
void ElectricalWorld::pass(Instant until) {
  const Instant begin = counted_until_;
  const PerPhase<ActiveEnergy> counted = energy_;
  count_energy(until);
  now_ = std::max(now_, until);
  if (terminals_ == nullptr || !terminals_state_) return;
  auto pulses = terminals_->advance(terminals_start_ + (now_ - Instant{}));
  if (!pulses) {
    terminals_state_ = tl::unexpected(pulses.error());
    return;
  }
  for (const Pulse& pulse : *pulses) {
    if (!settings_.pulse_output.empty() && pulse.output != settings_.pulse_output) continue;
    const Instant edge = Instant{} + (pulse.time - terminals_start_);
    EnergyCount count{.active_energy = counted, .duration = edge - energy_start_};
    const PerPhase<ActiveEnergy> since = energy_between(begin, edge);
    for (std::size_t p = 0; p < phase_count; ++p) count.active_energy.at(p) += since.at(p);
    counted_pulses_.push_back(count);
  }
  pulses_.insert(pulses_.end(), pulses->begin(), pulses->end());
}

/// Everything that happens up to then, in its order: the watchdog may trip on the way.
void ElectricalWorld::pass_until(Instant time) {
  const bool own_clock = watchdog_clock_ != nullptr;
  const Instant limit = last_command_ + watchdog_;
  if (on_ && watchdog_ > second(0) && limit < (own_clock ? watchdog_time() : time)) {
    pass(own_clock ? now_ : std::max(now_, limit));
    on_ = false;
    tripped_ = true;
    put_out();
  }
  pass(time);
}

void ElectricalWorld::count_energy(Instant until) {
  if (until <= counted_until_) return;
  const PerPhase<ActiveEnergy> energy = energy_between(counted_until_, until);
  for (std::size_t p = 0; p < phase_count; ++p) energy_.at(p) += energy.at(p);
  counted_until_ = until;
}

/// Of what is on the wires now. The power of one phase pulsates: with u = sqrt(2) U sin(wt + a) and
/// i = sqrt(2) I sin(wt + a - phi), u i = U I (cos(phi) - cos(2wt + 2a - phi)).
PerPhase<ActiveEnergy> ElectricalWorld::energy_between(Instant begin, Instant end) const {
  const ReferenceValues values = reference_now();
  const double omega = 2 * std::numbers::pi * values.frequency.in(hertz);
  PerPhase<ActiveEnergy> energy;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double start =
        2 * values.voltage_angle.at(p).in(radian)-values.displacement.at(p).in(radian);
    const auto wave = [&](Instant time) {
      return std::sin(2 * omega * (time - waves_start_).in(second) + start);
    };
    const double watt_seconds =
        -values.apparent_power.at(p).in(volt_ampere) / (2 * omega) * (wave(end) - wave(begin));
    energy.at(p) = values.active_power.at(p) * (end - begin) + watt_hour(watt_seconds / 3600);
  }
  return energy;
}

Result<void> ElectricalWorld::attach(std::shared_ptr<Terminals> terminals) {
  const auto description = terminals->describe();
  if (!description) return tl::unexpected(description.error());
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
  terminals_ = std::move(terminals);
  terminals_start_ = description->now + (Instant{} - now_);
  terminals_state_ = {};
  put_out();
  return terminals_state_;
}

std::vector<Pulse> ElectricalWorld::take_pulses() {
  const std::lock_guard lock(mutex_);
  return std::exchange(pulses_, {});
}

Result<void> ElectricalWorld::terminals_state() const {
  const std::lock_guard lock(mutex_);
  return terminals_state_;
}

/// The meter on the wires gets what is on them now.
void ElectricalWorld::put_out() {
  waves_start_ = now_;
  if (terminals_ == nullptr || !terminals_state_) return;
  const auto recipe = recipe_of(at_terminals(output_now(), settings_.wiring_fault));
  if (!recipe) {
    terminals_state_ = tl::unexpected(recipe.error());
    return;
  }
  if (auto applied = terminals_->apply(*recipe, settings_.device_seed); !applied)
    terminals_state_ = tl::unexpected(applied.error());
}

void ElectricalWorld::set(const OperatingPoint& point) {
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
  if (frozen_) return;
  set_ = point;
  if (on_) put_out();
}

void ElectricalWorld::switch_output(bool on) {
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
  if (frozen_) return;
  if (on) tripped_ = false;
  if (std::exchange(on_, on) != on) put_out();
}

OperatingPoint ElectricalWorld::set_point() const {
  const std::lock_guard lock(mutex_);
  return set_;
}

bool ElectricalWorld::output_on() const {
  const std::lock_guard lock(mutex_);
  return on_;
}

OperatingPoint ElectricalWorld::output() const {
  const std::lock_guard lock(mutex_);
  return output_now();
}

OperatingPoint ElectricalWorld::output_now() const {
  if (!on_) {
    OperatingPoint nothing = silence();
    nothing.frequency = set_.frequency;
    return nothing;
  }
  OperatingPoint point = set_;
  for (std::size_t p = 0; p < phase_count; ++p) {
    point.voltage.at(p) =
        point.voltage.at(p) * (gain(settings_.source_voltage_error) * gain(deviation_));
    point.current.at(p) = point.current.at(p) * gain(settings_.source_current_error);
  }
  return point;
}

void ElectricalWorld::arm_watchdog(Duration interval) {
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
  watchdog_ = interval;
  last_command_ = watchdog_time();
}

void ElectricalWorld::heard_command() {
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
  last_command_ = watchdog_time();
}

bool ElectricalWorld::watchdog_tripped() const {
  const std::lock_guard lock(mutex_);
  return tripped_;
}

void ElectricalWorld::deviate(Percent voltage) {
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
  deviation_ = voltage;
  put_out();
}

void ElectricalWorld::freeze_output(bool frozen) {
  const std::lock_guard lock(mutex_);
  frozen_ = frozen;
}

ReferenceValues ElectricalWorld::read_reference() const {
  const std::lock_guard lock(mutex_);
  return reference_now();
}

ReferenceValues ElectricalWorld::reference_now() const {
  const OperatingPoint wires = at_terminals(output_now(), settings_.wiring_fault);
  ReferenceValues values;
  values.frequency = wires.frequency;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const Voltage u = wires.voltage.at(p) * gain(settings_.reference_voltage_error);
    const Current i = wires.current.at(p) * gain(settings_.reference_current_error);
    const Angle phi = wires.displacement.at(p) + settings_.reference_angle_error;
    const ApparentPower s = u * i;
    values.voltage.at(p) = u;
    values.voltage_angle.at(p) = wires.voltage_angle.at(p);
    values.current.at(p) = i;
    values.displacement.at(p) = phi;
    values.apparent_power.at(p) = s;
    values.active_power.at(p) = watt(s.in(volt_ampere)*std::cos(phi.in(radian)));
    values.reactive_power.at(p) = var(s.in(volt_ampere)*std::sin(phi.in(radian)));
    values.voltage_thd.at(p) = percent(0);  // everything here is a sine wave
    values.current_thd.at(p) = percent(0);
  }
  return values;
}

void ElectricalWorld::start_energy() {
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
  energy_ = {watt_hour(0), watt_hour(0), watt_hour(0)};
  energy_start_ = now_;
  counted_pulses_.clear();
}

std::optional<EnergyCount> ElectricalWorld::next_counted_pulse() {
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
  if (counted_pulses_.empty()) return std::nullopt;
  const EnergyCount oldest = counted_pulses_.front();
  counted_pulses_.pop_front();
  return oldest;
}

EnergyCount ElectricalWorld::energy() {
  const std::lock_guard lock(mutex_);
  pass_until(clock_time());
  return {.active_energy = energy_, .duration = now_ - energy_start_};
}

}  // namespace meterrig::scpi::simulator
