// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio_server/personalities.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace meterrig::iio_server {
namespace {

constexpr std::array phases{Phase::L1, Phase::L2, Phase::L3};

std::string list_of(const std::vector<std::int64_t>& rates) {
  return fmt::format("{}", fmt::join(rates, " "));
}

Attribute constant(std::string name, std::string value) {
  return {.name = std::move(name), .value = std::move(value), .behaviour = Behaviour::constant};
}

Attribute number(std::string name, double value) {
  return constant(std::move(name), fmt::format("{}", value));
}

const Attribute rate{.name = "sampling_frequency", .value = "", .behaviour = Behaviour::rate};
const Attribute raw{.name = "raw", .value = "", .behaviour = Behaviour::raw};

}  // namespace

DeviceDescription ad3552r_like(std::string label, int group) {
  DeviceDescription board{.name = "ad3552r",
                          .label = std::move(label),
                          .output = true,
                          .channels = {},
                          .attributes = {},
                          .debug_attributes = {},
                          .buffer_attributes = {constant("length_align_bytes", "8")},
                          .rates = {},
                          .rate = 256'000,
                          .group = group};
  constexpr std::int64_t slowest = 32'000;
  constexpr std::int64_t fastest = 16'384'000;
  for (std::int64_t r = slowest; r <= fastest; r *= 2) board.rates.push_back(r);
  for (const char* id : {"voltage0", "voltage1"}) {
    ChannelDescription channel{.id = id,
                               .format = {.big_endian = true,
                                          .is_signed = false,
                                          .fully_defined = true,
                                          .bits = 16,
                                          .storage = 16,
                                          .shift = 0},
                               .scale = 0.152588,
                               .offset = -32'768,
                               .converter_bits = 0,
                               .attributes = {}};
    channel.attributes = {raw, number("offset", channel.offset), number("scale", channel.scale),
                          rate, constant("sampling_frequency_available", list_of(board.rates))};
    board.channels.push_back(std::move(channel));
  }
  return board;
}

DeviceDescription ad7768_like() {
  DeviceDescription board{
      .name = "ad7768",
      .label = "reference",
      .output = false,
      .channels = {},
      .attributes = {rate},
      .debug_attributes = {},
      .buffer_attributes = {constant("length_align_bytes", "8"), constant("data_available", "0")},
      .rates = {},
      .rate = 32'000,
      .group = 0};
  constexpr int octaves = 9;
  for (int i = 0; i < octaves; ++i) board.rates.push_back(std::int64_t{1000} << i);
  board.attributes.push_back(constant("sampling_frequency_available", list_of(board.rates)));
  board.attributes.push_back(
      {.name = "filter_type", .value = "WIDEBAND", .behaviour = Behaviour::text});
  board.attributes.push_back(constant("filter_type_available", "WIDEBAND SINC5"));
  board.attributes.push_back(
      {.name = "power_mode", .value = "FAST_MODE", .behaviour = Behaviour::text});
  constexpr int inputs = 8;
  for (int i = 0; i < inputs; ++i) {
    ChannelDescription channel{.id = fmt::format("voltage{}", i),
                               .format = {.big_endian = false,
                                          .is_signed = true,
                                          .fully_defined = false,
                                          .bits = 24,
                                          .storage = 32,
                                          .shift = 0},
                               .scale = 0.000488281,
                               .offset = 0,
                               .converter_bits = 0,
                               .attributes = {}};
    channel.attributes = {raw, number("scale", channel.scale)};
    board.channels.push_back(std::move(channel));
  }
  board.channels.push_back({.id = "timestamp",
                            .format = {.big_endian = false,
                                       .is_signed = true,
                                       .fully_defined = false,
                                       .bits = 64,
                                       .storage = 64,
                                       .shift = 0},
                            .scale = 1,
                            .offset = 0,
                            .converter_bits = 0,
                            .attributes = {}});
  return board;
}

