// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/store/sha256.h"

#include <string_view>

#include "chain.h"

namespace meterrig::store {

std::string sha256_hex(std::string_view bytes) { return hex(sha256({bytes})); }

}  // namespace meterrig::store
