// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "meterrig/campaign/procedure.h"
#include "meterrig/verdict/budget.h"
#include "meterrig/verdict/decision.h"

namespace meterrig::campaign {

/// A result of this point that says nothing yet.
[[nodiscard]] v1::PointResult empty_result(const PointContext& context);

/// Marks a result as the rig's fault.
void make_not_valid(v1::PointResult& result, std::string reason);

/// Applies the point, lets it settle and reads the reference. When the second algorithm or the
/// closed form disagrees, or (with `reference_conditions`) the standard's conditions are not met,
/// the result is not valid. Notes what the device reads at the same time.
[[nodiscard]] Result<v1::PointResult> prepare(PointContext& context, bool reference_conditions);

/// What the reference reads, for the report.
void fill_conditions(const reference::MeterReading& reading, v1::Conditions& conditions);

/// What of the standard's reference conditions is not met; empty when all are.
[[nodiscard]] std::string broken_conditions(const reference::MeterReading& reading,
                                            const PointContext& context);

/// Lets time pass in steps, reporting progress from `done_before` to `done_after`. Returns the
/// pulses of the test output. Error: cancelled when the run is to stop.
[[nodiscard]] Result<std::vector<Instant>> let_pass(PointContext& context, Duration duration,
                                                    double done_before, double done_after);

/// Reads the quantities, notes them in the result and returns them.
[[nodiscard]] Result<std::vector<Reading>> note_readings(PointContext& context,
                                                         v1::PointResult& result,
                                                         std::span<const QuantityId> ids);

/// Whether the device has the quantity. If not, the result is not run.
[[nodiscard]] bool has_quantity(const PointContext& context, v1::PointResult& result,
                                QuantityId id);

/// Those of the quantities that the device has.
[[nodiscard]] std::vector<QuantityId> offered_of(const PointContext& context,
                                                 std::span<const QuantityId> ids);

/// Edges of the test output: `intervals` + 1 of them, with the reference energy between neighbours.
struct PulseGate {
  ActiveEnergy before_first;  ///< reference energy from the call to the first edge
  std::vector<Instant> edges;
  std::vector<ActiveEnergy> between;  ///< net, positive when imported
  std::string missing;                ///< why there are fewer; empty when all came
};
[[nodiscard]] Result<PulseGate> gate_on_pulses(PointContext& context, std::int64_t intervals,
                                               Duration interval);

/// A dwell is split into this many sub-intervals, whose errors show the repeatability.
inline constexpr std::int64_t sub_intervals = 3;

/// Errors in % of the gate's sub-intervals, each counted as so many pulses of `per_pulse` energy.
/// The gate has a multiple of sub_intervals intervals.
[[nodiscard]] std::vector<double> partial_errors(const PulseGate& gate, ActiveEnergy per_pulse);

/// Scatter of sub-interval errors beyond what their own quantisation explains, as the standard
/// uncertainty of the mean: sqrt(max(0, s^2 - q^2) / n), n - 1 degrees of freedom (JCGM 100, 4.2).
/// The quantisation of the whole interval is a contribution of its own.
[[nodiscard]] verdict::Contribution repeatability_beyond(std::span<const double> partial_errors,
                                                         double quantisation);

/// Puts value and budget into the result and decides by the rule, unless it is not valid already.
void conclude(const v1::DecisionRule& rule, v1::PointResult& result, double value,
              std::span<const verdict::Contribution> budget);

/// The same by the point's rule, the measurement ending now.
void conclude(const PointContext& context, v1::PointResult& result, double value,
              std::span<const verdict::Contribution> budget);

}  // namespace meterrig::campaign
