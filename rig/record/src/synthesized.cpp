// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/synthesized.h"

#include <utility>

#include "channel_bound.h"
#include "meterrig/synthesis/synthesis.h"
#include "signal_recording.h"

namespace meterrig::record {

Result<std::unique_ptr<Recording>> synthesized(const SignalRecipe& recipe, Rational rate,
                                               Duration duration) {
  std::vector<std::size_t> rows = sounding_rows(recipe);
  if (rows.empty())
    return fail(ErrorCode::invalid_argument,
                "every channel is silent; expected a component, dc or noise on one at least");
  auto synthesis = synthesis::Synthesis::create(recipe, rate);
  if (!synthesis) return tl::unexpected(synthesis.error());
  const auto scans = scans_in(duration, rate);
  if (!scans) return tl::unexpected(scans.error());
  return std::make_unique<SignalRecording>(
      std::make_unique<synthesis::Synthesis>(std::move(*synthesis)), std::move(rows),
      recipe.frequency, *scans);
}

std::vector<double> full_scales(const SignalRecipe& recipe) {
  std::vector<double> scales;
  for (const std::size_t row : sounding_rows(recipe))
    scales.push_back(full_scale_for(row_bound(recipe, row)));
  return scales;
}

}  // namespace meterrig::record
