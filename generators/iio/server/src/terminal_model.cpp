// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal_model.h"

#include <cmath>
#include <numbers>
#include <utility>

#include "meterrig/vocabulary/noise.h"

namespace meterrig::iio_server {
namespace {

std::size_t index_of(const TerminalAddress& terminal) {
  return static_cast<std::size_t>(terminal.phase) +
         (terminal.kind == ChannelKind::current ? phase_count : 0);
}

/// How far the low pass goes from one sample to the next.
double step_of(const Amplifier& amplifier, double rate) {
  if (!amplifier.corner.known()) return 1;
  return 1 - std::exp(-2 * std::numbers::pi * amplifier.corner.in(hertz) / rate);
}

}  // namespace

std::complex<double> Amplifier::response(Frequency frequency, double rate) const {
  using namespace std::complex_literals;
  const double omega = 2 * std::numbers::pi * frequency.in(hertz);
  const double step = step_of(*this, rate);
  const std::complex<double> low_pass = step / (1.0 - (1 - step) * std::exp(-1i * omega / rate));
  return gain * low_pass * std::exp(-1i * omega * static_cast<double>(delay) * 1e-9);
}

TerminalModel::TerminalModel(Wiring wiring) : wiring_(std::move(wiring)) {}

std::span<double> row_of(SampleBlock& block, const TerminalAddress& terminal) {
  const auto phase = static_cast<std::size_t>(terminal.phase);
  return terminal.kind == ChannelKind::current ? block.amperes(phase) : block.volts(phase);
}

void TerminalModel::fill(SampleBlock& block, const InputOf& input_of) {
  for (std::size_t number = 0; number < wiring_.amplifiers.size(); ++number) {
    const Amplifier& amplifier = wiring_.amplifiers[number];
    const std::size_t index = index_of(amplifier.to);
    const std::span<double> row = row_of(block, amplifier.to);
    input_of(number, row);
    const double step = step_of(amplifier, block.rate.value());
    double& state = low_pass_.at(index);
    for (double& value : row) {
      state += step * (value * amplifier.gain - state);
      value = state + amplifier.offset;
    }
    if (amplifier.noise_rms > 0)
      add_noise({.seed = wiring_.noise_seed, .channel = static_cast<std::uint32_t>(index)},
                noise_sample_, amplifier.noise_rms, row);
  }
  noise_sample_ += static_cast<std::int64_t>(block.count());
}

}  // namespace meterrig::iio_server
