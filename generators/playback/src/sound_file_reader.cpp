// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "byte_file.h"
#include "channel_comment.h"
#include "channel_unit.h"
#include "formats.h"
#include "read_range.h"
#include "sound_file.h"
#include "text_encoding.h"

namespace meterrig::playback {

double largest_code(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
      return 127;
    case SF_FORMAT_PCM_24:
      return 8388607;
    case SF_FORMAT_PCM_32:
      return 2147483647;
    case SF_FORMAT_FLOAT:
    case SF_FORMAT_DOUBLE:
      return 0;
    default:  // the compressed ones decode to 16 bits
      return 32767;
  }
}

namespace {

class SoundFile : public Recording {
 public:
  SoundFile(ByteFile file, Sound sound, RecordingDescription description,
            std::vector<double> scales, std::vector<std::string> warnings)
      : file_(std::move(file)),
        sound_(std::move(sound)),
        description_(std::move(description)),
        scales_(std::move(scales)),
        warnings_(std::move(warnings)) {}

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }
  [[nodiscard]] std::vector<std::string> warnings() const override { return warnings_; }
  Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override {
    if (auto inside = check_range(description_, first, count); !inside) return inside;
    const std::size_t channels = scales_.size();
    block.resize(channels, count);
    block.first = first;
    if (count == 0) return {};
    if (first != next_ && ::sf_seek(sound_.get(), first, SEEK_SET) != first) return lost(first);
    next_ = -1;
    const std::size_t at_once = std::min(count, std::max<std::size_t>(1, 65536 / channels));
    interleaved_.resize(at_once * channels);
    for (std::size_t done = 0; done < count;) {
      const std::size_t part = std::min(at_once, count - done);
      const auto wanted = static_cast<sf_count_t>(part);
      const sf_count_t got = ::sf_readf_double(sound_.get(), interleaved_.data(), wanted);
      if (got != wanted)
        return lost(first + static_cast<std::int64_t>(done) + std::max<sf_count_t>(got, 0));
      for (std::size_t c = 0; c < channels; ++c) {
        const double* at = interleaved_.data() + c;
        for (double& sample : block.row(c).subspan(done, part)) {
          sample = *at * scales_[c];
          at += channels;
        }
      }
      done += part;
    }
    next_ = first + static_cast<std::int64_t>(count);
    return {};
  }

 private:
  tl::unexpected<Error> lost(std::int64_t scan) {
    next_ = -1;
    return fail(ErrorCode::data_loss,
                fmt::format("{}: scan {} cannot be decoded; expected {} scans", file_.name(), scan,
                            description_.count()));
  }

  ByteFile file_;  // outlives sound_, which reads from its descriptor
  Sound sound_;
  RecordingDescription description_;
  std::vector<double> scales_;  // value of a code of 1
  std::vector<std::string> warnings_;
  std::vector<double> interleaved_;
  std::int64_t next_ = 0;
};

std::string format_text(int format) {
  std::string major;
  switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_FLAC:
      major = "FLAC";
      break;
    case SF_FORMAT_W64:
      major = "W64";
      break;
    case SF_FORMAT_RF64:
      major = "RF64";
      break;
    default:
      major = "WAV";
  }
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
      return major + ", 8 bit";
    case SF_FORMAT_PCM_16:
      return major + ", 16 bit";
    case SF_FORMAT_PCM_24:
      return major + ", 24 bit";
    case SF_FORMAT_PCM_32:
      return major + ", 32 bit";
    case SF_FORMAT_FLOAT:
      return major + ", 32 bit float";
    case SF_FORMAT_DOUBLE:
      return major + ", 64 bit float";
    default:
      return major + ", compressed to less than 16 bit";
  }
}

bool readable_at(SNDFILE* sound, std::int64_t scan, std::vector<double>& scratch) {
  return ::sf_seek(sound, scan, SEEK_SET) == scan &&
         ::sf_readf_double(sound, scratch.data(), 1) == 1;
}

// A FLAC header may promise scans that are not there: how many can be decoded.
std::int64_t scans_that_are_there(SNDFILE* sound, std::int64_t promised,
                                  std::vector<double>& scratch) {
  if (promised <= 0 || readable_at(sound, promised - 1, scratch))
    return std::max<std::int64_t>(0, promised);
  std::int64_t good = 0;  // scans before this one are there
  std::int64_t bad = promised - 1;
  while (good < bad) {
    const std::int64_t middle = good + (bad - good) / 2;
    if (readable_at(sound, middle, scratch)) {
      good = middle + 1;
    } else {
      bad = middle;
    }
  }
  return good;
}

