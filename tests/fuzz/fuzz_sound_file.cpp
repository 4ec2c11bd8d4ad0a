// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a WAV or FLAC file, libsndfile's own parsing included.
#include <cstddef>
#include <cstdint>

#include "bytes_as_file.h"
#include "formats.h"
#include "recording_promises.h"

using namespace meterrig;
using namespace meterrig::playback;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const test::BytesAsFile file(data, size);
  const auto recording = open_sound_file(file.path());
  if (recording) test::require_promises(**recording);
  return 0;
}
