// SPDX-License-Identifier: GPL-3.0-or-later
#include "carrier_estimate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <optional>
#include <vector>

#include "meterrig/vocabulary/turn.h"
#include "sine_fit.h"

namespace meterrig::soapy {
namespace {

using Complex = std::complex<double>;

constexpr double two_pi = 2 * std::numbers::pi;
constexpr double carrier_bandwidth = 256e3;   // hertz, in which the carrier is looked for
constexpr double envelope_bandwidth = 64e3;   // hertz; a modulation is looked for up to a quarter
constexpr double overdriven = 0.999;          // of full scale
constexpr double least_carrier_to_noise = 3;  // ratio

std::size_t blocks_to(double rate, double bandwidth) {
  return static_cast<std::size_t>(std::max(1.0, std::floor(rate / bandwidth)));
}

// Gain of a mean of `count` samples for a sine.
double droop(std::size_t count, double cycles_per_sample) {
  const double half = std::numbers::pi * cycles_per_sample;
  return std::sin(half * static_cast<double>(count)) /
         (static_cast<double>(count) * std::sin(half));
}

// The capture turned by -frequency, as means of `block` samples.
std::vector<Complex> mixed_down(const Capture& capture, double frequency, std::size_t block) {
  const Turn step{
      static_cast<std::uint64_t>(std::llround(std::ldexp(-frequency / capture.rate, 64)))};
  std::vector<Complex> mixed(capture.samples.size() / block);
  for (std::size_t m = 0; m < mixed.size(); ++m) {
    Complex sum = 0;
    for (std::size_t i = m * block; i < (m + 1) * block; ++i) {
      const SineCosine turned = sine_cosine(static_cast<std::int64_t>(i) * step);
      sum += Complex(capture.samples[i]) * Complex(turned.cosine, turned.sine);
    }
    mixed[m] = sum / static_cast<double>(block);
  }
  return mixed;
}

// Cycles a sample by which the carrier turns. An envelope that is never negative has no part in the
// phase of x[n + lag] conj(x[n]); each longer lag tells the frequency more finely, and the last one
// which of its periods it is in. White noise has no part either.
double turning(std::span<const Complex> samples) {
  double cycles = 0;
  double strength = 0;  // at the first lag
  for (std::size_t lag = 1; lag <= samples.size() / 2; lag *= 2) {
    Complex sum = 0;
    for (std::size_t n = 0; n + lag < samples.size(); ++n)
      sum += samples[n + lag] * std::conj(samples[n]);
    const double mean = std::abs(sum) / static_cast<double>(samples.size() - lag);
    if (lag == 1) strength = mean;
    // Pulses that fall into the pauses of the shifted ones.
    if (mean < 0.05 * strength) continue;
    const double found = std::arg(sum) / two_pi;
    const double expected = cycles * static_cast<double>(lag);
    cycles = (found + std::round(expected - found)) / static_cast<double>(lag);
  }
  return cycles;
}

// What is in phase with the carrier, and the r.m.s. of what is not.
struct InPhase {
  std::vector<double> values;
  double noise = 0;
};

InPhase in_phase(std::span<const Complex> samples) {
  const Complex sum = std::accumulate(samples.begin(), samples.end(), Complex(0));
  const Complex turned = std::abs(sum) > 0 ? std::conj(sum) / std::abs(sum) : Complex(1);
  InPhase result;
  double squares = 0;
  for (const Complex& sample : samples) {
    const Complex value = sample * turned;
    result.values.push_back(value.real());
    squares += value.imag() * value.imag();
  }
  result.noise = std::sqrt(squares / static_cast<double>(samples.size()));
  return result;
}

std::vector<double> block_means(std::span<const double> values, std::size_t block) {
  std::vector<double> means(values.size() / block);
  for (std::size_t m = 0; m < means.size(); ++m) {
    const auto part = values.subspan(m * block, block);
    means[m] = std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(block);
  }
  return means;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Amplitude, duty and depth of pulses: medians of what lies above and below half of the pulse.
void measure_pulses(std::span<const double> values, CarrierEstimate& estimate) {
  const double greatest = *std::max_element(values.begin(), values.end());
  double on = greatest;
  std::vector<double> above;
  std::vector<double> below;
  for (int pass = 0; pass < 2; ++pass) {
    above.clear();
    below.clear();
    for (const double value : values) (value > on / 2 ? above : below).push_back(value);
    on = median(above);
  }
  const double off = median(below);
  estimate.amplitude = on;
  estimate.duty =
      percent(100 * static_cast<double>(above.size()) / static_cast<double>(values.size()));
  estimate.depth = percent(100 * (on - off) / (on + off));
}

}  // namespace

CarrierEstimate estimate_carrier(const Capture& capture, const RfModulation& modulation) {
  CarrierEstimate estimate;
  const std::size_t block = blocks_to(capture.rate, carrier_bandwidth);
  if (capture.samples.size() / block < 64) {
    estimate.invalid = "a capture of fewer than 64 samples";
    return estimate;
  }
  // Once to find the carrier, and again with it in the middle, where the means do not lower it.
  const double rate = capture.rate / static_cast<double>(block);
  double frequency = capture.expected.in(hertz);
  std::vector<Complex> samples;
  for (int pass = 0; pass < 2; ++pass) {
    samples = mixed_down(capture, frequency, block);
    frequency += turning(samples) * rate;
  }
  samples = mixed_down(capture, frequency, block);
  const InPhase found = in_phase(samples);
  estimate.offset = hertz(frequency) - capture.expected;
  estimate.noise = found.noise;

  const std::size_t further = blocks_to(rate, envelope_bandwidth);
  const std::vector<double> envelope = block_means(found.values, further);
  const bool pulses = std::holds_alternative<PulseModulation>(modulation);
  const double line = envelope.size() < 16 ? 0 : strongest_line(envelope);
  if (pulses && line > 0) {
    // Of whole periods, or the duty would be that of where the capture happens to end.
    const double period = static_cast<double>(further) / line;
    const auto count = static_cast<double>(found.values.size());
    const auto whole = static_cast<std::size_t>(std::floor(count / period) * period);
    measure_pulses(std::span(found.values).first(whole), estimate);
  } else if (line > 0) {
    const SineFit fit = fit_sine(envelope, line);
    const double lowered = droop(block * further, line / static_cast<double>(block * further));
    estimate.amplitude = fit.mean;
    estimate.depth = percent(100 * fit.amplitude / lowered / fit.mean);
  }
  if (line > 0 && !std::holds_alternative<ContinuousWave>(modulation))
    estimate.modulation_frequency = hertz(line * rate / static_cast<double>(further));

  const bool full = std::any_of(capture.samples.begin(), capture.samples.end(), [](auto sample) {
    return std::abs(sample.real()) >= overdriven || std::abs(sample.imag()) >= overdriven;
  });
  if (full)
    estimate.invalid = "the receiver is overdriven";
  else if (!(estimate.amplitude > least_carrier_to_noise * estimate.noise))
    estimate.invalid = "no carrier that stands out of the noise";
  else if (line <= 0)
    estimate.invalid = "a capture too short for its modulation";
  return estimate;
}

}  // namespace meterrig::soapy
