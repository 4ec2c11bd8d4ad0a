// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a COMTRADE configuration: a description that holds together or a message, never a
// crash; what is printed is one line of UTF-8 without control characters.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "comtrade/configuration.h"
#include "comtrade/configuration_text.h"
#include "text_encoding.h"

using namespace meterrig;
using namespace meterrig::playback;
using namespace meterrig::playback::comtrade;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void require_printable(std::string_view text) {
  require(text.find_first_of("\r\n") == std::string_view::npos);
  require(encoding_of(text) == "UTF-8" && decoded(text, "UTF-8") == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto configuration = parse_configuration(bytes, "x.cfg");
  if (!configuration) {
    require(configuration.error().message.starts_with("x.cfg: "));
    require_printable(configuration.error().message);
    return 0;
  }
  for (const std::string& warning : configuration->warnings) require_printable(warning);
  const RecordingDescription& description = configuration->description;
  require(!description.channels.empty());
  require(description.channels.size() == configuration->scaling.size());
  require(configuration->stamp_unit > 0 && std::isfinite(configuration->stamp_unit));
  for (std::size_t c = 0; c < description.channels.size(); ++c) {
    require_printable(description.channels[c].id);
    require(std::isfinite(configuration->scaling[c].a) &&
            std::isfinite(configuration->scaling[c].b));
    require(description.channels[c].to_si > 0 && std::isfinite(description.channels[c].skew));
  }
  std::int64_t before = 0;
  for (const SamplingRate& rate : configuration->rates) {
    require(rate.end >= before && rate.rate.numerator >= 0 && rate.rate.denominator > 0);
    before = rate.end;
  }
  // What can be read can be written, and is then the same for good.
  const RecordingDescription once = writable(description);
  const RecordingDescription twice = writable(once);
  for (std::size_t c = 0; c < once.channels.size(); ++c) {
    require(once.channels[c].id == twice.channels[c].id);
    require(once.channels[c].phase == twice.channels[c].phase);
  }
  return 0;
}
