// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/mutant.pb.h"
#include "meterrig/v1/run.pb.h"

namespace meterrig::report {

/// run.json: the message in protobuf's JSON form, with the schema's field names. A zero is printed;
/// an optional field that is absent (an unknown value) is not. 64-bit integers are strings, as
/// protobuf's JSON mapping has it. Every other report can be made from it again.
[[nodiscard]] std::string json(const v1::Run& run);
/// mutants.json, likewise.
[[nodiscard]] std::string json(const v1::MutantStudy& study);

}  // namespace meterrig::report
