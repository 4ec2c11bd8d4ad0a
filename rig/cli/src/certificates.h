// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "meterrig/v1/bench.pb.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::cli {

/// Why a certificate of the bench does not count on a day, YYYY-MM-DD: that of the reference or one
/// of the list is due, or of a calibration that is yet to come. Empty when all count, and where
/// nobody stated until when.
[[nodiscard]] std::string lapsed(const v1::Bench& bench, std::string_view day);
/// The same of a bench's reference alone.
[[nodiscard]] std::string lapsed(const v1::ReferenceInstrument& reference, std::string_view day);

/// How far the reference energy may be off since its calibration, at most: the drift in a year
/// times the years of 365.25 days up to `day`. 0 for a reference without a drift, or from a day
/// before.
[[nodiscard]] Percent drift_since_calibration(const v1::ReferenceInstrument& reference,
                                              std::string_view day);

}  // namespace meterrig::cli
