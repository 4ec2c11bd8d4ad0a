// SPDX-License-Identifier: GPL-3.0-or-later
#include "configuration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>

#include "../csv_text.h"
#include "../text_encoding.h"
#include "channel_guess.h"

namespace meterrig::playback::comtrade {
namespace {

template <class... Parts>
void add_line(std::string& text, fmt::format_string<Parts...> format, Parts&&... parts) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Parts>(parts)...);
  text += "\r\n";
}

std::string field(std::string_view text) {
  std::string kept = decoded(text, encoding_of(text));
  for (char& c : kept) {
    if (c == ',') c = ';';
    if (c == '\r' || c == '\n' || c == '\t') c = ' ';
  }
  return std::string(trimmed(kept));
}

// Of "A7" 7, else 0.
int own_number(std::string_view name) {
  int number = 0;
  if (name.size() < 2 || name.front() != 'A' || name[1] == '0') return 0;
  const char* const end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data() + 1, end, number);
  return parsed.ec == std::errc() && parsed.ptr == end && number > 0 ? number : 0;
}

bool all_numbered(const std::vector<RecordedChannel>& channels) {
  std::vector<int> numbers(channels.size());
  std::transform(channels.begin(), channels.end(), numbers.begin(),
                 [](const RecordedChannel& channel) { return own_number(channel.name); });
  std::sort(numbers.begin(), numbers.end());
  return numbers.front() > 0 && std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end();
}

}  // namespace

RecordingDescription writable(RecordingDescription description) {
  description.station = field(description.station);
  description.device = field(description.device);
  const bool numbered = all_numbered(description.channels);
  int place = 0;
  for (RecordedChannel& channel : description.channels) {
    ++place;
    channel.id = field(channel.id);
    if (channel.id.empty() && own_number(channel.name) == 0) channel.id = field(channel.name);
    channel.phase = field(channel.phase);
    channel.circuit = field(channel.circuit);
    channel.unit = field(channel.unit);
    if (!numbered) channel.name = fmt::format("A{}", place);
  }
  // Else what is read from the file and written again would have phases that the file has not.
  static_cast<void>(interpret_channels(description.channels));
  return description;
}

std::string configuration_text(const WrittenConfiguration& written) {
  const RecordingDescription& description = written.description;
  const bool first_edition = written.revision == ComtradeRevision::r1991;
  std::string text;
  if (first_edition)
    add_line(text, "{},{}", description.station, description.device);
  else
    add_line(text, "{},{},{}", description.station, description.device,
             written.revision == ComtradeRevision::r1999 ? 1999 : 2013);

  const std::vector<RecordedChannel>& channels = description.channels;
  add_line(text, "{},{}A,0D", channels.size(), channels.size());
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const RecordedChannel& channel = channels[c];
    const Scaling& scaling = written.scaling[c];
    // Digits that come back when read as seconds.
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{:.12g},{:.0f},{:.0f}",
                   own_number(channel.name), channel.id, channel.phase, channel.circuit,
                   channel.unit, scaling.a, scaling.b, channel.skew * 1e6, scaling.lowest_code,
                   scaling.highest_code);
    if (!first_edition)
      fmt::format_to(std::back_inserter(text), ",{},{},{}", channel.primary, channel.secondary,
                     channel.side == TransformerSide::secondary ? 'S' : 'P');
    text += "\r\n";
  }
  if (description.nominal_frequency)
    add_line(text, "{}", *description.nominal_frequency);
  else
    add_line(text, "");
  add_line(text, "{}", written.rates.size());
  for (const WrittenRate& rate : written.rates) add_line(text, "{},{}", rate.text, rate.end);
  for (const Moment& moment : {written.first, written.trigger})
    add_line(text, "{}", moment_text(moment, written.revision, written.stamps.decimals));
  add_line(text, "{}", name(written.type));
  if (first_edition) return text;
  add_line(text, "{}", written.stamps.multiplier);
  if (written.revision == ComtradeRevision::r2013) {
    add_line(text, "0,0");  // no offset from UTC is known
    add_line(text, "F,3");  // no clock vouches for the time
  }
  return text;
}

}  // namespace meterrig::playback::comtrade
