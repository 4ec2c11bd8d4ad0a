// SPDX-License-Identifier: GPL-3.0-or-later
#include "counting_reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "idle_phases.h"

namespace meterrig::campaign {
namespace {

constexpr PerPhase<ActiveEnergy> nothing{watt_hour(0), watt_hour(0), watt_hour(0)};

}  // namespace

CountingReference::CountingReference(std::unique_ptr<ReferenceStandard> standard,
                                     std::string pulse_output, Percent standard_uncertainty)
    : standard_(std::move(standard)),
      pulse_output_(std::move(pulse_output)),
      standard_uncertainty_(standard_uncertainty),
      counts_{{.time = {}, .energy = nothing}} {}

Result<void> CountingReference::begin() {
  if (auto started = standard_->start_energy(); !started) return started;
  counts_.assign(1, {.time = {}, .energy = nothing});
  pulses_.clear();
  return {};
}

void CountingReference::add(const EnergyCount& count) {
  const Instant time = Instant{} + count.duration;
  // A pulse is told after the reading that came behind it.
  const auto after = std::upper_bound(counts_.begin(), counts_.end(), time,
                                      [](Instant t, const Count& c) { return t < c.time; });
  counts_.insert(after, {.time = time, .energy = count.active_energy});
}

Result<void> CountingReference::catch_up() {
  const auto count = standard_->read_energy();
  if (!count) return tl::unexpected(count.error());
  if (Instant{} + count->duration < now())
    return fail(ErrorCode::data_loss,
                fmt::format("the reference counts {:.9g} s, and counted {:.9g} s before; expected "
                            "time to go on",
                            count->duration.in(second), (now() - Instant{}).in(second)));
  add(*count);
  return look_for_pulses();
}

Result<void> CountingReference::look_for_pulses() {
  while (has_pulse_input_) {
    const auto pulse = standard_->next_pulse();
    if (!pulse && pulse.error().code == ErrorCode::unimplemented) {
      has_pulse_input_ = false;
      break;
    }
    if (!pulse) return tl::unexpected(pulse.error());
    const std::optional<EnergyCount>& count = *pulse;
    if (!count) break;
    add(*count);
    pulses_.push_back({.output = pulse_output_, .time = Instant{} + count->duration});
  }
  return {};
}

Result<void> CountingReference::pass(Duration duration) {
  const Instant until = now() + duration;
  while (now() < until) {
    if (auto waited = standard_->wait(until - now()); !waited) return waited;
    if (auto caught_up = catch_up(); !caught_up) return caught_up;
  }
  return {};
}

std::vector<Pulse> CountingReference::take_pulses() {
  // One at the end of a look may come with the next.
  std::ranges::sort(pulses_, {}, &Pulse::time);
  return std::exchange(pulses_, {});
}

Result<ReferenceReading> CountingReference::read() {
  const auto values = standard_->read();
  if (!values) return tl::unexpected(values.error());
  return reading_from(*values, standard_uncertainty_);
}

Result<std::optional<reference::MeterReading>> CountingReference::look() {
  return read().map([](const ReferenceReading& reading) { return std::optional(reading.first); });
}

Result<PerPhase<ActiveEnergy>> CountingReference::energy_until(Instant time) {
  const auto after = std::lower_bound(counts_.begin(), counts_.end(), time,
                                      [](const Count& c, Instant t) { return c.time < t; });
  if (after == counts_.end() || (after == counts_.begin() && after->time != time))
    return fail(
        ErrorCode::out_of_range,
        fmt::format("energy at {:.9g} s, and it is known from {:.9g} s to {:.9g} s",
                    (time - Instant{}).in(second), (counts_.front().time - Instant{}).in(second),
                    (now() - Instant{}).in(second)));
  if (after->time == time) return after->energy;
  const Count& before = *std::prev(after);
  const double share = (time - before.time) / (after->time - before.time);
  PerPhase<ActiveEnergy> energy = before.energy;
  for (std::size_t p = 0; p < phase_count; ++p)
    energy.at(p) += share * (after->energy.at(p) - before.energy.at(p));
  return energy;
}

void CountingReference::forget_before(Instant time) {
  // The last one at or before that time is still needed.
  while (counts_.size() > 1 && !(time < counts_[1].time)) counts_.pop_front();
}

ReferenceReading reading_from(const ReferenceValues& values, Percent standard_uncertainty) {
  ReferenceReading reading{};
  reading.first.frequency = values.frequency;
  reading.first.p_total = watt(0);
  reading.first.q1_total = var(0);
  reading.first.s_total = volt_ampere(0);
  reading.second.p_total = watt(0);
  reading.second.q1_total = var(0);
  const double u = standard_uncertainty.in(percent) / 100;
  double bound = 0;
  for (std::size_t p = 0; p < phase_count; ++p) {
    reference::PhaseReading& phase = reading.first.phase.at(p);
    phase = {.u = values.voltage.at(p),
             .i = values.current.at(p),
             .p = values.active_power.at(p),
             .q1 = values.reactive_power.at(p),
             .s = values.apparent_power.at(p),
             .power_factor =
                 values.active_power.at(p).in(watt) / values.apparent_power.at(p).in(volt_ampere),
             .voltage_angle = values.voltage_angle.at(p),
             .displacement = values.displacement.at(p),
             .voltage_thd = values.voltage_thd.at(p),
             .current_thd = values.current_thd.at(p)};
    const double s = phase.u.in(volt)*phase.i.in(ampere);
    const double phi = phase.displacement.known() ? phase.displacement.in(radian) : 0;
    reading.second.p.at(p) = watt(s * std::cos(phi));
    reading.second.q1.at(p) = var(s * std::sin(phi));
    reading.first.p_total += phase.p;
    reading.first.q1_total += phase.q1;
    reading.first.s_total += phase.s;
    reading.second.p_total += reading.second.p.at(p);
    reading.second.q1_total += reading.second.q1.at(p);
    const auto ratio = [](Percent thd) { return thd.known() ? thd.in(percent) / 100 : 0; };
    const double voltage_thd = ratio(phase.voltage_thd);
    const double current_thd = ratio(phase.current_thd);
    // Both are within the expanded uncertainty (k = 2); U and I hold harmonics, cos(phi) does not.
    bound += s * (4 * u + voltage_thd * current_thd +
                  (voltage_thd * voltage_thd + current_thd * current_thd) / 2);
  }
  reading.first.power_factor_total =
      reading.first.p_total.in(watt) / reading.first.s_total.in(volt_ampere);
  reading.agreement = {
      .p_difference = watt(std::abs((reading.first.p_total - reading.second.p_total).in(watt))),
      .p_bound = watt(bound),
      .q_difference = var(std::abs((reading.first.q1_total - reading.second.q1_total).in(var))),
      .q_bound = var(bound),
      .within = false};
  reading.agreement.within = reading.agreement.p_difference <= reading.agreement.p_bound &&
                             reading.agreement.q_difference <= reading.agreement.q_bound;
  silence_idle_phases(reading.first);
  return reading;
}

}  // namespace meterrig::campaign
