// SPDX-License-Identifier: GPL-3.0-or-later
// Opening and reading of recordings, in bytes of the file a second. The tables come from the page
// cache: what is timed is the work, not the disk.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numbers>
#include <string>

#include "meterrig/playback/open.h"
#include "meterrig/playback/write.h"

namespace {

using namespace meterrig;
using namespace meterrig::playback;
namespace fs = std::filesystem;

constexpr std::size_t channels = 6;
constexpr std::int64_t scans = 400'000;
constexpr std::size_t piece = 8000;

// Files of six sine waves, gone at the end of the program.
class Files {
 public:
  Files() {
    std::string pattern = (fs::temp_directory_path() / "meterrig-bench-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  ~Files() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  fs::path with(const std::string& name, Encoding encoding) {
    const fs::path file = folder_ / name;
    if (fs::exists(file)) return file;
    RecordingDescription description;
    for (std::size_t c = 0; c < channels; ++c) {
      RecordedChannel channel;
      channel.name = fmt::format("{}{}", c < 3 ? 'U' : 'I', c % 3 + 1);
      channel.unit = std::string(1, c < 3 ? 'V' : 'A');
      description.channels.push_back(channel);
    }
    description.segments = {{.first = 0, .count = scans, .rate = {50000, 1}, .start = 0}};
    auto options = options_for(file);
    if (!options) std::abort();
    options->encoding = encoding;
    auto writer = create(file, description, std::vector<double>(channels, 400), *options);
    if (!writer) std::abort();
    ScanBlock block;
    block.resize(channels, piece);
    for (std::int64_t first = 0; first < scans; first += piece) {
      block.first = first;
      for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t n = 0; n < piece; ++n)
          block.row(c)[n] =
              325 * std::sin(2 * std::numbers::pi * 50 *
                                 static_cast<double>(first + static_cast<std::int64_t>(n)) / 50000 +
                             static_cast<double>(c));
      if (!(*writer)->append(block)) std::abort();
    }
    if (!(*writer)->finish()) std::abort();
    return file;
  }

 private:
  fs::path folder_;
};

fs::path file_of(const std::string& name, Encoding encoding) {
  static Files files;
  return files.with(name, encoding);
}

std::unique_ptr<Recording> opened(const fs::path& file) {
  auto recording = playback::open(file);
  if (!recording) std::abort();
  return std::move(*recording);
}

void set_bytes(benchmark::State& state, const fs::path& file) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(fs::file_size(file)));
}

void open_only(benchmark::State& state, const std::string& name, Encoding encoding) {
  const fs::path file = file_of(name, encoding);
  for (auto _ : state) benchmark::DoNotOptimize(opened(file));
  set_bytes(state, file);
}

void read_all(benchmark::State& state, const std::string& name, Encoding encoding) {
  const fs::path file = file_of(name, encoding);
  const auto recording = opened(file);
  ScanBlock block;
  for (auto _ : state) {
    for (std::int64_t first = 0; first < scans; first += piece) {
      if (!recording->read(first, piece, block)) std::abort();
      benchmark::DoNotOptimize(block.row(0).data());
    }
  }
  set_bytes(state, file);
}

BENCHMARK_CAPTURE(open_only, csv, "a.csv", Encoding::ascii)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_all, csv, "a.csv", Encoding::ascii)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_all, wav_pcm16, "b.wav", Encoding::pcm16)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_all, wav_float64, "c.wav", Encoding::float64)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_all, flac_pcm16, "d.flac", Encoding::pcm16)->Unit(benchmark::kMillisecond);

}  // namespace
