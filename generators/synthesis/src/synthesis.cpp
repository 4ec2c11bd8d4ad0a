// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/synthesis.h"

#include <fmt/format.h>

#include <utility>

#include "plan.h"

namespace meterrig::synthesis {

Result<Synthesis> Synthesis::create(SignalRecipe recipe, Rational sample_rate) {
  if (sample_rate.numerator <= 0 || sample_rate.denominator <= 0)
    return fail(ErrorCode::out_of_range, "a sample rate that is not above 0");
  if (recipe.frequency.numerator <= 0 || recipe.frequency.denominator <= 0)
    return fail(ErrorCode::out_of_range, "a fundamental frequency that is not above 0 Hz");
  auto plan = Plan::create(recipe, sample_rate);
  if (!plan) return tl::unexpected(std::move(plan.error()));
  return Synthesis(std::move(recipe), sample_rate, std::make_shared<const Plan>(*std::move(plan)));
}

Result<void> Synthesis::read(SampleBlock& block) {
  if (block.rate != rate_)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a block of {} samples a second; the synthesis has {}",
                            block.rate.value(), rate_.value()));
  if (block.first_sample < 0)
    return fail(ErrorCode::out_of_range,
                fmt::format("sample {}; the first one is 0", block.first_sample));
  plan_->read(block);
  return {};
}

}  // namespace meterrig::synthesis
