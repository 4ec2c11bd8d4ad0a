// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/signal.h"

namespace meterrig::synthesis {

/// What an ideal meter reads of a steady recipe in the long run, from its spectrum (IEEE 1459-2010,
/// 3.1.2): no samples, no averaging. Lines of one frequency, whatever they come from, are one line;
/// lines of different ones carry no power together. Noise adds its variance to r.m.s. values and to
/// distortion, and nothing to power.
struct ClosedForm {
  Frequency frequency;
  PerPhase<Voltage> u;  ///< r.m.s. of everything: sqrt(dc^2 + sum U_l^2 + noise^2)
  PerPhase<Current> i;
  PerPhase<ActivePower> p;     ///< U_0 I_0 + sum of U_l I_l cos(phi_l)
  PerPhase<ReactivePower> q1;  ///< U_1 I_1 sin(phi_1), positive when the current lags
  PerPhase<ApparentPower> s;   ///< U I
  PerPhase<Angle>
      displacement;  ///< phi_1 = phi_u - phi_i in (-180, 180] deg; unknown without U_1 or I_1
  PerPhase<Percent> voltage_thd;  ///< all but dc and the fundamental, of the latter; unknown
                                  ///< without one
  PerPhase<Percent> current_thd;
  ActivePower p_total;
  ReactivePower q1_total;
  ApparentPower s_total;  ///< arithmetic: the sum over phases
};

/// The truth of a recipe that Synthesis::create accepts. Errors: failed_precondition for one that
/// changes in time (a modulation, a change, a tone that sweeps), naming channel and field;
/// out_of_range for a line whose frequency does not fit a ratio of 64 bits.
[[nodiscard]] Result<ClosedForm> closed_form(const SignalRecipe& recipe);

}  // namespace meterrig::synthesis
