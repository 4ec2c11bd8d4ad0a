// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/loader/load.h"

namespace meterrig::loader {

/// What is wrong, one finding a line; empty when nothing is.
template <class Message>
std::string findings_of(const LoadResult<Message>& result) {
  return result ? "" : to_string(result.error());
}

}  // namespace meterrig::loader
