// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "examination.h"
#include "meterrig/v1/standard.pb.h"

namespace meterrig::loader {

/// Times in their order, and a drift for each class that has a limit, and for no other.
void check_self_heating(const v1::SelfHeatingRow& row, const std::string& where,
                        Examination& examination);

}  // namespace meterrig::loader
