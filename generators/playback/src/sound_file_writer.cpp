// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "channel_comment.h"
#include "formats.h"
#include "partial_file.h"
#include "sound_file.h"

namespace meterrig::playback {
namespace {

class SoundFileWriter : public RecordingWriter {
 public:
  SoundFileWriter(PartialFile file, Sound sound, std::string name,
                  std::vector<ChannelComment> channels, double largest)
      : file_(std::move(file)),
        sound_(std::move(sound)),
        name_(std::move(name)),
        channels_(std::move(channels)),
        largest_(largest) {}

  Result<void> append(const ScanBlock& block) override {
    const std::size_t width = channels_.size();
    const std::size_t at_once = std::max<std::size_t>(1, 65536 / width);
    for (std::size_t done = 0; done < block.count(); done += at_once) {
      const std::size_t part = std::min(at_once, block.count() - done);
      const auto written = largest_ > 0 ? codes(block, done, part) : floats(block, done, part);
      if (!written) return written;
    }
    return {};
  }

  Result<void> finish() override {
    const int closed = ::sf_close(sound_.release());
    if (closed != 0)
      return fail(ErrorCode::unavailable,
                  fmt::format("{}: cannot be completed: {}", name_, ::sf_error_number(closed)));
    return file_.commit();
  }

 private:
  // Whole numbers go to libsndfile in the upper bits of 32.
  Result<void> codes(const ScanBlock& block, std::size_t done, std::size_t part) {
    const int shift = largest_ > 32767 ? 8 : 16;
    codes_.resize(part * channels_.size());
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      const double full_scale = channels_[c].full_scale;
      const double codes_a_unit = full_scale > 0 ? largest_ / full_scale : 0;
      const auto row = block.row(c).subspan(done, part);
      for (std::size_t n = 0; n < part; ++n) {
        // Also false for a missing value, NaN.
        if (!(std::abs(row[n]) <= full_scale))
          return out_of_range(c, block.first + static_cast<std::int64_t>(done + n), row[n]);
        const double code = std::round(row[n] * codes_a_unit);
        codes_[n * channels_.size() + c] = static_cast<std::int32_t>(code) * (1 << shift);
      }
    }
    return check(::sf_writef_int(sound_.get(), codes_.data(), static_cast<sf_count_t>(part)), part);
  }

  Result<void> floats(const ScanBlock& block, std::size_t done, std::size_t part) {
    floats_.resize(part * channels_.size());
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      const double scale = 1 / channels_[c].full_scale;  // a power of two: exact
      const auto row = block.row(c).subspan(done, part);
      for (std::size_t n = 0; n < part; ++n) floats_[n * channels_.size() + c] = row[n] * scale;
    }
    return check(::sf_writef_double(sound_.get(), floats_.data(), static_cast<sf_count_t>(part)),
                 part);
  }

  [[nodiscard]] Result<void> check(sf_count_t written, std::size_t part) const {
    if (written == static_cast<sf_count_t>(part)) return {};
    return fail(ErrorCode::unavailable,
                fmt::format("{}: cannot be written: {}", name_, ::sf_strerror(sound_.get())));
  }

  [[nodiscard]] tl::unexpected<Error> out_of_range(std::size_t c, std::int64_t scan,
                                                   double value) const {
    const ChannelComment& channel = channels_[c];
    if (std::isnan(value))
      return fail(ErrorCode::out_of_range,
                  fmt::format("{}: channel '{}', scan {}: a missing value; expected a number (a "
                              "file of floats or CSV holds missing values)",
                              name_, channel.name, scan));
    return fail(ErrorCode::out_of_range,
                fmt::format("{}: channel '{}', scan {}: {} {}; expected from -{} to {} {}", name_,
                            channel.name, scan, value, channel.unit, channel.full_scale,
                            channel.full_scale, channel.unit));
  }

  PartialFile file_;  // outlives sound_, which writes to its descriptor
  Sound sound_;
  std::string name_;
  std::vector<ChannelComment> channels_;
  double largest_;
  std::vector<std::int32_t> codes_;
  std::vector<double> floats_;
};

struct Subtype {
  Encoding encoding;
  int format;
  int bytes;
  bool flac;
};

constexpr std::array<Subtype, 4> subtypes{{
    {Encoding::pcm16, SF_FORMAT_PCM_16, 2, true},
    {Encoding::pcm24, SF_FORMAT_PCM_24, 3, true},
    {Encoding::float32, SF_FORMAT_FLOAT, 4, false},
    {Encoding::float64, SF_FORMAT_DOUBLE, 8, false},
}};

