// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a table of numbers, with its own rate and with one beside it.
#include <cstddef>
#include <cstdint>

#include "bytes_as_file.h"
#include "formats.h"
#include "recording_promises.h"

using namespace meterrig;
using namespace meterrig::playback;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const test::BytesAsFile file(data, size);
  OpenOptions options;
  for (int with_rate = 0; with_rate < 2; ++with_rate) {
    const auto recording = open_csv(file.path(), options);
    if (recording) {
      test::require_promises(**recording);
    } else {
      test::require(recording.error().message.starts_with("/proc/self/fd/"));
    }
    options.rate = Rational{8000, 1};
  }
  return 0;
}
