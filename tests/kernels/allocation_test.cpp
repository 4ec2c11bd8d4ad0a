// SPDX-License-Identifier: GPL-3.0-or-later
// What runs block by block allocates nothing: counted by this program's own operator new.
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "a_front_end.h"
#include "meterrig/reference/harmonics.h"
#include "meterrig/reference/power_meter.h"
#include "meterrig/synthesis/synthesis.h"

namespace {

std::size_t allocations = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
// Not inlined, for GCC would tell that what operator new gave is freed.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/,
                                       std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

using namespace meterrig;

namespace {

constexpr Rational rate{8000, 1};
constexpr std::size_t scans = 1000;

synthesis::Synthesis source() {
  SignalRecipe recipe{.frequency = {5013, 100}, .noise_seed = 3, .voltage = {}, .current = {}};
  const auto fill = [](auto& channel, auto unit, double rms) {
    channel.dc = unit(0.01 * rms);
    channel.noise_rms = unit(0.001 * rms);
    for (std::int32_t h = 1; h <= 20; ++h)
      channel.components.push_back({.order = h, .rms = unit(rms / h), .phase = degree(37.0 * h)});
    channel.amplitude_modulations = {{.shape = ModulationShape::sine,
                                      .frequency = {8, 1},
                                      .depth = percent(1),
                                      .phase = degree(0)}};
    channel.tones = {
        {.frequency = {333, 1}, .rms = unit(1), .phase = degree(0), .frequency_changes = {}}};
    channel.noise_bands = {{.lowest = hertz(0), .highest = hertz(500), .rms = unit(0.1)}};
  };
  for (auto& channel : recipe.voltage) fill(channel, volt, 230);
  for (auto& channel : recipe.current) fill(channel, ampere, 5);
  auto made = synthesis::Synthesis::create(recipe, rate);
  BOOST_TEST_REQUIRE(made.has_value());
  return *std::move(made);
}

struct Ignored final : reference::PowerMeter::Sink {
  void take(const reference::PowerWindow& /*window*/) override { ++windows; }
  int windows = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(blocks)

BOOST_AUTO_TEST_CASE(a_block_is_computed_metered_analysed_and_converted_without_allocating) {
  synthesis::Synthesis signal = source();
  SampleBlock block(rate, 0, scans);
  auto meter = reference::PowerMeter::create({.rate = rate, .nominal = hertz(50), .cycles = 10});
  BOOST_TEST_REQUIRE(meter.has_value());
  reference::HarmonicSettings settings;
  settings.rate = rate;
  settings.nominal = hertz(50);
  settings.largest_block = scans;
  auto analyzer = reference::HarmonicAnalyzer::create(settings);
  BOOST_TEST_REQUIRE(analyzer.has_value());
  reference::HarmonicWindow window;
  reference::FrontEnd converter(a_front_end(), 9);
  reference::CodeBlock codes;
  Ignored sink;
  int analysed = 0;
  std::size_t before = 0;
  // The first second is for the search for the frequency and for buffers that then stay.
  for (int k = 0; k < 40; ++k) {
    if (k == 8) before = allocations;
    const bool read = signal.read(block).has_value();
    const bool metered = meter->feed(block, sink).has_value();
    const bool fed = analyzer->feed(block).has_value();
    while (analyzer->next(window)) ++analysed;
    converter.convert(block, hertz(50.13), codes);
    block.first_sample += static_cast<std::int64_t>(scans);
    if (!read || !metered || !fed) BOOST_FAIL("a block was refused");
  }
  BOOST_TEST(allocations == before);
  BOOST_TEST(sink.windows > 20);
  BOOST_TEST(analysed > 20);
}

BOOST_AUTO_TEST_SUITE_END()
