// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay_input.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <utility>

#include "meterrig/playback/open.h"
#include "meterrig/store/sha256.h"
#include "recording_options.h"

namespace meterrig::cli {
namespace {

namespace fs = std::filesystem;

/// The files that are read when one is named: a COMTRADE recording is two.
std::vector<fs::path> files_of(const fs::path& named) {
  std::vector<fs::path> files{named};
  for (const char* other : {".cfg", ".CFG", ".dat", ".DAT"}) {
    const std::string own = named.extension().string();
    const bool comtrade = own == ".cfg" || own == ".CFG" || own == ".dat" || own == ".DAT";
    fs::path beside = named;
    beside.replace_extension(other);
    std::error_code ignored;
    if (comtrade && beside != named && fs::exists(beside, ignored)) files.push_back(beside);
  }
  return files;
}

}  // namespace

Result<campaign::Replay> replay_input(const CertifyOptions& options, const v1::Device& device) {
  const auto source = recording_source(options.recording);
  if (!source) return tl::unexpected(source.error());
  auto recording = playback::open(*source);
  if (!recording) return tl::unexpected(std::move(recording.error()));
  campaign::ReplayOptions chosen{.first = options.first, .count = options.count, .files = {}};
  for (const fs::path& named : source->files)
    for (const fs::path& file : files_of(named)) {
      auto hash = store::sha256_of_file(file);
      if (!hash) return tl::unexpected(std::move(hash.error()));
      v1::NamedHash& entry = chosen.files.emplace_back();
      entry.set_name(file.filename().string());
      entry.set_sha256(*hash);
    }
  auto replay = campaign::prepare_replay(std::move(*recording), device, chosen);
  if (!replay)
    return fail(replay.error().code, fmt::format("{}: {}", fmt::join(options.recording.files, ", "),
                                                 replay.error().message));
  return replay;
}

}  // namespace meterrig::cli
