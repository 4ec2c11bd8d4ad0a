// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/circuit_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace meterrig::reference {
namespace {

// Of circuit `at` among those before it.
Result<void> check(std::span<const Circuit> circuits, std::size_t at) {
  const Circuit& circuit = circuits[at];
  if (circuit.name.empty())
    return fail(ErrorCode::invalid_argument, fmt::format("circuit {} has no name", at + 1));
  if (!(circuit.ratio > 0) || !std::isfinite(circuit.ratio))
    return fail(
        ErrorCode::out_of_range,
        fmt::format("circuit \"{}\": a ratio of {}; must be above 0", circuit.name, circuit.ratio));
  if (static_cast<std::size_t>(circuit.phase) >= phase_count)
    return fail(ErrorCode::invalid_argument,
                fmt::format("circuit \"{}\" is on no phase", circuit.name));
  for (const Circuit& other : circuits.first(at)) {
    if (other.name == circuit.name)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("two circuits are named \"{}\"", circuit.name));
    if (other.input == circuit.input)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("circuits \"{}\" and \"{}\" both use input {}", other.name,
                              circuit.name, circuit.input));
  }
  return {};
}

Result<void> check(std::span<const SampleBlock> set, std::size_t last_input) {
  if (last_input / phase_count >= set.size())
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} blocks of samples carry {} currents; the map uses input {}",
                            set.size(), set.size() * phase_count, last_input));
  for (const SampleBlock& block : set)
    if (block.rate != set[0].rate || block.first_sample != set[0].first_sample ||
        block.count() != set[0].count())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("a set of blocks of different times: {} samples from {} at {} a "
                              "second beside {} from {} at {}",
                              block.count(), block.first_sample, block.rate.value(), set[0].count(),
                              set[0].first_sample, set[0].rate.value()));
  return {};
}

}  // namespace

Result<CircuitMap> CircuitMap::create(std::vector<Circuit> circuits) {
  if (circuits.empty()) return fail(ErrorCode::invalid_argument, "a map without circuits");
  for (std::size_t c = 0; c < circuits.size(); ++c)
    if (const auto valid = check(circuits, c); !valid) return tl::unexpected(valid.error());
  return CircuitMap(std::move(circuits));
}

Result<void> CircuitMap::to_circuits(std::span<const SampleBlock> set,
                                     std::vector<SampleBlock>& paired) const {
  std::size_t last_input = 0;
  for (const Circuit& circuit : circuits_) last_input = std::max(last_input, circuit.input);
  if (auto valid = check(set, last_input); !valid) return valid;
  paired.resize(block_count());
  for (std::size_t b = 0; b < paired.size(); ++b) {
    SampleBlock& block = paired[b];
    if (block.count() != set[0].count())
      block = SampleBlock(set[0].rate, set[0].first_sample, set[0].count());
    block.rate = set[0].rate;
    block.first_sample = set[0].first_sample;
    for (std::size_t row = 0; row < phase_count; ++row) {
      const std::span<double> volts = block.volts(row);
      const std::span<double> amperes = block.amperes(row);
      const std::size_t c = b * phase_count + row;
      if (c >= circuits_.size()) {
        std::fill(volts.begin(), volts.end(), 0.0);
        std::fill(amperes.begin(), amperes.end(), 0.0);
        continue;
      }
      const Circuit& circuit = circuits_[c];
      const auto from = set[0].volts(static_cast<std::size_t>(circuit.phase));
      std::copy(from.begin(), from.end(), volts.begin());
      const auto input = set[circuit.input / phase_count].amperes(circuit.input % phase_count);
      const double scale = circuit.reversed ? -circuit.ratio : circuit.ratio;
      std::transform(input.begin(), input.end(), amperes.begin(),
                     [scale](double x) { return scale * x; });
    }
  }
  return {};
}

Result<std::vector<CircuitReading>> CircuitMap::readings(
    std::span<const MeterReading> paired) const {
  if (paired.size() != block_count())
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} readings of paired blocks; {} circuits make {}", paired.size(),
                            circuits_.size(), block_count()));
  std::vector<CircuitReading> result;
  result.reserve(circuits_.size());
  for (std::size_t c = 0; c < circuits_.size(); ++c) {
    result.push_back({.name = circuits_[c].name,
                      .phase = circuits_[c].phase,
                      .reading = paired[c / phase_count].phase.at(c % phase_count)});
    result.back().reading.voltage_angle = Angle{};
  }
  return result;
}

PerPhase<ActivePower> CircuitMap::active_power_per_phase(std::span<const CircuitReading> circuits) {
  PerPhase<ActivePower> sums{watt(0), watt(0), watt(0)};
  for (const CircuitReading& circuit : circuits)
    sums.at(static_cast<std::size_t>(circuit.phase)) += circuit.reading.p;
  return sums;
}

}  // namespace meterrig::reference
