// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "meterrig/loader/finding.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// Exit status for input that cannot be used.
inline constexpr int wrong_input = 2;
/// Exit status for work that was stopped before its end.
inline constexpr int incomplete = 4;

/// "meterrig: MESSAGE" on standard error.
void complain(std::string_view message);
void complain(const Error& error);
/// One finding a line, then how many.
void complain(std::span<const loader::Finding> findings);

}  // namespace meterrig::cli
