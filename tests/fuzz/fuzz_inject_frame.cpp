// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes before a frame at the rig's end, in two pieces: the frame is found all the same, and
// what is found before it are frames that were in the bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "meterrig/inject/frame.h"

using namespace meterrig::inject;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Frame good{.kind = 0x86, .sequence = 0x5A, .payload = {0xA5, 0x5A, 0xA5}};
  std::vector<std::uint8_t> line(data, data + size);
  const auto bytes = encode(good);
  line.insert(line.end(), bytes.begin(), bytes.end());
  FrameReader reader;
  const std::size_t cut = size == 0 ? 0 : data[0] % line.size();
  reader.take(std::span(line).first(cut));
  std::vector<Frame> found;
  while (auto frame = reader.next()) found.push_back(*frame);
  reader.take(std::span(line).subspan(cut));
  do {
    while (auto frame = reader.next()) found.push_back(*frame);
  } while (reader.give_up());
  bool last_is_good = false;
  for (const Frame& frame : found) {
    last_is_good = frame == good;
    const auto again = encode(frame);
    if (std::search(line.begin(), line.end(), again.begin(), again.end()) == line.end())
      std::abort();
  }
  if (!last_is_good) std::abort();
  return 0;
}
