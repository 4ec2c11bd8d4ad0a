// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/terminals.h"

namespace meterrig::test {

/// Terminals of a meter that gives a pulse a second of its own time, whatever is on them.
class PulseASecond final : public Terminals {
 public:
  Result<TerminalsDescription> describe() override {
    return TerminalsDescription{.device = "pulses",
                                .serial_number = {},
                                .now = now_,
                                .model = {},
                                .model_sha256 = {},
                                .converter = {}};
  }
  Result<void> power_cycle() override { return {}; }
  Result<Instant> apply(const SignalRecipe& /*recipe*/, std::uint64_t /*seed*/) override {
    return now_;
  }
  Result<FeedTerms> apply_samples(const SampleFeed& /*samples*/, std::uint64_t /*seed*/) override {
    return fail(ErrorCode::unimplemented, "");
  }
  Result<FeedState> feed(const SampleBlock& /*block*/) override {
    return fail(ErrorCode::unimplemented, "");
  }
  Result<FeedState> feed(const CodeBlock& /*block*/) override {
    return fail(ErrorCode::unimplemented, "");
  }
  Result<std::vector<Pulse>> advance(Instant until) override {
    constexpr std::int64_t a_second = 1'000'000'000;
    std::vector<Pulse> pulses;
    for (std::int64_t s = now_.nanoseconds / a_second + 1; s * a_second <= until.nanoseconds; ++s)
      pulses.push_back({.output = "S0", .time = {s * a_second}});
    now_ = until;
    return pulses;
  }

 private:
  Instant now_;
};

}  // namespace meterrig::test
