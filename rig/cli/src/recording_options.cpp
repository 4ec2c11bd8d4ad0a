// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "meterrig/loader/load.h"
#include "meterrig/loader/recording_mapping.h"

namespace meterrig::cli {
namespace {

std::optional<double> plain_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':')) {
    parts.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  parts.push_back(text);
  return parts;
}

}  // namespace

Result<double> number_with_unit(const std::string& option, const std::string& text,
                                QuantityKind kind) {
  if (const auto number = plain_number(text)) return *number;
  const auto number = parse_quantity(text, kind);
  if (!number)
    return fail(ErrorCode::invalid_argument, fmt::format("{}: {}", option, number.error().message));
  return *number;
}

Result<Rational> rate_of(const std::string& option, const std::string& text) {
  const auto hertz_number = number_with_unit(option, text, QuantityKind::frequency);
  if (!hertz_number) return tl::unexpected(hertz_number.error());
  const auto rate = exact_rational(*hertz_number);
  if (!rate || !(*hertz_number > 0))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: '{}'; expected a rate above 0 of at most 18 digits, such as 12.8 "
                            "kHz",
                            option, text));
  return *rate;
}

Result<ChannelHint> channel_hint(const std::string& text) {
  const auto refuse = [&](std::string_view what) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("--channel {}: {}; expected NAME[=NEWNAME]:UNIT[:SCALE[:OFFSET]], such "
                            "as CH1=u:V:50",
                            text, what));
  };
  const std::vector<std::string_view> parts = parts_of(text);
  if (parts.size() < 2) return refuse("no ':'");
  if (parts.size() > 4) return refuse(fmt::format("{} parts", parts.size()));
  ChannelHint hint;
  const std::size_t sign = parts[0].find('=');
  hint.name = parts[0].substr(0, sign);
  if (sign != std::string_view::npos) {
    hint.rename = parts[0].substr(sign + 1);
    if (hint.rename.empty()) return refuse("no name after '='");
  }
  if (hint.name.empty()) return refuse("no name");
  hint.unit = parts[1];
  for (std::size_t i = 2; i < parts.size(); ++i) {
    const auto number = plain_number(parts[i]);
    if (!number || (i == 2 && *number == 0))
      return refuse(fmt::format("{} '{}'", i == 2 ? "scale" : "offset", parts[i]));
    (i == 2 ? hint.scale : hint.offset) = *number;
  }
  return hint;
}

Result<RecordingSource> recording_source(const RecordingOptions& options) {
  RecordingSource source;
  const auto description = std::ranges::find_if(options.files, [](const std::string& file) {
    return file.ends_with(".yaml") || file.ends_with(".yml");
  });
  if (description == options.files.end()) {
    source.files.assign(options.files.begin(), options.files.end());
  } else if (options.files.size() > 1) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: a description among {} files; expected it alone", *description,
                            options.files.size()));
  } else {
    const auto loaded = loader::load_recording(*description);
    if (!loaded) return fail(ErrorCode::invalid_argument, loader::to_string(loaded.error()));
    auto described = loader::source_from(loaded->message.recording(), loaded->path);
    if (!described) return described;
    source = std::move(*described);
  }
  if (!options.encoding.empty()) source.encoding = options.encoding;
  if (options.channels > 0) source.channels = options.channels;
  if (!options.rate.empty()) {
    const auto rate = rate_of("--rate", options.rate);
    if (!rate) return tl::unexpected(rate.error());
    source.rate = *rate;
  }
  for (const std::string& text : options.hints) {
    auto hint = channel_hint(text);
    if (!hint) return tl::unexpected(hint.error());
    source.hints.push_back(std::move(*hint));
  }
  return source;
}

}  // namespace meterrig::cli
