// SPDX-License-Identifier: GPL-3.0-or-later
#include "stamp_scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "missing_code.h"

namespace meterrig::playback::comtrade {

std::vector<WrittenRate> written_rates(const RecordingDescription& description) {
  std::vector<WrittenRate> rates;
  double start = 0;
  for (const RecordedSegment& segment : description.segments) {
    WrittenRate rate{.text = fmt::format("{:.15g}", segment.rate.value()),
                     .hertz = 0,
                     .first = segment.first,
                     .end = segment.first + segment.count,
                     .start = start};
    rate.hertz = std::strtod(rate.text.c_str(), nullptr);
    start += static_cast<double>(segment.count) / rate.hertz;
    rates.push_back(std::move(rate));
  }
  return rates;
}

StampScale stamp_scale(const std::vector<WrittenRate>& rates, const Moment& first,
                       const Moment& trigger, ComtradeRevision revision) {
  constexpr double greatest = static_cast<double>(missing_stamp) - 1;
  const WrittenRate& last = rates.back();
  const double end = last.start + static_cast<double>(last.end - last.first) / last.hertz;
  double shortest_period = 1 / last.hertz;
  bool whole = true;  // microseconds
  for (const WrittenRate& rate : rates) {
    const double microseconds = 1e6 / rate.hertz;
    whole = whole && std::abs(microseconds - std::round(microseconds)) < 1e-9 * microseconds;
    shortest_period = std::min(shortest_period, 1 / rate.hertz);
  }
  StampScale scale;
  const bool finer_date = first.nanosecond % 1000 != 0 || trigger.nanosecond % 1000 != 0;
  if (revision == ComtradeRevision::r2013 && (finer_date || (!whole && end * 1e9 <= greatest)))
    scale.decimals = 9;
  const double unit = scale.decimals == 9 ? 1e-9 : 1e-6;
  if (revision != ComtradeRevision::r1991) {
    while (end / (unit * scale.multiplier) > greatest) scale.multiplier *= 10;
  }
  scale.none = unit * scale.multiplier > shortest_period / 2;
  if (scale.none) scale.multiplier = 1;
  return scale;
}

}  // namespace meterrig::playback::comtrade
