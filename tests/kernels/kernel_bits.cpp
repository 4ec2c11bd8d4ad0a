// SPDX-License-Identifier: GPL-3.0-or-later
// Prints a digest of the bits that each kernel computes. Built twice: as it is, when the machine
// chooses the width of its vectors, and for plain x86-64 alone. The two must print the same.
#include <fmt/format.h>

#include <bit>
#include <complex>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "a_front_end.h"
#include "meterrig/reference/energy.h"
#include "meterrig/reference/harmonics.h"
#include "meterrig/reference/meter.h"
#include "meterrig/reference/power_meter.h"
#include "meterrig/reference/record_meter.h"
#include "meterrig/synthesis/synthesis.h"
#include "meterrig/vocabulary/noise.h"
#include "meterrig/vocabulary/wide.h"

namespace {

using namespace meterrig;

constexpr Rational rate{8000, 1};

// FNV-1a over the bits of numbers.
class Digest {
 public:
  void add(double value) { add(std::bit_cast<std::uint64_t>(value)); }
  void add(std::uint64_t word) {
    for (int byte = 0; byte < 8; ++byte, word >>= 8) {
      hash_ ^= word & 0xff;
      hash_ *= 0x100000001b3;
    }
  }
  void add(std::span<const double> values) {
    for (const double value : values) add(value);
  }
  void print(std::string_view name) const { fmt::print("{} {:016x}\n", name, hash_); }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

SampleBlock block_of(std::int32_t orders, std::size_t count) {
  SignalRecipe recipe{.frequency = {4987, 100}, .noise_seed = 3, .voltage = {}, .current = {}};
  const auto fill = [orders](auto& channel, auto unit, double rms, double turn) {
    channel.dc = unit(0.01 * rms);
    channel.noise_rms = unit(0.001 * rms);
    for (std::int32_t h = 1; h <= orders; ++h)
      channel.components.push_back(
          {.order = h, .rms = unit(rms / (h * h)), .phase = degree(turn + 37.0 * h)});
  };
  for (std::size_t p = 0; p < phase_count; ++p) {
    fill(recipe.voltage.at(p), volt, 230, 120.0 * static_cast<double>(p));
    fill(recipe.current.at(p), ampere, 5, 120.0 * static_cast<double>(p) + 30);
  }
  auto source = synthesis::Synthesis::create(recipe, rate);
  SampleBlock block(rate, 0, count);
  if (!source || !source->read(block)) std::abort();
  return block;
}

void add_rows(Digest& digest, const SampleBlock& block) {
  for (std::size_t p = 0; p < phase_count; ++p) {
    digest.add(block.volts(p));
    digest.add(block.amperes(p));
  }
}

void add_reading(Digest& digest, const reference::MeterReading& reading) {
  digest.add(reading.frequency.in(hertz));
  for (const reference::PhaseReading& phase : reading.phase) {
    digest.add(phase.u.in(volt));
    digest.add(phase.i.in(ampere));
    digest.add(phase.p.in(watt));
    digest.add(phase.q1.in(var));
  }
}

void synthesis_of_few_and_many_waves() {
  Digest digest;
  for (const std::int32_t orders : {1, 5, 63}) add_rows(digest, block_of(orders, 1003));
  digest.print("synthesis");
}

void noise() {
  std::vector<double> values(4099);
  add_noise({.seed = 77, .channel = 5}, 13, 1, values);
  Digest digest;
  digest.add(values);
  digest.print("noise");
}

void power_meter(const SampleBlock& block) {
  struct Sink final : reference::PowerMeter::Sink {
    Digest digest;
    void take(const reference::PowerWindow& window) override {
      add_reading(digest, window.reading);
    }
  };
  for (const auto quantities :
       {reference::PowerMeter::Quantities::all, reference::PowerMeter::Quantities::active}) {
    auto meter = reference::PowerMeter::create(
        {.rate = rate, .nominal = hertz(50), .cycles = 10, .quantities = quantities});
    Sink sink;
    if (!meter || !meter->feed(block, sink)) std::abort();
    sink.digest.print("power_meter");
  }
}

void energy_meter(const SampleBlock& block) {
  reference::EnergyMeter meter(rate, hertz(50));
  if (!meter.feed(block)) std::abort();
  Digest digest;
  digest.add(meter.frequency().in(hertz));
  for (std::int64_t at = 0; at < 1'900'000'000; at += 123'456'789)
    digest.add(meter.active_until({at}).in(watt_second));
  digest.print("energy_meter");
}

void measured_block(const SampleBlock& block) {
  const auto reading = reference::measure(block);
  if (!reading) std::abort();
  Digest digest;
  add_reading(digest, *reading);
  digest.print("measure");
}

void harmonics(const SampleBlock& block) {
  for (const auto precision :
       {reference::HarmonicPrecision::fast, reference::HarmonicPrecision::exact}) {
    reference::HarmonicSettings settings;
    settings.rate = rate;
    settings.nominal = hertz(50);
    settings.precision = precision;
    settings.largest_block = block.count();
    auto analyzer = reference::HarmonicAnalyzer::create(settings);
    if (!analyzer || !analyzer->feed(block)) std::abort();
    Digest digest;
    reference::HarmonicWindow window;
    while (analyzer->next(window))
      for (const auto* set : {&window.voltage, &window.current})
        for (const auto& channel : *set) {
          digest.add(channel.rms);
          for (const std::complex<double>& phasor : channel.phasors()) {
            digest.add(phasor.real());
            digest.add(phasor.imag());
          }
        }
    digest.print("harmonics");
  }
}

void record_meter(const SampleBlock& block) {
  reference::RecordSettings settings{.rate = rate,
                                     .channels = {},
                                     .pairs = {{0, 1}},
                                     .nominal = hertz(50),
                                     .events = {},
                                     .reference_voltage = {}};
  settings.channels = {{.kind = ChannelKind::voltage, .skew = 0},
                       {.kind = ChannelKind::current, .skew = 0}};
  auto meter = reference::RecordMeter::create(settings);
  if (!meter) std::abort();
  const std::vector<std::span<const double>> rows{block.volts(0), block.amperes(0)};
  meter->feed(rows);
  const reference::RecordReading reading = meter->finish();
  Digest digest;
  digest.add(reading.frequency);
  for (const auto& channel : reading.channels) {
    digest.add(channel.rms);
    for (const auto& line : channel.harmonics) digest.add(line.rms);
  }
  digest.print("record_meter");
}

void front_end(const SampleBlock& block) {
  reference::FrontEnd converter(a_front_end(), 9);
  reference::CodeBlock codes;
  converter.convert(block, hertz(49.87), codes);
  Digest digest;
  for (const auto* set : {&codes.volts, &codes.amperes})
    for (const auto& row : *set)
      for (const std::int32_t code : row) digest.add(static_cast<std::uint64_t>(code));
  digest.print("front_end");
}

}  // namespace

int main(int arguments, char** /*values*/) {
  // With an argument it says which of the two it is.
  if (arguments > 1) return METERRIG_CHOOSES_WIDTH;
  const SampleBlock block = block_of(63, 16007);
  synthesis_of_few_and_many_waves();
  noise();
  power_meter(block);
  energy_meter(block);
  measured_block(block);
  harmonics(block);
  record_meter(block);
  front_end(block);
}
