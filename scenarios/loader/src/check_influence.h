// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "examination.h"
#include "meterrig/v1/standard.pb.h"

namespace meterrig::loader {

/// A row at `where`: one current or a range of them; levels or what it needs, which a person is
/// then told; every level something that differs from the reference conditions, and a signal that
/// can be made.
void check_influence(const v1::InfluenceRow& row, const std::string& where,
                     Examination& examination);

}  // namespace meterrig::loader
