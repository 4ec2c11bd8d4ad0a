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

/// A result of a point that is not measured, with the reason.
[[nodiscard]] v1::PointResult not_run(const PointContext& context, std::string reason);

/// Whether an error means that a bench cannot put a point out, which says nothing about the device,
/// nor about the bench's other points.
[[nodiscard]] bool is_refusal(const Error& error);

/// Applies the point, lets it settle and reads the reference. When the second algorithm or the
/// closed form disagrees, or (with `reference_conditions`) the standard's conditions are not met,
/// the result is not valid. Notes what the device reads at the same time.
[[nodiscard]] Result<v1::PointResult> prepare(PointContext& context, bool reference_conditions);

/// The parts of prepare(): puts the point on the terminals; reads and judges what is there.
[[nodiscard]] Result<void> put_on(PointContext& context);
[[nodiscard]] Result<v1::PointResult> read_conditions(PointContext& context,
                                                      bool reference_conditions);

/// What the reference reads, for the report.
void fill_conditions(const reference::MeterReading& reading, v1::Conditions& conditions);

/// Lets time pass in steps, reporting progress from `done_before` to `done_after`, and watches the
/// conditions since read_conditions(). Returns the pulses of the test output. Error: cancelled when
/// the run is to stop.
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

/// Net energy of the point's kind between two instants, as the reference has it: Wh, positive when
/// imported, or varh, positive when inductive.
[[nodiscard]] Result<double> reference_hours(const PointContext& context, Instant begin,
                                             Instant end);
/// Mean power of the point's kind that the reference read, magnitude; vars as watts, which with a
/// constant in imp/kvarh gives the same intervals.
[[nodiscard]] ActivePower reference_power(const PointContext& context,
                                          const v1::PointResult& result);
/// Puts the energies (Wh, or varh at a point of reactive energy) into the result.
void set_energies(const PointContext& context, v1::PointResult& result, double reference,
                  double device);

/// Edges of the point's test output: `intervals` + 1 of them, with the reference energy between
/// neighbours, see reference_hours().
struct PulseGate {
  double before_first = 0;  ///< reference energy from the call to the first edge
  std::vector<Instant> edges;
  std::vector<double> between;
  std::string missing;  ///< why there are fewer; empty when all came
};
[[nodiscard]] Result<PulseGate> gate_on_pulses(PointContext& context, std::int64_t intervals,
                                               Duration interval);

/// A dwell is split into so many sub-intervals at least, whose errors show the repeatability, and
/// into so many where there are pulses enough: the scatter of three says little of itself, so that
/// the stated 95 % would be 90.
inline constexpr std::int64_t sub_intervals = 3;
inline constexpr std::int64_t most_sub_intervals = 10;

/// Sub-intervals of as many pulse intervals each.
struct Division {
  std::int64_t parts = sub_intervals;
  std::int64_t intervals = sub_intervals;  ///< in all, a multiple of the parts
};
/// The most parts for which `least` intervals need not become more than a tenth more, or than three
/// parts would make them.
[[nodiscard]] Division divided(std::int64_t least);

/// Errors in % of the gate's sub-intervals, each counted as so many pulses of `per_pulse` Wh or
/// varh. The gate has a multiple of `parts` intervals.
[[nodiscard]] std::vector<double> partial_errors(const PulseGate& gate, double per_pulse,
                                                 std::int64_t parts);

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
