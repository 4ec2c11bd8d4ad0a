// SPDX-License-Identifier: GPL-3.0-or-later
#include "sampled_reference.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "idle_phases.h"
#include "meterrig/reference/meter.h"
#include "meterrig/reference/second_algorithm.h"

namespace meterrig::campaign {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t samples_a_block = 4096;
constexpr double reading_seconds = 0.4;  // 20 periods at 50 Hz
constexpr double look_seconds = 0.2;     // of a block that is read for its conditions, at least

}  // namespace

SampledReference::SampledReference(std::unique_ptr<SampleInput> input, Frequency nominal)
    : input_(std::move(input)), nominal_(nominal) {}

Result<void> SampledReference::begin() {
  if (running_) {
    running_ = false;
    if (auto stopped = input_->stop(); !stopped) return stopped;
  }
  if (auto started = input_->start(); !started) return started;
  running_ = true;
  energy_.emplace(input_->rate(), nominal_);
  seen_.reset();
  taken_ = 0;
  begun_ = clock_.now();
  return {};
}

Instant SampledReference::now() const {
  const Rational rate = input_->rate();
  return {
      static_cast<std::int64_t>(Wide{taken_} * rate.denominator * 1'000'000'000 / rate.numerator)};
}

Result<SampleBlock> SampledReference::take(std::int64_t count) {
  if (!energy_) return fail(ErrorCode::failed_precondition, "nothing is metered");
  auto block = input_->read(static_cast<std::size_t>(count));
  if (!block) {
    running_ = false;  // it has stopped
    return block;
  }
  block->first_sample = taken_;
  if (const auto fed = energy_->feed(*block); !fed) return tl::unexpected(fed.error());
  taken_ += count;
  return block;
}

Result<void> SampledReference::pass(Duration duration) {
  auto left = static_cast<std::int64_t>(std::ceil(duration.in(second)*input_->rate().value()));
  while (left > 0) {
    const std::int64_t count = std::min(samples_a_block, left);
    auto block = take(count);
    if (!block) return tl::unexpected(block.error());
    if (static_cast<double>(count) >= look_seconds * input_->rate().value())
      seen_ = std::move(*block);
    left -= count;
  }
  return {};
}

Result<void> SampledReference::catch_up() {
  // Samples come in real time from a converter; a simulated one is ahead of the clock. What the
  // first sample was late is common to all looks.
  const double due = (clock_.now() - begun_).in(second)*input_->rate().value();
  auto behind = static_cast<std::int64_t>(due) - taken_;
  while (running_ && behind > 0) {
    const std::int64_t count = std::min(samples_a_block, behind);
    if (const auto block = take(count); !block) return tl::unexpected(block.error());
    behind -= count;
  }
  return {};
}

Result<ReferenceReading> SampledReference::read() {
  const auto count = static_cast<std::int64_t>(reading_seconds * input_->rate().value());
  const auto block = take(count);
  if (!block) return tl::unexpected(block.error());
  auto first = reference::measure(*block);
  if (!first) return tl::unexpected(first.error());
  const auto second_reading = reference::measure_by_fit(*block, first->frequency);
  if (!second_reading) return tl::unexpected(second_reading.error());
  const auto agreement = reference::agreement(*first, *second_reading, block->count());
  silence_idle_phases(*first);
  return ReferenceReading{.first = *first,
                          .second = *second_reading,
                          .agreement = agreement,
                          .true_power = {},
                          .true_power_tolerance = {}};
}

Result<std::optional<reference::MeterReading>> SampledReference::look() {
  const auto seen = std::exchange(seen_, std::nullopt);
  if (!seen) return std::nullopt;
  auto reading = reference::measure(*seen);
  if (!reading) return tl::unexpected(reading.error());
  silence_idle_phases(*reading);
  return *reading;
}

Result<PerPhase<ActiveEnergy>> SampledReference::energy_until(Instant time) {
  if (!energy_) return fail(ErrorCode::failed_precondition, "nothing is metered");
  return energy_->active_until_per_phase(time);
}

void SampledReference::forget_before(Instant time) {
  if (energy_) energy_->forget_before(time);
}

}  // namespace meterrig::campaign
