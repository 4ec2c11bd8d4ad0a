// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a COMTRADE record of 6 channels from a file that the system has in memory; a byte is one
// of the file.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "meterrig/playback/open.h"
#include "meterrig/playback/write.h"

namespace {

using namespace meterrig;
using namespace meterrig::playback;
namespace fs = std::filesystem;

constexpr std::size_t channels = 6;
constexpr std::int64_t scans = 2'000'000;
constexpr std::size_t piece = 8192;

// A folder that goes with the program.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "meterrig-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void write(const fs::path& file, ComtradeRevision revision, Encoding encoding) {
  RecordingDescription description;
  description.segments = {{.first = 0, .count = scans, .rate = {12800, 1}, .start = 0}};
  description.channels.resize(channels);
  for (std::size_t c = 0; c < channels; ++c)
    description.channels[c].name = fmt::format("A{}", c + 1);
  auto writer =
      create(file, description, std::vector<double>(channels, 400.0),
             {.format = FileFormat::comtrade, .revision = revision, .encoding = encoding});
  if (!writer) std::abort();
  ScanBlock block;
  for (std::int64_t first = 0; first < scans; first += 100000) {
    block.resize(channels, 100000);
    block.first = first;
    for (std::size_t c = 0; c < channels; ++c) {
      const auto row = block.row(c);
      for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = 325 * std::sin(0.0245 * static_cast<double>(first + static_cast<std::int64_t>(i)) +
                                static_cast<double>(c));
    }
    if (!(*writer)->append(block)) std::abort();
  }
  if (!(*writer)->finish()) std::abort();
}

void comtrade(benchmark::State& state, ComtradeRevision revision, Encoding encoding) {
  const Folder folder;
  const fs::path file = folder.path() / "x.cfg";
  write(file, revision, encoding);
  const auto size = static_cast<std::int64_t>(fs::file_size(folder.path() / "x.dat"));
  ScanBlock block;
  for ([[maybe_unused]] auto step : state) {
    const auto recording = open(file);
    if (!recording) std::abort();
    for (std::int64_t first = 0; first < scans;) {
      const auto n = static_cast<std::size_t>(std::min<std::int64_t>(piece, scans - first));
      if (!(*recording)->read(first, n, block)) std::abort();
      benchmark::DoNotOptimize(block.row(0).data());
      first += static_cast<std::int64_t>(n);
    }
  }
  state.SetBytesProcessed(size * state.iterations());
}

BENCHMARK_CAPTURE(comtrade, ascii, ComtradeRevision::r1999, Encoding::ascii)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(comtrade, binary16, ComtradeRevision::r1999, Encoding::binary16)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(comtrade, binary32, ComtradeRevision::r2013, Encoding::binary32)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(comtrade, float32, ComtradeRevision::r2013, Encoding::float32)
    ->Unit(benchmark::kMillisecond);

}  // namespace