// The next power of two, by which floats are divided without changing a digit.
double power_of_two_above(double full_scale) {
  if (full_scale < std::numeric_limits<double>::min()) return 1;
  int exponent = 0;
  const double mantissa = std::frexp(full_scale, &exponent);
  return std::ldexp(1, mantissa == 0.5 ? exponent - 1 : exponent);
}

}  // namespace

Result<std::unique_ptr<RecordingWriter>> create_sound_file(const std::filesystem::path& file,
                                                           const RecordingDescription& description,
                                                           const std::vector<double>& full_scale,
                                                           const WriteOptions& options) {
  const bool flac = options.format == FileFormat::flac;
  const auto refuse = [&](std::string_view what) {
    return fail(ErrorCode::invalid_argument, fmt::format("{}: {}", file.string(), what));
  };
  const auto subtype = std::ranges::find(subtypes, options.encoding, &Subtype::encoding);
  if (subtype == subtypes.end() || (flac && !subtype->flac))
    return refuse(flac ? "an encoding that FLAC does not have; expected pcm16 or pcm24"
                       : "an encoding that WAV does not have; expected pcm16, pcm24, float32 or "
                         "float64");
  const Rational rate = description.segments.front().rate;
  if (rate.denominator != 1 || rate.numerator > std::numeric_limits<int>::max())
    return refuse(
        fmt::format("{} scans a second ({}/{}); {} holds whole numbers up to {}: expected such a "
                    "rate, or a CSV or COMTRADE file",
                    rate.value(), rate.numerator, rate.denominator, flac ? "FLAC" : "WAV",
                    std::numeric_limits<int>::max()));
  const std::size_t most_channels = flac ? 8 : 1024;  // of FLAC and of libsndfile
  if (description.channels.size() > most_channels)
    return refuse(fmt::format("{} channels; expected at most {}", description.channels.size(),
                              most_channels));

  const bool whole_numbers = subtype->flac;
  std::vector<ChannelComment> channels;
  for (std::size_t c = 0; c < description.channels.size(); ++c) {
    const RecordedChannel& channel = description.channels[c];
    channels.push_back(
        {.name = channel.name,
         .unit = channel.unit,
         .full_scale = whole_numbers ? full_scale[c] : power_of_two_above(full_scale[c]),
         .phase = channel.phase});
  }
  const std::string comment = channel_comment(channels);
  constexpr std::size_t longest_comment = 2040;  // that libsndfile reads of a WAV file
  if (comment.size() > longest_comment)
    return refuse(
        fmt::format("names and units of {} channels take {} bytes; expected at most {}, "
                    "or a CSV or COMTRADE file",
                    channels.size(), comment.size(), longest_comment));

  // A WAV file's lengths have 32 bits; what may need more becomes RF64 (EBU Tech 3306).
  const double bytes = static_cast<double>(description.count()) *
                       static_cast<double>(channels.size()) * subtype->bytes;
  constexpr double largest_wav = 4.0e9;
  SF_INFO info{};
  info.samplerate = static_cast<int>(rate.numerator);
  info.channels = static_cast<int>(channels.size());
  info.format = subtype->format;
  info.format |= flac ? SF_FORMAT_FLAC : bytes > largest_wav ? SF_FORMAT_RF64 : SF_FORMAT_WAV;
  if (::sf_format_check(&info) == SF_FALSE)
    return refuse(fmt::format("{} channels at {} scans a second; expected what {} holds",
                              info.channels, info.samplerate, flac ? "FLAC" : "WAV"));
  auto partial = PartialFile::create(file);
  if (!partial) return tl::unexpected(std::move(partial.error()));
  Sound sound(::sf_open_fd(partial->descriptor(), SFM_WRITE, &info, SF_FALSE));
  if (sound == nullptr) return refuse(fmt::format("libsndfile: {}", ::sf_strerror(nullptr)));
  ::sf_command(sound.get(), SFC_SET_NORM_DOUBLE, nullptr, SF_FALSE);
  ::sf_command(sound.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);  // it holds the time of day
  if (::sf_set_string(sound.get(), SF_STR_COMMENT, comment.c_str()) != 0)
    return refuse(fmt::format("libsndfile: {}", ::sf_strerror(sound.get())));
  return std::make_unique<SoundFileWriter>(std::move(*partial), std::move(sound), file.string(),
                                           std::move(channels), largest_code(info.format));
}

}  // namespace meterrig::playback
