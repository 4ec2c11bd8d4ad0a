// SPDX-License-Identifier: GPL-3.0-or-later
#include "totals.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace meterrig::record {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Totals::Totals(std::size_t channels, double duration, std::size_t envelope_parts)
    : sums_(channels, Sums{.minimum = unknown, .maximum = unknown}),
      parts_per_second_(static_cast<double>(envelope_parts) / duration),
      parts_(envelope_parts) {
  if (parts_ == 0) return;
  envelope_.low.assign(channels, std::vector(parts_, unknown));
  envelope_.high = envelope_.low;
}

void Totals::feed(const ScanBlock& block, double start, double step) {
  for (std::size_t c = 0; c < sums_.size(); ++c) {
    const std::span<const double> row = block.row(c);
    Sums& sums = sums_[c];
    // A block's sums in double, the blocks' in long double: the error stays that of one block.
    double x = 0;
    double squares = 0;
    std::int64_t missing = 0;
    for (const double value : row) {
      if (std::isnan(value)) {
        ++missing;
        continue;
      }
      x += value;
      squares += value * value;
      sums.minimum = std::fmin(sums.minimum, value);
      sums.maximum = std::fmax(sums.maximum, value);
    }
    sums.x += x;
    sums.squares += squares;
    sums.missing += missing;
    sums.count += static_cast<std::int64_t>(row.size()) - missing;
    if (parts_ > 0) feed_envelope(c, row, start, step);
  }
}

void Totals::feed_envelope(std::size_t channel, std::span<const double> row, double start,
                           double step) {
  std::vector<double>& low = envelope_.low[channel];
  std::vector<double>& high = envelope_.high[channel];
  const auto part_at = [&](double seconds) {
    const double part = std::max(0.0, seconds * parts_per_second_);
    return static_cast<std::size_t>(std::min(part, static_cast<double>(parts_ - 1)));
  };
  for (std::size_t i = 0; i < row.size(); ++i) {
    // A slow scan stands until the next, over several parts.
    const double at = start + static_cast<double>(i) * step;
    const std::size_t end = std::max(part_at(at) + 1, part_at(at + step));
    for (std::size_t part = part_at(at); part < end; ++part) {
      low[part] = std::fmin(low[part], row[i]);
      high[part] = std::fmax(high[part], row[i]);
    }
  }
}

std::vector<reference::ChannelReading> Totals::readings() const {
  std::vector<reference::ChannelReading> readings;
  for (const Sums& sums : sums_) {
    reference::ChannelReading& reading = readings.emplace_back();
    const auto n = static_cast<long double>(sums.count);
    reading.rms = sums.count > 0 ? static_cast<double>(std::sqrt(sums.squares / n)) : unknown;
    reading.dc = sums.count > 0 ? static_cast<double>(sums.x / n) : unknown;
    reading.minimum = sums.minimum;
    reading.maximum = sums.maximum;
    reading.missing = sums.missing;
    reading.frequency = reading.thd = reading.residual = unknown;
  }
  return readings;
}

}  // namespace meterrig::record
