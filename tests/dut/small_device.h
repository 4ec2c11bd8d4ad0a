// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::test {

/// Both sides of a device whose every answer follows from its time alone: 230 V, an edge each
/// `period`, an energy of a watt-hour with each edge. It takes samples as the contract of Terminals
/// says, and keeps the last block.
class SmallDevice final : public Terminals, public Meter {
 public:
  static constexpr std::int64_t capacity = 40'000;
  static constexpr std::int64_t reach = 10;
  std::int64_t period = 10'000'000;  ///< nanoseconds
  std::optional<Converter> converter;
  std::optional<SignalRecipe> recipe;
  std::optional<SampleFeed> samples;
  SampleBlock last_samples;
  CodeBlock last_codes;
  Instant now;

  /// Edges from after `from` up to `until`.
  [[nodiscard]] std::vector<Pulse> edges(Instant from, Instant until) const {
    std::vector<Pulse> pulses;
    for (std::int64_t k = from.nanoseconds / period + 1; k * period <= until.nanoseconds; ++k)
      pulses.push_back({.output = "S0-1", .time = {k * period}});
    return pulses;
  }

  Result<TerminalsDescription> describe() override {
    return TerminalsDescription{.device = "small",
                                .serial_number = "1",
                                .now = now,
                                .simulated = true,
                                .model = "exact",
                                .model_sha256 = "",
                                .takes_recipes = true,
                                .converter = converter};
  }
  Result<void> power_cycle() override {
    now = {};
    recipe.reset();
    samples.reset();
    return {};
  }
  Result<Instant> apply(const SignalRecipe& applied, std::uint64_t /*seed*/) override {
    recipe = applied;
    samples.reset();
    return now;
  }
  Result<FeedTerms> apply_samples(const SampleFeed& announced, std::uint64_t /*seed*/) override {
    if (announced.rate.value() > 1e6)
      return fail(ErrorCode::out_of_range, "more than a million samples a second");
    if (converter && announced.rate != converter->rate)
      return fail(ErrorCode::out_of_range, "another rate than the converter's");
    samples = announced;
    recipe.reset();
    applied_at_ = now;
    next_.reset();
    return FeedTerms{.now = now, .capacity = capacity, .reach = reach};
  }
  Result<FeedState> feed(const SampleBlock& block) override {
    if (converter) return fail(ErrorCode::unimplemented, "it takes codes");
    auto state = take(block.first_sample, block.rate, block.count());
    if (state) last_samples = block;
    return state;
  }
  Result<FeedState> feed(const CodeBlock& block) override {
    if (!converter) return fail(ErrorCode::unimplemented, "it takes volts and amperes");
    auto state = take(block.first_sample, block.rate, block.count());
    if (state) last_codes = block;
    return state;
  }
  Result<std::vector<Pulse>> advance(Instant until) override {
    if (until < now || until - now > hour(1))
      return fail(ErrorCode::out_of_range, "a time in the past or more than an hour ahead");
    if (samples && samples_before(until) + 1 + reach > next_.value_or(0) && until > now)
      return fail(ErrorCode::failed_precondition, "samples for it were not fed");
    auto pulses = edges(now, until);
    now = until;
    return pulses;
  }

  Result<MeterIdentity> identify() override {
    return MeterIdentity{.device = "small",
                         .serial_number = "1",
                         .firmware_version = "7",
                         .firmware_checksum = "c0ffee",
                         .quantities = {{Measurand::voltage, Place::L1},
                                        {Measurand::active_energy_import, Place::total},
                                        {Measurand::frequency, Place::total}}};
  }
  Result<std::vector<Reading>> read(std::span<const QuantityId> ids) override {
    std::vector<Reading> readings;
    for (const QuantityId id : ids) {
      double value = NAN;  // it has no frequency at present
      if (id == QuantityId{Measurand::voltage, Place::L1})
        value = 230;
      else if (id == QuantityId{Measurand::active_energy_import, Place::total})
        value = static_cast<double>(now.nanoseconds / period);
      else if (id != QuantityId{Measurand::frequency, Place::total})
        return fail(ErrorCode::not_found, to_string(id) + " is not measured");
      readings.push_back(
          {.id = id, .value = value, .resolution = 0.001, .time = now, .time_base = "device"});
    }
    return readings;
  }
  Result<std::vector<MeterParameter>> read_parameters() override {
    return std::vector<MeterParameter>{{"unit", "1"}, {"display.digits", "7"}};
  }

 private:
  // Numbered from the time of apply_samples().
  [[nodiscard]] std::int64_t samples_before(Instant until) const {
    return static_cast<std::int64_t>((until - applied_at_).in(second)*samples->rate.value());
  }
  Result<FeedState> take(std::int64_t first, Rational rate, std::size_t count) {
    if (!samples) return fail(ErrorCode::failed_precondition, "no samples were announced");
    if (rate != samples->rate) return fail(ErrorCode::invalid_argument, "another rate");
    if (next_ ? first != *next_ : first > 0 || first < -capacity)
      return fail(ErrorCode::failed_precondition,
                  fmt::format("sample {} does not follow on", first));
    const std::int64_t end = first + static_cast<std::int64_t>(count);
    const std::int64_t most = samples_before(now) + capacity;
    if (end > most) return fail(ErrorCode::failed_precondition, "more than there is room for");
    next_ = end;
    return FeedState{.next_sample = end, .room = most - end};
  }

  Instant applied_at_;
  std::optional<std::int64_t> next_;
};

}  // namespace meterrig::test
