// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "meterrig/campaign/bench.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::campaign {

/// Longest repetition that a bench averages over, in periods of the fundamental.
inline constexpr std::int64_t most_periods_repeated = 100;

/// Periods of the fundamental after which a steady recipe is the same again: 1 of harmonics, on +
/// off of a burst, more with interharmonics. Errors: out_of_range above most_periods_repeated.
[[nodiscard]] Result<std::int64_t> periods_repeated(const SignalRecipe& recipe);

/// Samples from one reading to the next, so that `periods` of them see each of that many periods
/// once, in some order. Errors: out_of_range when samples never fall so.
[[nodiscard]] Result<std::int64_t> samples_between_readings(Rational rate, Rational frequency,
                                                            std::int64_t periods);

/// Means of readings (at least one) whose starts samples_between_readings() put over a repetition
/// of n periods. What the windows of single readings let through of interharmonic products of a
/// harmonic voltage, at k / n of the fundamental, turns by k / n of a turn from one to the next and
/// so is not in the mean: it is as right as a reading of a signal that repeats in each period.
[[nodiscard]] ReferenceReading mean_reading(std::span<const ReferenceReading> readings);

}  // namespace meterrig::campaign
