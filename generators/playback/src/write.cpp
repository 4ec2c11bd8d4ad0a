// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/playback/write.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <utility>

#include "comtrade/comtrade.h"
#include "extension.h"
#include "formats.h"

namespace meterrig::playback {
namespace {

// Sees to it that scans come in order, all channels wide, as many as were promised.
class Counted : public RecordingWriter {
 public:
  Counted(std::unique_ptr<RecordingWriter> inner, std::string name, std::size_t channels,
          std::int64_t promised)
      : inner_(std::move(inner)),
        name_(std::move(name)),
        channels_(channels),
        promised_(promised) {}

  Result<void> append(const ScanBlock& block) override {
    if (block.channels() != channels_)
      return fail(ErrorCode::invalid_argument, fmt::format("{}: scans of {} channels; expected {}",
                                                           name_, block.channels(), channels_));
    if (block.first != next_)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{}: scan {}; expected scan {}", name_, block.first, next_));
    const auto count = static_cast<std::int64_t>(block.count());
    if (count > promised_ - next_)
      return fail(ErrorCode::invalid_argument, fmt::format("{}: {} scans; expected {} as described",
                                                           name_, next_ + count, promised_));
    next_ += count;
    return inner_->append(block);
  }
  Result<void> finish() override {
    if (next_ != promised_)
      return fail(ErrorCode::failed_precondition,
                  fmt::format("{}: {} scans; expected {} as described", name_, next_, promised_));
    return inner_->finish();
  }

 private:
  std::unique_ptr<RecordingWriter> inner_;
  std::string name_;
  std::size_t channels_;
  std::int64_t promised_;
  std::int64_t next_ = 0;
};

}  // namespace

Result<WriteOptions> options_for(const std::filesystem::path& file) {
  const std::string extension = extension_of(file);
  WriteOptions options;
  if (extension == ".cfg" || extension == ".cff") {
    options.single_file = extension == ".cff";
    return options;
  }
  if (extension == ".wav") {
    options.format = FileFormat::wav;
    return options;
  }
  if (extension == ".flac") {
    options.format = FileFormat::flac;
    options.encoding = Encoding::pcm24;
    return options;
  }
  if (extension == ".csv") {
    options.format = FileFormat::csv;
    options.encoding = Encoding::ascii;
    return options;
  }
  return fail(
      ErrorCode::invalid_argument,
      fmt::format("{}: the extension '{}'; expected .cfg or .cff (COMTRADE), .wav, .flac or "
                  ".csv",
                  file.string(), extension));
}

Result<std::unique_ptr<RecordingWriter>> create(const std::filesystem::path& file,
                                                const RecordingDescription& description,
                                                const std::vector<double>& full_scale,
                                                const WriteOptions& options) {
  const auto refuse = [&](std::string_view what) {
    return fail(ErrorCode::invalid_argument, fmt::format("{}: {}", file.string(), what));
  };
  if (description.channels.empty()) return refuse("no channel; expected at least one");
  if (full_scale.size() != description.channels.size())
    return refuse(fmt::format("{} full-scale values; expected one for each of {} channels",
                              full_scale.size(), description.channels.size()));
  for (std::size_t c = 0; c < full_scale.size(); ++c) {
    if (!std::isfinite(full_scale[c]) || full_scale[c] < 0)
      return refuse(fmt::format("channel '{}': a full scale of {}; expected one of at least 0",
                                description.channels[c].name, full_scale[c]));
  }
  if (description.count() <= 0) return refuse("no scans; expected at least one");
  for (const RecordedSegment& segment : description.segments) {
    if (segment.rate.numerator <= 0 || segment.rate.denominator <= 0)
      return refuse(fmt::format("{}/{} scans a second; expected a rate above 0",
                                segment.rate.numerator, segment.rate.denominator));
  }
  if (options.format != FileFormat::comtrade && description.segments.size() != 1)
    return refuse(fmt::format("{} sampling rates; expected one, or a COMTRADE file",
                              description.segments.size()));

  Result<std::unique_ptr<RecordingWriter>> writer;
  switch (options.format) {
    case FileFormat::comtrade:
      writer = create_comtrade(file, description, full_scale, options);
      break;
    case FileFormat::wav:
    case FileFormat::flac:
      writer = create_sound_file(file, description, full_scale, options);
      break;
    case FileFormat::csv:
      writer = create_csv(file, description);
      break;
  }
  if (!writer) return writer;
  return std::make_unique<Counted>(std::move(*writer), file.string(), description.channels.size(),
                                   description.count());
}

}  // namespace meterrig::playback
