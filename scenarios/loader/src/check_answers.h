// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "examination.h"
#include "meterrig/v1/answers.pb.h"

namespace meterrig::loader {

/// A point once; a time that there is; a value with its uncertainty, or an outcome.
void check(const v1::AnswersFile& file, Examination& examination);

}  // namespace meterrig::loader
