// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/playback/open.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "byte_file.h"
#include "comtrade/comtrade.h"
#include "extension.h"
#include "formats.h"
#include "hinted.h"

namespace meterrig::playback {
namespace {

constexpr std::array<std::string_view, 6> raw_extensions{".s16le", ".s16be", ".s24le",
                                                         ".s32le", ".f32le", ".f64le"};

// The first bytes, enough to tell a format.
Result<std::string> head_of(const std::filesystem::path& file) {
  const auto bytes = ByteFile::open(file);
  if (!bytes) return tl::unexpected(bytes.error());
  std::string head(4096, '\0');
  const auto got = bytes->read(0, head);
  if (!got) return tl::unexpected(got.error());
  head.resize(*got);
  return head;
}

bool starts_with_line(std::string_view head, std::string_view line) {
  return head.starts_with(line) &&
         (head.size() == line.size() || head[line.size()] == '\r' || head[line.size()] == '\n');
}

bool is_text(std::string_view head) {
  return !head.empty() && std::ranges::none_of(head, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f';
  });
}

Result<std::unique_ptr<Recording>> open_as_it_is(const std::filesystem::path& file,
                                                 const OpenOptions& options) {
  const auto head = head_of(file);
  if (!head) return tl::unexpected(head.error());
  if (options.encoding == "hex16") return open_hex_words(file, options);
  if (!options.encoding.empty()) return open_raw_samples(file, options);

  const std::string extension = extension_of(file);
  if (extension == ".cfg" || extension == ".dat" || extension == ".cff")
    return open_comtrade(file, options);
  if (std::ranges::find(raw_extensions, extension) != raw_extensions.end()) {
    OpenOptions named = options;
    named.encoding = extension.substr(1);
    return open_raw_samples(file, named);
  }
  if (extension == ".wav" || extension == ".flac" || head->starts_with("RIFF") ||
      head->starts_with("RF64") || head->starts_with("fLaC"))
    return open_sound_file(file);
  const std::string name = file.filename().string();
  if (name.ends_with(".hex.txt") || starts_with_line(*head, "FFFFFFFF"))
    return open_hex_words(file, options);
  if (extension == ".csv" || extension == ".tsv" || extension == ".txt" || is_text(*head))
    return open_csv(file, options);
  return fail(
      ErrorCode::unimplemented,
      fmt::format("{}: a format that I do not know; expected COMTRADE (.cfg, .dat or .cff), "
                  "WAV, FLAC, CSV, or an encoding of raw samples beside the file",
                  file.string()));
}

}  // namespace

Result<std::unique_ptr<Recording>> open(const std::filesystem::path& file,
                                        const OpenOptions& options) {
  auto recording = open_as_it_is(file, options);
  if (!recording) return recording;
  return with_hints(std::move(*recording), options.hints, options.rate);
}

Result<std::unique_ptr<Recording>> open(const RecordingSource& source) {
  OpenOptions options;
  options.rate = source.rate;
  options.encoding = source.encoding;
  options.channels = source.channels;
  std::vector<std::unique_ptr<Recording>> recordings;
  for (const std::filesystem::path& file : source.files) {
    auto recording = open(file, options);
    if (!recording) return recording;
    recordings.push_back(std::move(*recording));
  }
  auto merged = merge(std::move(recordings));
  if (!merged) return merged;
  return with_hints(std::move(*merged), source.hints, std::nullopt);
}

}  // namespace meterrig::playback
