// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/playback/open.h"

namespace meterrig::playback::test {

/// A directory of its own, gone with everything in it at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "meterrig-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }
  [[nodiscard]] std::filesystem::path write(std::string_view name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }
  /// The text without this folder's path, which differs from run to run.
  [[nodiscard]] std::string bare(std::string text) const {
    const std::string prefix = path_.string() + "/";
    for (std::size_t at = 0; (at = text.find(prefix)) != std::string::npos;)
      text.erase(at, prefix.size());
    return text;
  }

 private:
  std::filesystem::path path_;
};

template <class T>
std::string why(const Result<T>& result) {
  return result ? "" : result.error().message;
}

inline std::unique_ptr<Recording> opened(const std::filesystem::path& file,
                                         const OpenOptions& options = {}) {
  auto recording = playback::open(file, options);
  BOOST_REQUIRE_MESSAGE(recording.has_value(), why(recording));
  return std::move(*recording);
}

inline std::string error_of(const std::filesystem::path& file, const OpenOptions& options = {}) {
  const auto recording = playback::open(file, options);
  return recording ? "opened" : recording.error().message;
}

/// Samples of every channel, read in pieces of `piece` scans.
inline std::vector<std::vector<double>> samples_of(Recording& recording, std::size_t piece = 1000) {
  const auto count = static_cast<std::size_t>(recording.description().count());
  std::vector<std::vector<double>> rows(recording.description().channels.size());
  ScanBlock block;
  for (std::size_t first = 0; first < count; first += piece) {
    const std::size_t part = std::min(piece, count - first);
    const auto read = recording.read(static_cast<std::int64_t>(first), part, block);
    BOOST_REQUIRE_MESSAGE(read.has_value(), why(read));
    BOOST_REQUIRE(block.channels() == rows.size());
    for (std::size_t c = 0; c < rows.size(); ++c) {
      const auto row = std::as_const(block).row(c);
      rows[c].insert(rows[c].end(), row.begin(), row.end());
    }
  }
  return rows;
}

inline double rms_of(const std::vector<double>& samples) {
  double sum = 0;
  for (const double sample : samples) sum += sample * sample;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

}  // namespace meterrig::playback::test
