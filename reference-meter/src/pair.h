// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstring>

namespace meterrig::reference {

/// Two doubles side by side, in one vector register where the machine has them. What is computed
/// with them has the same bits everywhere.
using Pair = double __attribute__((vector_size(16)));

inline Pair pair_of(double both) { return Pair{both, both}; }

inline Pair load_pair(const double* from) {
  Pair pair;
  std::memcpy(&pair, from, sizeof(pair));
  return pair;
}

inline void store_pair(double* to, Pair pair) { std::memcpy(to, &pair, sizeof(pair)); }

}  // namespace meterrig::reference
