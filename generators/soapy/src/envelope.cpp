// SPDX-License-Identifier: GPL-3.0-or-later
#include "envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meterrig/vocabulary/turn.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::soapy {
namespace {

constexpr std::int64_t longest_period = 65536;  // samples
constexpr double fewest_samples = 8;            // a period

Frequency frequency_of(const RfModulation& modulation) {
  if (const auto* am = std::get_if<AmplitudeModulation>(&modulation)) return am->frequency;
  if (const auto* pulse = std::get_if<PulseModulation>(&modulation)) return pulse->frequency;
  return hertz(0);
}

}  // namespace

Result<double> peak_of(const RfModulation& modulation) {
  double peak = 1;
  if (const auto* am = std::get_if<AmplitudeModulation>(&modulation)) {
    const double depth = am->depth.in(percent);
    if (!(depth > 0) || !(depth <= 100))
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("a modulation depth of {} %; expected above 0 % and at most 100 %", depth));
    peak = 1 + depth / 100;
  } else if (const auto* pulse = std::get_if<PulseModulation>(&modulation)) {
    const double duty = pulse->duty.in(percent);
    if (!(duty > 0) || !(duty < 100))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("pulses of {} % duty; expected between 0 % and 100 %", duty));
  } else {
    return peak;
  }
  const double frequency = frequency_of(modulation).in(hertz);
  if (!(frequency > 0) || !std::isfinite(frequency))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a modulation frequency of {}; expected one above 0 Hz",
                            readable(frequency, QuantityKind::frequency)));
  return peak;
}

Envelope::Envelope(const RfModulation& modulation, double amplitude, Rational cycles_per_sample)
    : modulation_(modulation), amplitude_(amplitude), cycles_per_sample_(cycles_per_sample) {
  if (cycles_per_sample.denominator > longest_period) return;
  std::vector<std::complex<float>> period(static_cast<std::size_t>(cycles_per_sample.denominator));
  compute(0, period);
  period_ = std::move(period);
}

Result<Envelope> Envelope::create(const RfModulation& modulation, double amplitude, Rational rate) {
  if (const auto peak = peak_of(modulation); !peak) return tl::unexpected(peak.error());
  const Frequency frequency = frequency_of(modulation);
  if (frequency.in(hertz)*fewest_samples > rate.value())
    return fail(ErrorCode::out_of_range,
                fmt::format("a modulation frequency of {} at {} samples a second; expected at "
                            "least {} samples a period",
                            readable(frequency.in(hertz), QuantityKind::frequency), rate.value(),
                            fewest_samples));
  const auto exact = exact_rational(frequency.in(hertz));
  if (!exact) return tl::unexpected(exact.error());
  const auto cycles = divide(*exact, rate);
  if (!cycles) return tl::unexpected(cycles.error());
  return Envelope(modulation, amplitude, *cycles);
}

void Envelope::fill(std::int64_t first, std::span<std::complex<float>> samples) const {
  if (period_.empty()) return compute(first, samples);
  const auto length = period_.size();
  auto at = static_cast<std::size_t>(first % static_cast<std::int64_t>(length));
  while (!samples.empty()) {
    const std::size_t count = std::min(samples.size(), length - at);
    std::copy_n(period_.begin() + static_cast<std::ptrdiff_t>(at), count, samples.begin());
    samples = samples.subspan(count);
    at = 0;
  }
}

void Envelope::compute(std::int64_t first, std::span<std::complex<float>> samples) const {
  PhaseStepper stepper(cycles_per_sample_, first);
  const auto* am = std::get_if<AmplitudeModulation>(&modulation_);
  const auto* pulse = std::get_if<PulseModulation>(&modulation_);
  const double swing = am != nullptr ? amplitude_ * am->depth.in(percent) / 100 : 0;
  const std::uint64_t on =
      pulse != nullptr ? static_cast<std::uint64_t>(std::ldexp(pulse->duty.in(percent) / 100, 64))
                       : 0;
  for (std::complex<float>& sample : samples) {
    double value = amplitude_;
    if (am != nullptr)
      value += swing * sine_cosine(stepper.turn()).sine;
    else if (pulse != nullptr && stepper.turn().word >= on)
      value = 0;
    sample = static_cast<float>(value);
    stepper.step();
  }
}

}  // namespace meterrig::soapy
