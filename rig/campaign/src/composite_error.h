// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::campaign {

/// Terms of the composite error at one current and power factor.
struct CompositeTerms {
  Percent intrinsic;    ///< e, at reference conditions
  Percent temperature;  ///< greatest shift in the temperature band
  Percent voltage;      ///< greatest shift from 0.9 to 1.1 Un
  Percent frequency;    ///< greatest shift from 0.98 to 1.02 fn
};

/// sqrt(e^2 + dT^2 + dU^2 + df^2), never negative; unknown when a term is (EN 50470-3 and directive
/// 2014/32/EU annex V; terms restated by the French decree of 1 August 2013, annex 1, the formula
/// from memory).
[[nodiscard]] Percent composite_error(const CompositeTerms& terms);

enum class CompositeTerm : std::uint8_t { voltage, frequency, temperature };

/// What a point of an influence test gives to a composite error: a shift or, of the temperature, a
/// coefficient in %/K. Nothing for what never enters one.
[[nodiscard]] std::optional<CompositeTerm> term_of(const v1::PlannedPoint& point);

/// What a composite error is computed from.
struct CompositeQuestion {
  const v1::PlannedPoint& point;
  const v1::Standard& standard;  ///< gives the temperatures of the row, and the reference one
  const v1::DecisionRule& rule;
  std::span<const v1::PlannedPoint> plan;  ///< of the whole run
  std::function<const v1::PointResult*(std::string_view point)>
      earlier;  ///< null when not measured
};

/// Computes the composite error of a balanced load into a result that is begun, with its parts, and
/// decides. Of several shifts with one quantity the greatest counts. The temperature's is the
/// greatest shift measured in the row's span when both ends were measured, else coefficient times
/// the greatest distance from the reference temperature. U from the parts' by JCGM 100, 5.1.2, with
/// sensitivities x / e_c, the parts taken as independent. Not run when a part was not run or nobody
/// stated a coefficient; a root that is beyond the limit without the temperature's share fails all
/// the same, for every term makes it greater. Not valid when a part is not.
void decide_composite(const CompositeQuestion& question, v1::PointResult& result);

}  // namespace meterrig::campaign