// libsndfile takes the file's own length in place of a wrong one and says so in its log only.
bool length_corrected(SNDFILE* sound) {
  std::array<char, 4096> log{};
  ::sf_command(sound, SFC_GET_LOG_INFO, log.data(), static_cast<int>(log.size()));
  const std::string_view text(log.data());
  const std::size_t data = text.find("\ndata : ");
  if (data == std::string_view::npos) return false;
  const std::string_view line = text.substr(data + 1, text.find('\n', data + 1) - data - 1);
  return line.find("should be") != std::string_view::npos;
}

}  // namespace

Result<std::unique_ptr<Recording>> open_sound_file(const std::filesystem::path& file) {
  auto bytes = ByteFile::open(file);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  const auto refuse = [&](std::string_view what) {
    return fail(ErrorCode::invalid_argument, fmt::format("{}: {}", bytes->name(), what));
  };
  // The other formats of libsndfile are none of recordings, and less well tried.
  std::array<char, 4> head{};
  const auto got = bytes->read(0, head);
  if (!got) return tl::unexpected(got.error());
  const std::string_view magic(head.data(), *got);
  if (magic != "RIFF" && magic != "RIFX" && magic != "RF64" && magic != "riff" && magic != "fLaC")
    return refuse("byte 0: no WAV or FLAC file; expected RIFF, RF64 or fLaC");
  SF_INFO info{};
  Sound sound(::sf_open_fd(bytes->descriptor(), SFM_READ, &info, SF_FALSE));
  if (sound == nullptr)
    return refuse(
        fmt::format("libsndfile: {}; expected a WAV or FLAC file", ::sf_strerror(nullptr)));
  if (info.channels < 1 || info.samplerate < 1)
    return refuse(fmt::format("{} channels at {} scans a second; expected at least 1 of both",
                              info.channels, info.samplerate));
  ::sf_command(sound.get(), SFC_SET_NORM_DOUBLE, nullptr, SF_FALSE);
  const auto channels = static_cast<std::size_t>(info.channels);

  std::vector<std::string> warnings;
  if (length_corrected(sound.get()))
    warnings.push_back(
        fmt::format("{}: the header promises another length than the file has; the {} scans that "
                    "are there are read",
                    bytes->name(), info.frames));
  std::vector<double> scratch(channels);
  const std::int64_t count = scans_that_are_there(sound.get(), info.frames, scratch);
  if (count == 0) return refuse("no scans that can be decoded; expected at least one");
  if (count < info.frames)
    warnings.push_back(
        fmt::format("{}: the header promises {} scans; the {} that can be decoded are read",
                    bytes->name(), info.frames, count));

  RecordingDescription description;
  description.file = bytes->name();
  description.format = format_text(info.format);
  description.segments = {{.first = 0, .count = count, .rate = {info.samplerate, 1}, .start = 0}};
  const double largest = largest_code(info.format);
  const char* const text = ::sf_get_string(sound.get(), SF_STR_COMMENT);
  const auto comment = text == nullptr
                           ? std::nullopt
                           : parse_channel_comment(decoded(text, encoding_of(text)), channels);
  std::vector<double> scales(channels, 1);
  for (std::size_t c = 0; c < channels; ++c) {
    RecordedChannel channel;
    channel.name = fmt::format("{}", c + 1);
    channel.unit = largest > 0 ? "count" : "1";
    if (comment) {
      channel.name = (*comment)[c].name;
      channel.phase = (*comment)[c].phase;
      set_unit(channel, (*comment)[c].unit);
      scales[c] = (*comment)[c].full_scale / (largest > 0 ? largest : 1);
    }
    if (largest > 0) channel.resolution = scales[c];
    description.channels.push_back(std::move(channel));
  }
  if (::sf_seek(sound.get(), 0, SEEK_SET) != 0) return refuse("scan 0 cannot be reached");
  return std::make_unique<SoundFile>(std::move(*bytes), std::move(sound), std::move(description),
                                     std::move(scales), std::move(warnings));
}

}  // namespace meterrig::playback
