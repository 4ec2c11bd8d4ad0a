// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "meterrig/v1/instrument.pb.h"
#include "meterrig/vocabulary/command_file.h"

namespace meterrig::loader {

/// Takes what is wrong: the field such as "instrument.actions[0].name", what it is, what it should
/// be.
using Complaint =
    std::function<void(const std::string& where, std::string found, std::string expected)>;

/// The command file of a message as far as it goes; the rest are complaints.
CommandFile read_instrument(const v1::Instrument& message, const Complaint& complain);

}  // namespace meterrig::loader
