// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte chooses the encoding and the number of channels, the others are the file.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "bytes_as_file.h"
#include "meterrig/playback/open.h"
#include "recording_promises.h"

using namespace meterrig;
using namespace meterrig::playback;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array<const char*, 8> encodings{"hex16", "s16le", "s16be", "s24le",
                                                 "s32le", "f32le", "f64le", "other"};
  OpenOptions options;
  options.encoding = encodings.at(data[0] & 7U);
  options.channels = data[0] >> 3U;
  options.rate = Rational{8000, 1};
  const test::BytesAsFile file(data + 1, size - 1);
  const auto recording = playback::open(file.path(), options);
  if (recording) test::require_promises(**recording);
  return 0;
}
