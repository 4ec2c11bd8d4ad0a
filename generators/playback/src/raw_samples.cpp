// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "byte_file.h"
#include "formats.h"
#include "plain_channels.h"
#include "read_range.h"

namespace meterrig::playback {
namespace {

static_assert(std::endian::native == std::endian::little);

template <class Integer, std::size_t bytes, bool little>
double sample_at(const char* at) {
  Integer number = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(at[little ? bytes - 1 - i : i]);
    number = static_cast<Integer>(number << 8U | byte);
  }
  if constexpr (std::is_same_v<Integer, std::uint16_t>) {
    return static_cast<std::int16_t>(number);
  } else if constexpr (bytes == 3) {
    return static_cast<std::int32_t>(number << 8U) >> 8;
  } else {
    return static_cast<std::int32_t>(number);
  }
}
double float_at(const char* at) {
  std::array<char, 4> bytes{};
  std::copy_n(at, bytes.size(), bytes.begin());
  return static_cast<double>(std::bit_cast<float>(bytes));
}
double double_at(const char* at) {
  std::array<char, 8> bytes{};
  std::copy_n(at, bytes.size(), bytes.begin());
  return std::bit_cast<double>(bytes);
}

struct SampleEncoding {
  std::string_view name;
  std::size_t bytes;
  double (*value)(const char*);
  std::string_view unit;
};

constexpr std::array<SampleEncoding, 6> encodings{{
    {"s16le", 2, sample_at<std::uint16_t, 2, true>, "count"},
    {"s16be", 2, sample_at<std::uint16_t, 2, false>, "count"},
    {"s24le", 3, sample_at<std::uint32_t, 3, true>, "count"},
    {"s32le", 4, sample_at<std::uint32_t, 4, true>, "count"},
    {"f32le", 4, float_at, "1"},
    {"f64le", 8, double_at, "1"},
}};

class RawSamples : public Recording {
 public:
  RawSamples(ByteFile file, const SampleEncoding& encoding, RecordingDescription description,
             std::vector<std::string> warnings)
      : file_(std::move(file)),
        encoding_(encoding),
        description_(std::move(description)),
        warnings_(std::move(warnings)) {}

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }
  [[nodiscard]] std::vector<std::string> warnings() const override { return warnings_; }
  Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override {
    if (auto inside = check_range(description_, first, count); !inside) return inside;
    const std::size_t channels = description_.channels.size();
    const std::size_t scan = channels * encoding_.bytes;
    block.resize(channels, count);
    block.first = first;
    if (count == 0) return {};
    const std::size_t at_once =
        std::min(count, std::max<std::size_t>(1, (std::size_t{1} << 18U) / scan));
    bytes_.resize(at_once * scan);
    for (std::size_t done = 0; done < count;) {
      const std::size_t part = std::min(at_once, count - done);
      const std::int64_t offset =
          (first + static_cast<std::int64_t>(done)) * static_cast<std::int64_t>(scan);
      const auto got = file_.read(offset, {bytes_.data(), part * scan});
      if (!got) return tl::unexpected(got.error());
      if (*got < part * scan)
        return fail(
            ErrorCode::data_loss,
            fmt::format("{}: byte {}: the file has become shorter; expected {} bytes", file_.name(),
                        offset + static_cast<std::int64_t>(*got), file_.size()));
      for (std::size_t c = 0; c < channels; ++c) {
        const std::span<double> row = block.row(c).subspan(done, part);
        const char* at = bytes_.data() + c * encoding_.bytes;
        for (double& sample : row) {
          sample = encoding_.value(at);
          at += scan;
        }
      }
      done += part;
    }
    return {};
  }

 private:
  ByteFile file_;
  const SampleEncoding& encoding_;
  RecordingDescription description_;
  std::vector<std::string> warnings_;
  std::vector<char> bytes_;
};

}  // namespace

Result<std::unique_ptr<Recording>> open_raw_samples(const std::filesystem::path& file,
                                                    const OpenOptions& options) {
  auto bytes = ByteFile::open(file);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  const auto encoding =
      std::ranges::find(encodings, options.encoding, [](const auto& e) { return e.name; });
  if (encoding == encodings.end()) {
    std::string list;
    for (const SampleEncoding& known : encodings) list += std::string(known.name) + ", ";
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: the encoding '{}' is none that I know; expected one of {}hex16",
                            bytes->name(), options.encoding, list));
  }
  auto description = describe_plain(bytes->name(), options, 1, encoding->unit);
  if (!description) return tl::unexpected(std::move(description.error()));
  description->format = fmt::format("raw samples, {}", encoding->name);
  const auto scan = static_cast<std::int64_t>(description->channels.size() * encoding->bytes);
  description->segments.front().count = bytes->size() / scan;
  if (description->count() == 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: {} bytes; expected at least one scan of {} bytes", bytes->name(),
                            bytes->size(), scan));
  std::vector<std::string> warnings;
  if (const std::int64_t tail = bytes->size() % scan; tail != 0)
    warnings.push_back(fmt::format("{}: the last {} bytes are no whole scan of {} and are left out",
                                   bytes->name(), tail, scan));
  return std::make_unique<RawSamples>(std::move(*bytes), *encoding, std::move(*description),
                                      std::move(warnings));
}

}  // namespace meterrig::playback