DeviceDescription m2k_dac_like(char letter) {
  DeviceDescription board{.name = fmt::format("m2k-dac-{}", letter),
                          .label = "",
                          .output = true,
                          .channels = {},
                          .attributes = {},
                          .debug_attributes = {},
                          .buffer_attributes = {constant("length_align_bytes", "8")},
                          .rates = {750, 7'500, 75'000, 750'000, 7'500'000, 75'000'000},
                          .rate = 75'000,
                          .group = 1};
  board.attributes = {rate,
                      constant("sampling_frequency_available", list_of(board.rates)),
                      {.name = "dma_sync", .value = "0", .behaviour = Behaviour::hold},
                      {.name = "oversampling_ratio", .value = "1", .behaviour = Behaviour::text}};
  ChannelDescription channel{.id = "voltage0",
                             .format = {.big_endian = false,
                                        .is_signed = true,
                                        .fully_defined = true,
                                        .bits = 16,
                                        .storage = 16,
                                        .shift = 0},
                             .scale = 0.152587890625,
                             .offset = 0,
                             .converter_bits = 12,
                             .attributes = {}};
  channel.attributes = {raw, number("offset", channel.offset), number("scale", channel.scale)};
  board.channels.push_back(std::move(channel));
  return board;
}

DeviceDescription m2k_adc_like() {
  DeviceDescription board{.name = "m2k-adc",
                          .label = "",
                          .output = false,
                          .channels = {},
                          .attributes = {},
                          .debug_attributes = {},
                          .buffer_attributes = {constant("length_align_bytes", "8")},
                          .rates = {1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000},
                          .rate = 100'000,
                          .group = 0};
  board.attributes = {rate,
                      constant("sampling_frequency_available", list_of(board.rates)),
                      {.name = "lost_frames", .value = "", .behaviour = Behaviour::lost_frames},
                      {.name = "oversampling_ratio", .value = "1", .behaviour = Behaviour::text}};
  for (const char* id : {"voltage0", "voltage1"}) {
    ChannelDescription channel{.id = id,
                               .format = {.big_endian = false,
                                          .is_signed = true,
                                          .fully_defined = false,
                                          .bits = 12,
                                          .storage = 16,
                                          .shift = 0},
                               .scale = 12.20703125,
                               .offset = 0,
                               .converter_bits = 0,
                               .attributes = {}};
    channel.attributes = {raw, number("scale", channel.scale)};
    board.channels.push_back(std::move(channel));
  }
  return board;
}

ContextDescription three_phase_bench() {
  ContextDescription context{.description = "SIMULATED three-phase bench of meterrig",
                             .attributes = {{"hw_model", "SIMULATED three-phase bench"},
                                            {"hw_serial", "SIMULATED-3P-1"},
                                            {"fw_version", "1"}},
                             .devices = {}};
  for (const char* label : {"source-l1", "source-l2", "source-l3"})
    context.devices.push_back(ad3552r_like(label, 1));
  context.devices.push_back(ad7768_like());
  return context;
}

Wiring three_phase_wiring(const std::string& pulse_output) {
  Wiring wiring;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const std::string board = fmt::format("source-l{}", p + 1);
    const TerminalAddress voltage{.phase = phases.at(p), .kind = ChannelKind::voltage};
    const TerminalAddress current{.phase = phases.at(p), .kind = ChannelKind::current};
    wiring.amplifiers.push_back(
        {.from = {board, "voltage0"}, .to = voltage, .gain = 100, .corner = {}});
    wiring.amplifiers.push_back(
        {.from = {board, "voltage1"}, .to = current, .gain = 4, .corner = {}});
    wiring.sensors.push_back(
        {.from = voltage, .to = {"reference", fmt::format("voltage{}", p)}, .gain = 0.01});
    wiring.sensors.push_back(
        {.from = current, .to = {"reference", fmt::format("voltage{}", 3 + p)}, .gain = 0.2});
  }
  if (!pulse_output.empty())
    wiring.pulse_lines.push_back({.output = pulse_output, .to = {"reference", "voltage6"}});
  return wiring;
}

ContextDescription m2k_bench() {
  return {.description = "SIMULATED student's instrument of meterrig",
          .attributes = {{"hw_model", "SIMULATED m2k"}, {"hw_serial", "SIMULATED-M2K-1"}},
          .devices = {m2k_dac_like('a'), m2k_dac_like('b'), m2k_adc_like()}};
}

Wiring m2k_wiring() {
  const TerminalAddress voltage{.phase = Phase::L1, .kind = ChannelKind::voltage};
  const TerminalAddress current{.phase = Phase::L1, .kind = ChannelKind::current};
  Wiring wiring;
  wiring.amplifiers = {
      {.from = {"m2k-dac-a", "voltage0"}, .to = voltage, .gain = 100, .corner = {}},
      {.from = {"m2k-dac-b", "voltage0"}, .to = current, .gain = 4, .corner = {}}};
  wiring.sensors = {{.from = voltage, .to = {"m2k-adc", "voltage0"}, .gain = 0.01},
                    {.from = current, .to = {"m2k-adc", "voltage1"}, .gain = 0.2}};
  return wiring;
}

}  // namespace meterrig::iio_server
