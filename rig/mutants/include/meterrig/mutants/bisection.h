// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>

#include "meterrig/v1/mutant.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::mutants {

/// 0 at the mild end of a mutant's range, 1 at the severe one.
[[nodiscard]] double severity(const v1::MutantSize& size, double number);

/// The border between what is caught and what is not.
struct Border {
  std::optional<double> smallest_caught;  ///< none when even the severe end is not
  std::optional<double> largest_missed;   ///< none when even the mild end is caught
};

/// Halves the range between the mild end and `caught_at`, a size that is known to be caught,
/// `steps` times; on a logarithmic scale where its ends differ by more than a factor of 10 and are
/// of one sign. Whole sizes end when there is none in between. What is caught is taken to be caught
/// at every more severe size. Error: that of `is_caught`.
[[nodiscard]] Result<Border> find_border(const v1::MutantSize& size, double caught_at, int steps,
                                         const std::function<Result<bool>(double size)>& is_caught);

}  // namespace meterrig::mutants
