// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/canonical_code.h"

#include <algorithm>
#include <array>

namespace meterrig {
namespace {

struct Pair {
  ErrorCode code;
  std::int32_t canonical;
};

constexpr std::array pairs{
    Pair{ErrorCode::cancelled, 1},           Pair{ErrorCode::invalid_argument, 3},
    Pair{ErrorCode::deadline_exceeded, 4},   Pair{ErrorCode::not_found, 5},
    Pair{ErrorCode::already_exists, 6},      Pair{ErrorCode::permission_denied, 7},
    Pair{ErrorCode::failed_precondition, 9}, Pair{ErrorCode::aborted, 10},
    Pair{ErrorCode::out_of_range, 11},       Pair{ErrorCode::unimplemented, 12},
    Pair{ErrorCode::internal, 13},           Pair{ErrorCode::unavailable, 14},
    Pair{ErrorCode::data_loss, 15}};

}  // namespace

std::int32_t canonical(ErrorCode code) {
  const auto* const found =
      std::ranges::find_if(pairs, [code](const Pair& pair) { return pair.code == code; });
  return found == pairs.end() ? 13 : found->canonical;
}

ErrorCode code_of(std::int32_t canonical) {
  const auto* const found = std::ranges::find_if(
      pairs, [canonical](const Pair& pair) { return pair.canonical == canonical; });
  return found == pairs.end() ? ErrorCode::internal : found->code;
}

}  // namespace meterrig
