// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <map>
#include <string>

#include "checks.h"
#include "in_quotes.h"

namespace meterrig::loader {

void check(const v1::RecordingFile& file, Examination& examination) {
  const v1::Recording& recording = file.recording();
  if (examination.sound("recording.encoding") && !examination.written("recording.rate"))
    examination.report("recording.rate", "nothing",
                       "the rate of the samples, such as 6400 Hz: an encoding says none");
  std::map<std::string, std::string> names;
  for (int i = 0; i < recording.channels_size(); ++i) {
    const v1::RecordingChannel& channel = recording.channels(i);
    const std::string where = fmt::format("recording.channels[{}]", i);
    if (examination.sound(where + ".scale") && channel.scale() == 0)
      examination.report(where + ".scale", "0", "a number other than 0");
    if (!examination.sound(where + ".name")) continue;
    const auto [first, fresh] = names.emplace(channel.name(), where + ".name");
    if (!fresh)
      examination.report(where + ".name", in_quotes(channel.name()) + " again",
                         "a channel once; the first is" + examination.in_line(first->second));
  }
}

}  // namespace meterrig::loader
