// SPDX-License-Identifier: GPL-3.0-or-later
#include "adc_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "output_bank.h"

namespace meterrig::iio {
namespace {

Result<void> check_pulse_inputs(const AdcSettings& settings) {
  for (const AdcPulseInput& input : settings.pulse_inputs) {
    const auto refuse = [&input](const std::string& what) {
      return fail(ErrorCode::invalid_argument, fmt::format("pulse input '{}' on channel {}: {}",
                                                           input.output, input.channel, what));
    };
    if (input.output.empty()) return refuse("no pulse output of the meter is named");
    if (!input.threshold.known() || !std::isfinite(input.threshold.in(volt)))
      return refuse("no threshold; expected volts");
    if (!(input.hysteresis >= volt(0)) || !std::isfinite(input.hysteresis.in(volt)))
      return refuse(
          fmt::format("a hysteresis of {} V; expected at least 0 V", input.hysteresis.in(volt)));
    if (std::ranges::count(settings.pulse_inputs, input.output, &AdcPulseInput::output) != 1)
      return refuse("that output has another channel too");
    const auto users =
        std::ranges::count(settings.pulse_inputs, input.channel, &AdcPulseInput::channel) +
        std::ranges::count(settings.channels, input.channel, &AdcChannel::channel);
    if (users != 1) return refuse("the channel is used twice");
  }
  return {};
}

}  // namespace

Result<void> check(const AdcSettings& settings) {
  if (settings.channels.empty()) return fail(ErrorCode::invalid_argument, "no input channel");
  if (settings.block_samples == 0)
    return fail(ErrorCode::invalid_argument, "blocks of 0 samples; expected at least one");
  for (const AdcChannel& channel : settings.channels) {
    const std::string name = terminal_name(channel.kind, channel.phase);
    if (channel.kind == ChannelKind::other || !std::isfinite(channel.gain) || channel.gain == 0)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("input of {}: a gain of {}; expected that of a voltage or current",
                              name, channel.gain));
    const auto same = [&channel](const AdcChannel& other) {
      return (other.kind == channel.kind && other.phase == channel.phase) ||
             other.channel == channel.channel;
    };
    if (std::ranges::count_if(settings.channels, same) != 1)
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("input of {}: channel {} or the phase is used twice", name, channel.channel));
  }
  return check_pulse_inputs(settings);
}

}  // namespace meterrig::iio
