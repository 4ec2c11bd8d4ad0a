// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "meterrig/reference/exact_energy.h"
#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::reference {

/// Demand: the mean power over a period. With one sub-period periods follow one another (block);
/// with n they end every n-th of the period and overlap (sliding).
class DemandPeriod {
 public:
  /// Errors: out_of_range for a period that is not above 0 or beyond a week, or that is not n whole
  /// sub-periods of whole nanoseconds, n 1 to 1000.
  [[nodiscard]] static Result<DemandPeriod> create(Duration period, int sub_periods);

  [[nodiscard]] Duration period() const { return second(1e-9 * static_cast<double>(length())); }
  [[nodiscard]] int sub_periods() const { return sub_periods_; }
  /// Sub-periods end at multiples of their length on the time base: this is the first end after
  /// `time`.
  [[nodiscard]] Instant next_end(Instant time) const;
  [[nodiscard]] std::int64_t sub_period() const { return sub_period_; }  ///< nanoseconds

 private:
  DemandPeriod(std::int64_t sub_period, int sub_periods)
      : sub_period_(sub_period), sub_periods_(sub_periods) {}
  [[nodiscard]] std::int64_t length() const { return sub_period_ * sub_periods_; }
  std::int64_t sub_period_;
  int sub_periods_;
};

/// A demand and the end of its period; W, var or VA by what was fed.
struct Demand {
  double value = 0;
  Instant end;
};

/// Demand of one quantity and its maximum. A period that was begun in its middle does not count.
class MaximumDemand {
 public:
  explicit MaximumDemand(DemandPeriod period);

  /// An energy of at least 0 between two times that no end of a sub-period parts, the second after
  /// the first; the first is where the last call ended, or demand begins anew.
  void add(ExactEnergy energy, Instant begin, Instant end);

  /// Of the last whole period; none before there is one.
  [[nodiscard]] std::optional<Demand> last() const { return last_; }
  /// The greatest since the start or reset(); of equals the first.
  [[nodiscard]] std::optional<Demand> maximum() const { return maximum_; }
  /// Forgets the maximum, as at the end of a billing period; the period that runs goes on.
  void reset() { maximum_.reset(); }

 private:
  DemandPeriod period_;
  std::vector<ExactEnergy> whole_;  // sub-periods, a ring
  std::size_t count_ = 0;           // of them, counted on
  ExactEnergy running_;
  bool running_is_whole_ = false;
  std::optional<Instant> until_;
  std::optional<Demand> last_;
  std::optional<Demand> maximum_;
};

}  // namespace meterrig::reference
