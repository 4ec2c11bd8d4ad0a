// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan_encoder.h"

#include <fmt/format.h>

#include <array>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "binary_data.h"
#include "missing_code.h"

namespace meterrig::playback::comtrade {

ScanEncoder::ScanEncoder(DataType type, ComtradeRevision revision, std::vector<Scaling> scaling,
                         std::vector<WrittenRate> rates, StampScale stamps,
                         std::vector<std::string> names)
    : type_(type),
      revision_(revision),
      scaling_(std::move(scaling)),
      rates_(std::move(rates)),
      stamps_(stamps),
      names_(std::move(names)) {}

Result<void> ScanEncoder::append(const ScanBlock& block, std::size_t from, std::size_t count,
                                 std::string& bytes) {
  switch (type_) {
    case DataType::binary16:
      return append_binary<std::int16_t>(block, from, count, bytes);
    case DataType::binary32:
      return append_binary<std::int32_t>(block, from, count, bytes);
    case DataType::float32:
      return append_binary<float>(block, from, count, bytes);
    case DataType::ascii:
      break;
  }
  return append_text(block, from, count, bytes);
}

std::uint32_t ScanEncoder::stamp_of(std::int64_t scan) {
  while (rate_ + 1 < rates_.size() && scan >= rates_[rate_].end) ++rate_;
  const WrittenRate& rate = rates_[rate_];
  const double seconds = rate.start + static_cast<double>(scan - rate.first) / rate.hertz;
  const double units = seconds * (stamps_.decimals == 9 ? 1e9 : 1e6) / stamps_.multiplier;
  if (stamps_.none || !(units < static_cast<double>(missing_stamp) - 0.5)) return missing_stamp;
  return static_cast<std::uint32_t>(std::llround(units));
}

tl::unexpected<Error> ScanEncoder::refuse(std::size_t channel, std::int64_t scan,
                                          double value) const {
  const Scaling& scaling = scaling_[channel];
  const bool is_float = type_ == DataType::float32;
  const double lowest = is_float ? -FLT_MAX : scaling.a * scaling.lowest_code + scaling.b;
  const double highest = is_float ? FLT_MAX : scaling.a * scaling.highest_code + scaling.b;
  return fail(ErrorCode::out_of_range, fmt::format("channel {}, scan {}: {}; expected {} to {}",
                                                   names_[channel], scan, value, lowest, highest));
}

template <class Code>
Result<void> ScanEncoder::append_binary(const ScanBlock& block, std::size_t from, std::size_t count,
                                        std::string& bytes) {
  const std::size_t record = record_size(type_, scaling_.size(), 0);
  const std::size_t start = bytes.size();
  bytes.resize(start + count * record);
  char* const records = bytes.data() + start;
  const auto store = [records, record](std::size_t i, std::size_t offset, auto value) {
    std::memcpy(records + i * record + offset, &value, sizeof value);
  };
  const std::int64_t first = block.first + static_cast<std::int64_t>(from);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t scan = first + static_cast<std::int64_t>(i);
    store(i, 0, static_cast<std::uint32_t>(scan + 1));
    store(i, 4, stamp_of(scan));
  }
  constexpr bool is_float = std::is_same_v<Code, float>;
  Code missing = std::numeric_limits<Code>::quiet_NaN();
  if constexpr (!is_float) {
    const bool first_edition = type_ == DataType::binary16 && revision_ == ComtradeRevision::r1991;
    missing = first_edition ? Code{-1} : std::numeric_limits<Code>::min();
  }
  for (std::size_t c = 0; c < scaling_.size(); ++c) {
    const auto row = block.row(c).subspan(from, count);
    const Scaling& scaling = scaling_[c];
    const std::size_t offset = 8 + c * sizeof(Code);
    for (std::size_t i = 0; i < count; ++i) {
      if (std::isnan(row[i])) {
        store(i, offset, missing);
        continue;
      }
      Code code{};
      bool fits = false;
      if constexpr (is_float) {
        // The most negative float is what some write for a missing value.
        fits = row[i] > -double{FLT_MAX} && row[i] <= double{FLT_MAX};
        if (fits) code = static_cast<float>(row[i]) + 0.0F;  // no -0, which b would turn to 0
        fits = fits && code > -FLT_MAX;
      } else {
        const double nearest = std::nearbyint((row[i] - scaling.b) / scaling.a);
        fits = nearest >= scaling.lowest_code && nearest <= scaling.highest_code;
        if (fits) code = static_cast<Code>(nearest);
      }
      if (!fits) return refuse(c, first + static_cast<std::int64_t>(i), row[i]);
      store(i, offset, code);
    }
  }
  return {};
}

Result<void> ScanEncoder::append_text(const ScanBlock& block, std::size_t from, std::size_t count,
                                      std::string& bytes) {
  std::array<char, 24> text{};
  const auto put = [&](std::int64_t number) {
    const auto done = std::to_chars(text.data(), text.data() + text.size(), number);
    bytes.append(text.data(), done.ptr);
  };
  for (std::size_t i = from; i < from + count; ++i) {
    const std::int64_t scan = block.first + static_cast<std::int64_t>(i);
    put(scan + 1);
    bytes += ',';
    if (const std::uint32_t stamp = stamp_of(scan); stamp != missing_stamp) put(stamp);
    for (std::size_t c = 0; c < scaling_.size(); ++c) {
      bytes += ',';
      const double value = block.row(c)[i];
      const Scaling& scaling = scaling_[c];
      if (std::isnan(value)) {
        if (revision_ == ComtradeRevision::r1999) bytes += "99999";
        continue;
      }
      const double nearest = std::nearbyint(value / scaling.a);
      if (!(nearest >= scaling.lowest_code && nearest <= scaling.highest_code))
        return refuse(c, scan, value);
      put(static_cast<std::int64_t>(nearest));
    }
    bytes += "\r\n";
  }
  return {};
}

}  // namespace meterrig::playback::comtrade
