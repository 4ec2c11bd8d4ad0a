// SPDX-License-Identifier: GPL-3.0-or-later
#include "segments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "../even_rate.h"
#include "time_stamps.h"

namespace meterrig::playback::comtrade {
namespace {

Result<Rational> rate_by_stamps(const Configuration& configuration, ScanReader& reader,
                                const std::string& data_file) {
  const auto refuse = [&](std::string_view what) {
    return fail(ErrorCode::invalid_argument, fmt::format("{}: {}", data_file, what));
  };
  EvenSteps steps;
  std::array<ScanHead, 1024> heads;
  ScanFindings ignored;
  for (std::int64_t first = 0; first < reader.count();) {
    const auto part = std::span(heads).first(
        static_cast<std::size_t>(std::min<std::int64_t>(heads.size(), reader.count() - first)));
    if (auto done = reader.decode(first, part, nullptr, 0, ignored); !done)
      return tl::unexpected(done.error());
    for (const ScanHead& head : part) {
      if (!steps.take(head.stamp)) {
        const std::string found =
            head.stamp == ScanHead::missing ? "missing" : fmt::format("{}", head.stamp);
        return refuse(
            fmt::format("{}, field 2 (time stamp): {}; expected {:.0f}, as the configuration says "
                        "no rate and time stamps must then be evenly spaced",
                        reader.place(first), found, steps.expected()));
      }
      ++first;
    }
  }
  if (reader.count() < 2) return refuse("one scan and no rate; expected at least two");
  // Exactly even stamps leave an interval around their period all the same.
  const double unit = configuration.stamp_unit;
  return even_rate(1 / (steps.longest_period() * unit), 1 / (steps.shortest_period() * unit));
}

}  // namespace

Result<std::vector<RecordedSegment>> find_segments(const Configuration& configuration,
                                                   ScanReader& reader, const std::string& data_file,
                                                   std::optional<Rational> asked,
                                                   std::vector<std::string>& warnings) {
  const std::int64_t count = reader.count();
  const std::vector<SamplingRate>& rates = configuration.rates;
  if (count == 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: no scan; expected at least one", data_file));
  if (const std::int64_t promised = rates.empty() ? 0 : rates.back().end; promised != count) {
    std::string text =
        fmt::format("{}: {} scans where the configuration promises {}", data_file, count, promised);
    if (count > promised && rates.size() > 1) text += "; those after were read at the last rate";
    warnings.push_back(text);
  }

  std::vector<RecordedSegment> segments;
  if (rates.empty() || std::any_of(rates.begin(), rates.end(), [](const SamplingRate& rate) {
        return rate.rate.numerator == 0;
      })) {
    if (asked) return std::vector{RecordedSegment{.first = 0, .count = count, .rate = *asked}};
    const auto rate = rate_by_stamps(configuration, reader, data_file);
    if (!rate) return tl::unexpected(rate.error());
    warnings.push_back(
        fmt::format("{}: the configuration says no rate; by the time stamps, which are evenly "
                    "spaced, it is {} scans a second",
                    data_file, rate->value()));
    return std::vector{RecordedSegment{.first = 0, .count = count, .rate = *rate}};
  }
  std::int64_t first = 0;
  double start = 0;
  for (const SamplingRate& rate : rates) {
    const bool last = &rate == &rates.back();
    const std::int64_t end = last ? count : std::min(rate.end, count);
    if (end <= first) continue;
    segments.push_back({.first = first, .count = end - first, .rate = rate.rate, .start = start});
    start += static_cast<double>(end - first) / rate.rate.value();
    first = end;
  }
  return segments;
}

}  // namespace meterrig::playback::comtrade
