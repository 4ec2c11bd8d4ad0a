// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::verdict {

/// A method's resolution must not exceed this part of the limit, or the method is refused.
inline constexpr double resolution_ratio = 1.0 / 5.0;

/// Whether a method of this resolution can decide on this limit: resolution <= limit / 5. False
/// when either is unknown.
[[nodiscard]] bool resolves(Percent limit, Percent resolution);

/// What a method can tell apart in the time it has. The resolution is the expanded uncertainty
/// (k = 2) that its steps alone leave in the error.
struct MethodResolution {
  Percent resolution;
  bool resolves;    ///< against the limit given
  Duration needed;  ///< least measuring time that does; infinite when none does
};

/// How well the edges that gate a measurement by pulses are known in time.
struct PulseTiming {
  Duration timestamp_uncertainty;  ///< u_t, standard, of each edge
  Duration position_quantum;       ///< tau: the device emits an edge only at multiples of this
  Duration reference_step =
      second(0);                ///< tau_r: time of a pulse of the reference, 0 if it has none
  Duration ripple = second(0);  ///< rho: see power_ripple(), 0 for a balanced load
};

/// a of u = a / T: sqrt(2 u_t^2 + tau^2 / 6 + tau_r^2 / 6 + rho^2 / 2), for two independent edges;
/// each lies anywhere in its quantum, so that their difference is triangular of half-width tau, and
/// so is that of the reference's count; the ripple is a sine met at any phase.
[[nodiscard]] Duration edge_uncertainty(const PulseTiming& timing);

/// rho = 1 / (2 pi f cos phi): a reference that integrates u i of one phase sees the power swing
/// between 0 and twice its mean, a device that averages does not; over T they differ by rho / T at
/// most. Infinite for a frequency or power factor not above 0.
[[nodiscard]] Duration power_ripple(Frequency frequency, double power_factor);

/// Pulses between two edges, the reference energy gated on the same edges and the power steady:
/// 2 * 100 a / T percent. Needed: 1000 a / L with L in percent.
[[nodiscard]] MethodResolution pulses(const PulseTiming& timing, Duration duration, Percent limit);

/// Advance of a register with steps of R, read at any time: the advance P T is wrong by the
/// difference of two values rounded to R, triangular of half-width R: 2 * 100 R / (sqrt(6) P T).
/// `power` is the mean power that the register counts, above 0.
[[nodiscard]] MethodResolution register_advance(ActiveEnergy step, ActivePower power,
                                                Duration duration, Percent limit);

/// One reading with steps of q around a value x, rectangular of half-width q/2:
/// 2 * 100 q / (sqrt(12) |x|). Time does not help: needed is 0 s or infinite. Both in one unit.
[[nodiscard]] MethodResolution instantaneous(double reading_step, double value, Percent limit);

/// Energy that a register must count so that one step is at most `fraction` of the limit:
/// E >= R / (fraction L). With 1/10 this is 1000 R / b of OIML R 46, b in percent.
[[nodiscard]] ActiveEnergy register_energy_needed(ActiveEnergy step, Percent limit,
                                                  double fraction = 0.1);

/// What decides how long an error must be measured.
struct MeasuringTime {
  Percent limit;
  double ratio = 5;    ///< demanded: 2 u(T) <= limit / ratio
  Percent unaveraged;  ///< u_B, standard: what time does not reduce (reference, leads)
  PulseTiming timing;
  double noise_root_second = 0;  ///< b: white noise of the relative power error, in sqrt(s)
};

/// T_min = (b^2 + sqrt(b^4 + 4 a^2 c^2)) / (2 c^2), c^2 = (limit / (2 ratio))^2 - u_B^2, from
/// u(T)^2 = u_B^2 + (a/T)^2 + b^2/T. Infinite when c^2 <= 0: no duration helps.
[[nodiscard]] Duration measuring_time(const MeasuringTime& demand);

/// Time of one pulse interval: 3.6e6 / (k P) s; infinite for a power that is not above 0.
[[nodiscard]] Duration pulse_interval(MeterConstant constant, ActivePower power);

/// N = max(least, ceil(T k P / 3.6e6)): whole pulses that last at least `duration`.
/// Errors: out_of_range for a power or constant not above 0, a duration that is not finite, or more
/// than 1e9 pulses.
[[nodiscard]] Result<std::int64_t> pulses_needed(Duration duration, MeterConstant constant,
                                                 ActivePower power, std::int64_t least);

/// What a standard or a suite asks for whatever the uncertainty.
struct LeastEffort {
  Duration duration;
  std::int64_t pulses = 1;
};

struct PulsePlan {
  std::int64_t pulses;
  Duration duration;  ///< of that many whole intervals
};

/// Pulses to count so that the uncertainty wanted is met, and never less than is asked for:
/// measuring_time() or the least duration, in whole pulses.
/// Errors: out_of_range when no duration helps, and those of pulses_needed().
[[nodiscard]] Result<PulsePlan> plan_pulses(const MeasuringTime& demand, const LeastEffort& least,
                                            MeterConstant constant, ActivePower power);

}  // namespace meterrig::verdict
