// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "../measurement.h"

// One file each. All are found by their name in procedure.cpp.
namespace meterrig::campaign {

/// Percentage error of energy (IEC 62053-22 and its sisters, intrinsic error), by pulses, register
/// advance or instantaneous value, as the plan says.
[[nodiscard]] Result<v1::PointResult> intrinsic_error(PointContext& context);
/// Error with single-phase load less error with balanced load, from two points measured before.
[[nodiscard]] Result<v1::PointResult> load_difference(PointContext& context);
/// Root of the sum of squares of the intrinsic error and the greatest shifts of voltage, frequency
/// and temperature at one load, from points measured before; see decide_composite().
[[nodiscard]] Result<v1::PointResult> composite_error(PointContext& context);
/// Error under an influence quantity less the one that was measured right before at reference
/// conditions, or that error itself, as the plan says. Not run when the bench cannot put it out.
[[nodiscard]] Result<v1::PointResult> influence(PointContext& context);
/// What the device shows of a quantity against the reference, as the mean of several readings; the
/// place that is furthest off decides. Measured here, or taken from the point that measured it
/// together with others. Not run for what the device does not show.
[[nodiscard]] Result<v1::PointResult> quantity(PointContext& context);
/// A pulse within the time allowed at the starting current, and another.
[[nodiscard]] Result<v1::PointResult> starting(PointContext& context);
/// Pulses with voltage and no current.
[[nodiscard]] Result<v1::PointResult> no_load(PointContext& context);
/// Energy register against the test output over one stretch of load.
[[nodiscard]] Result<v1::PointResult> meter_constant(PointContext& context);
/// Standard deviation of errors measured again and again at one load, so many as the plan says.
[[nodiscard]] Result<v1::PointResult> repeatability(PointContext& context);
/// Time from the voltage, put on after a time without, to the first pulse.
[[nodiscard]] Result<v1::PointResult> start_up(PointContext& context);
/// The error at a place that a search chose, against the limit of the load and those of the shifts
/// together. Not run when the bench cannot put it out.
[[nodiscard]] Result<v1::PointResult> search(PointContext& context);

/// Shift of the error from the begin of the current, voltage circuits warm, to where it has
/// settled. Not valid when it still drifts after the greatest time.
[[nodiscard]] Result<v1::PointResult> self_heating(PointContext& context);
/// A step: so much time at the load, which decides nothing.
[[nodiscard]] Result<v1::PointResult> warm_up(PointContext& context);
/// How early or late energy goes to the register of the next tariff, through the switches of the
/// plan, the device's day having begun with the voltage.
[[nodiscard]] Result<v1::PointResult> tariff(PointContext& context);

/// Error of the energy over the whole recording, played round and round, by pulses or register
/// advance as the plan says; meanwhile every quantity that device and reference have is compared.
[[nodiscard]] Result<v1::PointResult> replay_energy(PointContext& context);
/// Error of the total active power among what replay_energy() compared.
[[nodiscard]] Result<v1::PointResult> replay_power(PointContext& context);

}  // namespace meterrig::campaign
