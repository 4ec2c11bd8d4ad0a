// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "meterrig/verdict/measurement_model.h"

namespace meterrig::verdict {

/// Two random words of 64 bits, enough for any input of a trial.
struct RandomWords {
  std::uint64_t first;
  std::uint64_t second;
};

/// Philox words that depend on these three alone.
[[nodiscard]] RandomWords random_words(std::uint64_t seed, std::uint64_t trial, std::size_t input);

/// Standard normal variate (Box and Muller 1958); its tail ends at 8.6.
[[nodiscard]] double standard_normal(RandomWords words);

/// A value of the input, the same bits on every machine (JCGM 101:2008, 6.4 and annex C).
[[nodiscard]] double draw(const InputQuantity& input, RandomWords words);

/// exp(x) - 1 for x >= 0 by a series of our own: the same bits on every machine, which a C library
/// does not promise. Infinite beyond 709.
[[nodiscard]] double exponential_less_one(double x);

}  // namespace meterrig::verdict
