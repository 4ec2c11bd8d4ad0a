// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace meterrig {

/// The three line conductors. Arrays that run over phases are in this order.
enum class Phase : std::uint8_t { L1 = 0, L2 = 1, L3 = 2 };
inline constexpr std::size_t phase_count = 3;

template <class T>
using PerPhase = std::array<T, phase_count>;

}  // namespace meterrig
