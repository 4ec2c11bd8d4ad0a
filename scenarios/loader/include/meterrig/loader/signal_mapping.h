// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/scenario.pb.h"
#include "meterrig/v1/signal.pb.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::loader {

/// A recipe from the wire. Channels that the message lacks are silent. Errors: invalid_argument for
/// one that cannot be computed (more than three channels, an order outside 1..1000, a number that
/// is not finite or an r.m.s. value below 0, a frequency not above 0, a form, modulation, change or
/// band of noise outside the limits of signal.h), naming channel, field and value.
[[nodiscard]] Result<SignalRecipe> recipe_from(const v1::SignalRecipe& message);
/// A direct component, a noise or an angle of a form that is not known is written as 0 (a silent
/// channel).
[[nodiscard]] v1::SignalRecipe message_from(const SignalRecipe& recipe);

/// The recipe of a scenario file. Errors as above; out_of_range for a frequency that is no decimal
/// of at most 18 digits.
[[nodiscard]] Result<SignalRecipe> recipe_from(const v1::Scenario& scenario);

}  // namespace meterrig::loader
