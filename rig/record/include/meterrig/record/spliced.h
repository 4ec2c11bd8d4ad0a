// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::record {

/// A recording that takes a recipe's place for its length.
struct Insertion {
  std::shared_ptr<Recording> recording;
  Duration at;    ///< of its first scan, rounded to a sample
  Duration fade;  ///< from the one to the other at either end, rounded to a sample; 0 s for none
};

struct Spliced {
  std::unique_ptr<Recording> recording;
  std::vector<double> full_scales;  ///< one for each of its channels
};

/// A recipe as synthesized() makes it, with a recording in it: of each line its voltage to neutral
/// and its current take the place of the recipe's, in V and A, by kind and phase of the channel (a
/// voltage or a current alone counts as L1); what the recording lacks stays. Errors: those of
/// synthesized(); invalid_argument for a recording of another rate, naming both, of several
/// segments, without a channel of a line or with two of the same; out_of_range for one that begins
/// at the end or later, or whose fades do not fit into it; data_loss for a missing value.
[[nodiscard]] Result<Spliced> spliced(const SignalRecipe& recipe, Rational rate, Duration duration,
                                      const Insertion& insertion);

}  // namespace meterrig::record
