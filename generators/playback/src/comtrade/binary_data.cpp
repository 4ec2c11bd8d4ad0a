// SPDX-License-Identifier: GPL-3.0-or-later
#include "binary_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "missing_code.h"

namespace meterrig::playback::comtrade {
namespace {

static_assert(std::endian::native == std::endian::little, "COMTRADE data is little-endian");

constexpr std::size_t head_size = 8;
constexpr std::size_t buffer_size = std::size_t{1} << 20U;
constexpr std::size_t tile_size = std::size_t{1} << 15U;  // stays in the first-level cache

template <class T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// One channel of records `stride` bytes apart: a code + b, NaN for a code that means nothing.
// Returns how many do.
template <class Code, class IsMissing>
std::int64_t decode_row(const char* from, std::size_t stride, std::span<double> row,
                        const Scaling& scaling, IsMissing is_missing) {
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  const double a = scaling.a;
  const double b = scaling.b;
  std::int64_t missing = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const Code code = load<Code>(from + i * stride);
    const bool skip = is_missing(code);
    missing += skip ? 1 : 0;
    row[i] = skip ? nothing : a * static_cast<double>(code) + b;
  }
  return missing;
}

class BinaryData final : public ScanReader {
 public:
  BinaryData(const Configuration& configuration, DataSection data)
      : data_(std::move(data)),
        type_(configuration.type),
        revision_(configuration.revision),
        scaling_(configuration.scaling),
        record_(
            record_size(type_, scaling_.size(), configuration.description.status_channels.size())),
        count_((data_.end - data_.begin) / static_cast<std::int64_t>(record_)),
        tile_(std::max<std::size_t>(tile_size / record_, 16)) {}

  [[nodiscard]] std::int64_t count() const override { return count_; }

  Result<void> decode(std::int64_t first, std::span<ScanHead> heads, ScanBlock* block,
                      std::size_t at, ScanFindings& findings) override {
    while (!heads.empty()) {
      if (auto there = fetch(first); !there) return there;
      const auto place = static_cast<std::size_t>(first - buffer_first_);
      const std::size_t n = std::min({heads.size(), buffered_ - place, tile_});
      decode_tile(buffer_.data() + place * record_, heads.first(n), block, at, findings);
      heads = heads.subspan(n);
      first += static_cast<std::int64_t>(n);
      at += n;
    }
    return {};
  }

  [[nodiscard]] std::string place(std::int64_t scan) override {
    return fmt::format("byte {} (scan {})", offset_of(scan), scan);
  }

 private:
  [[nodiscard]] std::int64_t offset_of(std::int64_t scan) const {
    return data_.begin + scan * static_cast<std::int64_t>(record_);
  }

  // Sees to it that the buffer holds the scan.
  Result<void> fetch(std::int64_t scan) {
    if (scan >= buffer_first_ && scan < buffer_first_ + static_cast<std::int64_t>(buffered_))
      return {};
    const auto records = static_cast<std::size_t>(std::min(
        count_ - scan, static_cast<std::int64_t>(std::max<std::size_t>(buffer_size / record_, 1))));
    buffered_ = 0;
    buffer_.resize(std::max(buffer_.size(), records * record_));
    const auto got = data_.file.read(offset_of(scan), {buffer_.data(), records * record_});
    if (!got) return tl::unexpected(got.error());
    if (*got < record_)
      return fail(ErrorCode::data_loss,
                  fmt::format("{}: {}: the file has become shorter; expected {} scans",
                              data_.file.name(), place(scan), count_));
    buffer_first_ = scan;
    buffered_ = *got / record_;
    return {};
  }

  void decode_tile(const char* records, std::span<ScanHead> heads, ScanBlock* block, std::size_t at,
                   ScanFindings& findings) const {
    for (std::size_t i = 0; i < heads.size(); ++i) {
      const char* const record = records + i * record_;
      const auto stamp = load<std::uint32_t>(record + 4);
      heads[i] = {.number = load<std::uint32_t>(record),
                  .stamp = stamp == missing_stamp ? ScanHead::missing : std::int64_t{stamp}};
    }
    if (block == nullptr) return;
    const std::size_t width = type_ == DataType::binary16 ? 2 : 4;
    for (std::size_t c = 0; c < scaling_.size(); ++c)
      findings.missing_values += decode_channel(
          records + head_size + c * width, block->row(c).subspan(at, heads.size()), scaling_[c]);
  }

  [[nodiscard]] std::int64_t decode_channel(const char* from, std::span<double> row,
                                            const Scaling& scaling) const {
    switch (type_) {
      case DataType::float32:
        return decode_row<float>(from, record_, row, scaling, [](float code) {
          return !(code > -FLT_MAX && code <= FLT_MAX);  // NaN too
        });
      case DataType::binary32:
        return decode_row<std::int32_t>(from, record_, row, scaling,
                                        [](std::int32_t code) { return code == missing_binary32; });
      case DataType::binary16:
      case DataType::ascii:
        break;
    }
    if (codes_unsigned(scaling)) {
      const bool has_missing = outside_declared(scaling, missing_unsigned);
      return decode_row<std::uint16_t>(
          from, record_, row, scaling,
          [has_missing](std::uint16_t code) { return has_missing && code == missing_unsigned; });
    }
    // In 1991 FFFF is -1 too, where the channel's range holds that.
    const std::int32_t missing = revision_ != ComtradeRevision::r1991 ? missing_binary16
                                 : outside_declared(scaling, -1)      ? -1
                                                                      : INT32_MAX;
    return decode_row<std::int16_t>(from, record_, row, scaling,
                                    [missing](std::int16_t code) { return code == missing; });
  }

  DataSection data_;
  DataType type_;
  ComtradeRevision revision_;
  std::vector<Scaling> scaling_;
  std::size_t record_;
  std::int64_t count_;
  std::size_t tile_;  // scans decoded channel by channel
  std::vector<char> buffer_;
  std::int64_t buffer_first_ = 0;
  std::size_t buffered_ = 0;  // scans in the buffer
};

}  // namespace

std::size_t record_size(DataType type, std::size_t analogue, std::size_t status) {
  return head_size + (type == DataType::binary16 ? 2 : 4) * analogue + 2 * ((status + 15) / 16);
}

std::unique_ptr<ScanReader> open_binary_data(const Configuration& configuration, DataSection data,
                                             std::vector<std::string>& warnings) {
  const std::string name = data.file.name();
  const std::size_t record = record_size(configuration.type, configuration.scaling.size(),
                                         configuration.description.status_channels.size());
  const std::int64_t rest = (data.end - data.begin) % static_cast<std::int64_t>(record);
  if (rest > 1)  // one byte is what DOS ends a file with
    warnings.push_back(fmt::format("{}: {} bytes after the last whole scan of {} bytes; not read",
                                   name, rest, record));
  for (std::size_t c = 0; c < configuration.scaling.size(); ++c) {
    if (configuration.type != DataType::binary16 || !codes_unsigned(configuration.scaling[c]))
      continue;
    const RecordedChannel& channel = configuration.description.channels[c];
    warnings.push_back(fmt::format(
        "{}: {} ({}) and those like it: codes from {} to {}; read as unsigned", name, channel.name,
        channel.id, configuration.scaling[c].lowest_code, configuration.scaling[c].highest_code));
    break;
  }
  return std::make_unique<BinaryData>(configuration, std::move(data));
}

}  // namespace meterrig::playback::comtrade
