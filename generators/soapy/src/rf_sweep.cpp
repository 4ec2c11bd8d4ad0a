// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/soapy/rf_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meterrig/vocabulary/units.h"

namespace meterrig::soapy {
namespace {

constexpr Duration longest_sleep = millisecond(50);  // so that a stop is seen soon

// A failure of one frequency, not of the instruments.
bool concerns_the_step(const Error& error) {
  switch (error.code) {
    case ErrorCode::out_of_range:
    case ErrorCode::aborted:
    case ErrorCode::deadline_exceeded:
    case ErrorCode::data_loss:
      return true;
    default:
      return false;
  }
}

Result<void> sleep_until(Instant time, RfGenerator& generator, ports::Clock& clock,
                         const std::stop_token& stop) {
  while (clock.now() < time) {
    generator.renew();
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, "the sweep was stopped");
    clock.sleep_until(std::min(time, clock.now() + longest_sleep));
  }
  return {};
}

}  // namespace

std::string difference(const RfOutput& output, const RfReading& reading,
                       const SweepTolerance& tolerance) {
  if (!reading.invalid.empty()) return reading.invalid;
  if (!(std::abs(reading.carrier_offset / output.carrier) * 100 <= tolerance.carrier.in(percent)))
    return fmt::format("the carrier is {} off",
                       readable(reading.carrier_offset.in(hertz), QuantityKind::frequency, 4));
  if (!(std::abs(ratio(reading.level, output.level) - 1) * 100 <= tolerance.level.in(percent)))
    return fmt::format("the level is {}, not {}", readable(reading.level), readable(output.level));
  Frequency frequency;
  if (const auto* am = std::get_if<AmplitudeModulation>(&output.modulation)) {
    frequency = am->frequency;
    if (!(std::abs((reading.depth - am->depth).in(percent)) <= tolerance.depth.in(percent)))
      return fmt::format("the modulation depth is {:.3g} %, not {:.3g} %",
                         reading.depth.in(percent), am->depth.in(percent));
  } else if (const auto* pulse = std::get_if<PulseModulation>(&output.modulation)) {
    frequency = pulse->frequency;
    if (!(std::abs((reading.duty - pulse->duty).in(percent)) <= tolerance.depth.in(percent)))
      return fmt::format("the pulses' duty is {:.3g} %, not {:.3g} %", reading.duty.in(percent),
                         pulse->duty.in(percent));
  } else {
    return reading.depth <= tolerance.depth
               ? ""
               : fmt::format("a ripple of {:.3g} % on an unmodulated carrier",
                             reading.depth.in(percent));
  }
  if (!(std::abs(reading.modulation_frequency / frequency - 1) * 100 <=
        tolerance.modulation_frequency.in(percent)))
    return fmt::format("the modulation has {}, not {}",
                       readable(reading.modulation_frequency.in(hertz), QuantityKind::frequency, 4),
                       readable(frequency.in(hertz), QuantityKind::frequency, 4));
  return "";
}

Result<RfSweep> RfSweep::create(const RfSweepPlan& plan, const SweepSettings& settings) {
  auto frequencies = frequencies_of(plan);
  if (!frequencies) return tl::unexpected(frequencies.error());
  for (const Duration duration : {plan.dwell, settings.response_time, settings.settle})
    if (!(duration >= second(0)) || !std::isfinite(duration.in(second)))
      return fail(
          ErrorCode::out_of_range,
          fmt::format("a time of {} s in a sweep; expected 0 s or more", duration.in(second)));
  const SweepTolerance& tolerance = settings.tolerance;
  for (const Percent part :
       {tolerance.level, tolerance.depth, tolerance.modulation_frequency, tolerance.carrier})
    if (!(part >= percent(0)))
      return fail(ErrorCode::out_of_range,
                  fmt::format("a tolerance of {} %; expected 0 % or more", part.in(percent)));
  return RfSweep(plan, settings, std::move(*frequencies));
}

Duration RfSweep::dwell() const { return std::max(plan_.dwell, settings_.response_time); }

Result<void> RfSweep::run(RfGenerator& generator, RfMonitor& monitor, ports::Clock& clock,
                          const std::stop_token& stop, const DuringStep& during,
                          const AfterStep& after) const {
  for (std::size_t i = 0; i < frequencies_.size(); ++i) {
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, "the sweep was stopped");
    SweepStep now;
    now.number = i;
    now.count = frequencies_.size();
    now.output = {.carrier = frequencies_[i], .level = plan_.level, .modulation = plan_.modulation};
    auto done = step(now, generator, monitor, clock, stop, during);
    // Before anything else, and whatever came of the step.
    if (auto ended = generator.off(); !ended) return ended;
    if (!done) return done;
    after(now);
  }
  return {};
}

Result<void> RfSweep::step(SweepStep& step, RfGenerator& generator, RfMonitor& monitor,
                           ports::Clock& clock, const std::stop_token& stop,
                           const DuringStep& during) const {
  const auto not_valid = [&step](const Error& error) -> Result<void> {
    if (!concerns_the_step(error)) return tl::unexpected(error);
    step.not_valid = error.message;
    return {};
  };
  if (auto started = generator.start(step.output); !started) return not_valid(started.error());
  const Instant begin = clock.now();
  if (auto slept = sleep_until(begin + settings_.settle, generator, clock, stop); !slept)
    return slept;
  generator.renew();
  auto reading = monitor.measure(step.output);
  if (!reading) return not_valid(reading.error());
  step.reading = *reading;
  step.not_valid = difference(step.output, *reading, settings_.tolerance);
  // A disturbance that is not there says nothing of the device.
  if (!step.not_valid.empty()) return {};
  if (auto looked = during(step.output); !looked) return looked;
  if (auto slept = sleep_until(begin + dwell(), generator, clock, stop); !slept) return slept;
  if (auto checked = generator.check(); !checked) return not_valid(checked.error());
  return {};
}

}  // namespace meterrig::soapy
