// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

namespace meterrig::rigloop {

/// What registration() is, for a program that does not see SoapySDR itself: driver=rigloop is known
/// for as long as this is held.
[[nodiscard]] std::shared_ptr<const void> built_in();

}  // namespace meterrig::rigloop
