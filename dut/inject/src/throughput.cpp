// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/inject/throughput.h"

#include <algorithm>

#include "meterrig/inject/frame.h"

namespace meterrig::inject {
namespace {

constexpr std::size_t rows = 6;
// Of a SampleBlock besides its codes: its number (11), its rate (2 + 11 + 11) and the heads of six
// rows (4 + 4 each).
constexpr std::size_t block_head = 83;
// A reply to a feed: two numbers, of up to 6 bytes with their tags in practice.
constexpr std::size_t reply_payload = 12;

}  // namespace

std::size_t bytes_a_scan(int bits) {
  return rows * (bits == 0 ? 8 : static_cast<std::size_t>(bits + 6) / 7);
}

std::size_t scans_a_frame(int bits, std::size_t payload) {
  if (payload <= block_head) return 1;
  return std::max<std::size_t>(1, (payload - block_head) / bytes_a_scan(bits));
}

double scans_a_second(int bits, std::size_t payload, const ports::SerialSettings& settings) {
  const std::size_t scans = scans_a_frame(bits, payload);
  const std::size_t bytes =
      scans * bytes_a_scan(bits) + block_head + reply_payload + 2 * frame_overhead;
  return static_cast<double>(scans) /
         (static_cast<double>(bytes) * ports::character_time(settings).in(second));
}

}  // namespace meterrig::inject
