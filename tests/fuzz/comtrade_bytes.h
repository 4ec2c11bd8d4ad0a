// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>

#include "byte_file.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback {

/// Bytes as a file that is nowhere on a disk.
inline ByteFile file_of(std::span<const std::uint8_t> bytes) {
  const int descriptor = ::memfd_create("fuzz", MFD_CLOEXEC);
  if (descriptor < 0) std::abort();
  if (::write(descriptor, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    std::abort();
  auto file = ByteFile::open("/proc/self/fd/" + std::to_string(descriptor));
  ::close(descriptor);
  if (!file) std::abort();
  return std::move(*file);
}

/// Reads everything forwards in odd pieces, and pieces from behind to the front: each piece must be
/// the same both times, or a message.
inline void read_both_ways(Recording& recording) {
  const std::int64_t count = recording.description().count();
  if (count <= 0) std::abort();
  constexpr std::int64_t piece = 37;
  const std::int64_t pieces = std::min<std::int64_t>((count + piece - 1) / piece, 50);
  ScanBlock block;
  const auto sum_of = [&](std::int64_t p) -> Result<double> {
    const auto n = static_cast<std::size_t>(std::min(piece, count - p * piece));
    if (auto done = recording.read(p * piece, n, block); !done) return tl::unexpected(done.error());
    double sum = 0;
    for (std::size_t c = 0; c < block.channels(); ++c)
      for (const double value : block.row(c)) sum += value == value ? value : 1e-3;
    return sum;
  };
  std::vector<Result<double>> forwards;
  for (std::int64_t p = 0; p < pieces; ++p) forwards.push_back(sum_of(p));
  for (std::int64_t p = pieces; p-- > 0;) {
    const auto again = sum_of(p);
    const auto& before = forwards[static_cast<std::size_t>(p)];
    if (again.has_value() != before.has_value()) std::abort();
    // Infinities of both signs may make a sum NaN.
    if (again && *again != *before && (*again == *again || *before == *before)) std::abort();
    if (!again && again.error().message != before.error().message) std::abort();
  }
  if (recording.read(count, 1, block)) std::abort();
  for (const std::string& warning : recording.warnings())
    if (warning.empty()) std::abort();
}

}  // namespace meterrig::playback
