// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes at the receiver for firmware: as they are, and as payload of a frame of any kind after
// a start. It answers with whole frames only and holds no more than its buffers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "../dut/inject/test_firmware.h"
#include "meterrig/inject/frame.h"

using namespace meterrig::inject;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_frames(const std::vector<std::uint8_t>& sent) {
  FrameReader reader;
  reader.take(sent);
  std::size_t bytes = 0;
  while (const auto frame = reader.next()) bytes += frame_overhead + frame->payload.size();
  require(bytes == sent.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  std::vector<std::uint8_t> sent;
  test::TestFirmware firmware([&sent](std::span<const std::uint8_t> bytes) {
    sent.insert(sent.end(), bytes.begin(), bytes.end());
  });
  const std::span<const std::uint8_t> input(data + 1, size - 1);
  firmware.receive(input);
  require_frames(sent);
  firmware.reboot();
  sent.clear();
  // A signal, so that blocks are taken.
  const std::vector<std::uint8_t> apply{0x1A, 0x0B, 0x0A, 0x05, 0x08, 0xA0, 0x1F,
                                        0x10, 0x01, 0x12, 0x02, 0x08, 0x32};
  std::uint8_t sequence = 0;
  const auto send = [&](std::uint8_t kind, std::span<const std::uint8_t> payload) {
    firmware.receive(encode(
        {.kind = kind, .sequence = sequence++, .payload = {payload.begin(), payload.end()}}));
  };
  send(request_kind(Kind::start), {});
  send(request_kind(Kind::apply), apply);
  const std::size_t most = std::min(input.size(), test::TestFirmware::payload);
  for (int times = 0; times < 2; ++times)
    send(static_cast<std::uint8_t>(data[0] % 11), input.first(most));
  require_frames(sent);
  require(firmware.receiver.held <= test::TestFirmware::capacity);
  require(firmware.receiver.now_ns >= 0);
  return 0;
}
