// SPDX-License-Identifier: GPL-3.0-or-later
#include "plain_channels.h"

#include <fmt/format.h>

namespace meterrig::playback {

Result<RecordingDescription> describe_plain(const std::string& file, const OpenOptions& options,
                                            int channels, std::string_view unit) {
  constexpr int most_channels = 1024;
  if (!options.rate)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: the file does not say how many scans a second it holds; expected "
                            "a rate beside it",
                            file));
  if (options.rate->numerator <= 0 || options.rate->denominator <= 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: a rate of {}/{} scans a second; expected one above 0", file,
                            options.rate->numerator, options.rate->denominator));
  if (options.channels != 0) channels = options.channels;
  if (channels < 1 || channels > most_channels)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: {} interleaved channels; expected from 1 to {}", file, channels,
                            most_channels));
  RecordingDescription description;
  description.file = file;
  for (int c = 1; c <= channels; ++c) {
    RecordedChannel channel;
    channel.name = fmt::format("{}", c);
    channel.unit = unit;
    if (unit == "count") channel.resolution = 1;
    description.channels.push_back(std::move(channel));
  }
  description.segments = {{.first = 0, .count = 0, .rate = *options.rate, .start = 0}};
  return description;
}

}  // namespace meterrig::playback
