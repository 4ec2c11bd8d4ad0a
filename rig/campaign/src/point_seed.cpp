// SPDX-License-Identifier: GPL-3.0-or-later
#include "point_seed.h"

#include <fmt/format.h>

#include <charconv>
#include <string>

#include "meterrig/store/sha256.h"

namespace meterrig::campaign {

std::uint64_t point_seed(std::uint64_t seed, std::string_view point) {
  const std::string digits = store::sha256_hex(fmt::format("{}/{}", seed, point)).substr(0, 16);
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

}  // namespace meterrig::campaign
