// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/verdict.h"

namespace meterrig::loader {

/// A number that the schema does not know counts as unspecified.
[[nodiscard]] Confidence confidence_from(v1::Confidence message);
[[nodiscard]] v1::Confidence message_from(Confidence confidence);

/// Error: invalid_argument for one that is unspecified or unknown to the schema.
[[nodiscard]] Result<Outcome> outcome_from(v1::Outcome message);
[[nodiscard]] v1::Outcome message_from(Outcome outcome);

[[nodiscard]] Limit limit_from(const v1::LimitUsed& message);
[[nodiscard]] v1::LimitUsed message_from(const Limit& limit);

}  // namespace meterrig::loader
