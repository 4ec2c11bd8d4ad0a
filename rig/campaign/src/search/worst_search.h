// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../rated_currents.h"
#include "meterrig/campaign/inputs.h"
#include "meterrig/campaign/plan.h"
#include "meterrig/vocabulary/result.h"
#include "permitted_range.h"

namespace meterrig::campaign {

/// Last result of a point of the run; null when there is none.
using ResultOf = std::function<const v1::PointResult*(std::string_view point)>;

/// A search for the point where the device errs most for what a standard allows its class, at one
/// position: |e| / L, see PermittedRange. The suites of that standard and class share it; the first
/// one's methods, times and decision rule count.
class WorstSearch {
 public:
  /// `suites` are indices into the inputs' suites, all of one standard and class. The inputs and
  /// the plan must outlive this.
  WorstSearch(const Inputs& inputs, const Plan& plan, std::vector<std::size_t> suites,
              const v1::Position& position, std::uint64_t seed, int points);

  /// Whether the suites test the error over a balanced load that the device registers.
  [[nodiscard]] bool possible() const;
  [[nodiscard]] int points() const { return points_; }
  /// Whether a point of this name is one of this search.
  [[nodiscard]] bool owns(std::string_view point) const;
  /// What is measured next, after what was added before; it learns from the planned points too.
  /// Nothing when the search is done, or when there is nowhere left to look.
  [[nodiscard]] std::optional<v1::PlannedPoint> next(std::span<const v1::PlannedPoint> added,
                                                     const ResultOf& result) const;
  /// Time of all its points, as far as one can say without a result.
  [[nodiscard]] Duration expected_time() const;

 private:
  [[nodiscard]] const v1::Suite& suite() const;
  [[nodiscard]] const v1::Standard& standard() const;
  [[nodiscard]] std::optional<v1::PlannedPoint> planned(const SearchedPlace& place,
                                                        std::size_t number) const;
  [[nodiscard]] std::vector<Tried> learned(const ResultOf& result) const;

  const Inputs& inputs_;
  const Plan& plan_;
  std::vector<std::size_t> suites_;
  const v1::Position& position_;
  std::uint64_t seed_;
  int points_;
  RatedCurrents rated_;
  v1::Direction direction_ = v1::DIRECTION_UNSPECIFIED;
  PermittedRange range_;
};

/// One search for each position, standard and class for which there is one. Errors: those of
/// scale_of_search().
[[nodiscard]] Result<std::vector<WorstSearch>> worst_searches(const Inputs& inputs,
                                                              const Plan& plan, std::uint64_t seed,
                                                              int points);

}  // namespace meterrig::campaign
