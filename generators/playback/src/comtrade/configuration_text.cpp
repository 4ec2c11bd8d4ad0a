// SPDX-License-Identifier: GPL-3.0-or-later
#include "configuration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>

#include "../csv_text.h"
#include "text_encoding.h"

namespace meterrig::playback::comtrade {
namespace {

template <class... Parts>
void add_line(std::string& text, fmt::format_string<Parts...> format, Parts&&... parts) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Parts>(parts)...);
  text += "\r\n";
}

std::string field(std::string_view text) {
  std::string kept = decode_text(text).text;
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

std::vector<int> channel_numbers(const std::vector<RecordedChannel>& channels) {
  std::vector<int> numbers;
  for (const RecordedChannel& channel : channels) numbers.push_back(own_number(channel.name));
  std::vector<int> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.front() > 0 && std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end())
    return numbers;
  for (std::size_t c = 0; c < numbers.size(); ++c) numbers[c] = static_cast<int>(c) + 1;
  return numbers;
}

}  // namespace

std::string configuration_text(const WrittenConfiguration& written) {
  const RecordingDescription& description = written.description;
  const bool first_edition = written.revision == ComtradeRevision::r1991;
  std::string text;
  const std::string station = field(description.station);
  const std::string device = field(description.device);
  if (first_edition)
    add_line(text, "{},{}", station, device);
  else
    add_line(text, "{},{},{}", station, device,
             written.revision == ComtradeRevision::r1999 ? 1999 : 2013);

  const std::vector<RecordedChannel>& channels = description.channels;
  add_line(text, "{},{}A,0D", channels.size(), channels.size());
  const std::vector<int> numbers = channel_numbers(channels);
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const RecordedChannel& channel = channels[c];
    const Scaling& scaling = written.scaling[c];
    std::string id = channel.id;
    if (id.empty() && own_number(channel.name) == 0) id = channel.name;
    // Digits that come back when read as seconds.
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{:.12g},{:.0f},{:.0f}",
                   numbers[c], field(id), field(channel.phase), field(channel.circuit),
                   field(channel.unit), scaling.a, scaling.b, channel.skew * 1e6,
                   scaling.lowest_code, scaling.highest_code);
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
