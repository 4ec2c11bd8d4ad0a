// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a COMTRADE single file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "comtrade/recording.h"
#include "comtrade_bytes.h"

using namespace meterrig;
using namespace meterrig::playback;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto recording = comtrade::open_single_file(file_of({data, size}), std::nullopt);
  if (recording)
    read_both_ways(**recording);
  else if (recording.error().message.empty())
    std::abort();
  return 0;
}
