// SPDX-License-Identifier: GPL-3.0-or-later
#include "repetition.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

namespace meterrig::campaign {
namespace {

// 0 when the repetition is too long.
template <class Kind>
std::int64_t periods_of(const Channel<Kind>& channel, Rational fundamental) {
  std::int64_t periods = 1;
  const auto also = [&periods](std::int64_t own) {
    if (own < 1 || own > most_periods_repeated || periods == 0) {
      periods = 0;
      return;
    }
    periods = std::lcm(periods, own);
    if (periods > most_periods_repeated) periods = 0;
  };
  for (const Form<Kind>& form : channel.forms)
    if (form.kind == FormKind::burst_fired) also(form.on_cycles + form.off_cycles);
  for (const Tone<Kind>& tone : channel.tones) {
    const auto factor = divide(tone.frequency, fundamental);
    also(factor ? factor->denominator : 0);
  }
  for (const Channel<Kind>& other : channel.also) also(periods_of(other, fundamental));
  return periods;
}

double root_of_mean_squares(double sum, std::size_t count) {
  return std::sqrt(sum / static_cast<double>(count));
}

}  // namespace

Result<std::int64_t> periods_repeated(const SignalRecipe& recipe) {
  std::int64_t periods = 1;
  const auto also = [&](std::int64_t own) {
    periods = own == 0 || periods == 0 ? 0 : std::lcm(periods, own);
  };
  for (const auto& channel : recipe.voltage) also(periods_of(channel, recipe.frequency));
  for (const auto& channel : recipe.current) also(periods_of(channel, recipe.frequency));
  if (periods == 0 || periods > most_periods_repeated)
    return fail(ErrorCode::out_of_range,
                fmt::format("a signal that does not repeat soon; expected one that does within {} "
                            "periods of its fundamental",
                            most_periods_repeated));
  return periods;
}

Result<std::int64_t> samples_between_readings(Rational rate, Rational frequency,
                                              std::int64_t periods) {
  if (periods == 1) return 0;
  const auto samples = divide(rate, frequency);
  if (!samples) return tl::unexpected(samples.error());
  // So many samples are `denominator` periods, which must lead through all residues.
  if (std::gcd(samples->denominator, periods) != 1)
    return fail(ErrorCode::out_of_range,
                fmt::format("{} samples a second of a signal of {} Hz that repeats in {} periods; "
                            "expected a rate at which that is a whole number of samples",
                            rate.value(), frequency.value(), periods));
  return samples->numerator;
}

ReferenceReading mean_reading(std::span<const ReferenceReading> readings) {
  ReferenceReading mean = readings.front();
  if (readings.size() == 1) return mean;
  const double share = 1 / static_cast<double>(readings.size());
  const auto average = [&](auto value) {
    auto sum = share * value(readings.front());
    for (const ReferenceReading& reading : readings.subspan(1)) sum += share * value(reading);
    return sum;
  };
  for (std::size_t p = 0; p < phase_count; ++p) {
    reference::PhaseReading& phase = mean.first.phase.at(p);
    double volts = 0;
    double amperes = 0;
    for (const ReferenceReading& reading : readings) {
      const reference::PhaseReading& own = reading.first.phase.at(p);
      volts += own.u.in(volt)*own.u.in(volt);
      amperes += own.i.in(ampere)*own.i.in(ampere);
    }
    phase.u = volt(root_of_mean_squares(volts, readings.size()));
    phase.i = ampere(root_of_mean_squares(amperes, readings.size()));
    phase.p = average([p](const ReferenceReading& r) { return r.first.phase.at(p).p; });
    phase.q1 = average([p](const ReferenceReading& r) { return r.first.phase.at(p).q1; });
    phase.s = volt_ampere(phase.u.in(volt)*phase.i.in(ampere));
    phase.power_factor = phase.p.in(watt) / phase.s.in(volt_ampere);
    phase.voltage_thd =
        average([p](const ReferenceReading& r) { return r.first.phase.at(p).voltage_thd; });
    phase.current_thd =
        average([p](const ReferenceReading& r) { return r.first.phase.at(p).current_thd; });
    mean.second.p.at(p) = average([p](const ReferenceReading& r) { return r.second.p.at(p); });
    mean.second.q1.at(p) = average([p](const ReferenceReading& r) { return r.second.q1.at(p); });
  }
  mean.first.p_total = average([](const ReferenceReading& r) { return r.first.p_total; });
  mean.first.q1_total = average([](const ReferenceReading& r) { return r.first.q1_total; });
  mean.first.s_total = volt_ampere(0);
  for (const reference::PhaseReading& phase : mean.first.phase) mean.first.s_total += phase.s;
  mean.first.power_factor_total = mean.first.p_total.in(watt) / mean.first.s_total.in(volt_ampere);
  mean.second.p_total = average([](const ReferenceReading& r) { return r.second.p_total; });
  mean.second.q1_total = average([](const ReferenceReading& r) { return r.second.q1_total; });
  reference::Agreement& agreement = mean.agreement;
  agreement.p_difference = watt(std::abs((mean.first.p_total - mean.second.p_total).in(watt)));
  agreement.q_difference = var(std::abs((mean.first.q1_total - mean.second.q1_total).in(var)));
  agreement.p_bound = average([](const ReferenceReading& r) { return r.agreement.p_bound; });
  agreement.q_bound = average([](const ReferenceReading& r) { return r.agreement.q_bound; });
  agreement.within =
      agreement.p_difference <= agreement.p_bound && agreement.q_difference <= agreement.q_bound;
  return mean;
}

}  // namespace meterrig::campaign
