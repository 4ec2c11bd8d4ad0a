// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan_store.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace meterrig::playback {
namespace {

constexpr std::int64_t piece_scans = 8192;
constexpr std::size_t most_pieces = 32;  // of six channels 12.6 MB

}  // namespace

ScanStore::ScanStore(std::shared_ptr<Recording> recording, std::vector<std::size_t> channels,
                     std::int64_t first, std::int64_t count)
    : recording_(std::move(recording)),
      channels_(std::move(channels)),
      first_(first),
      count_(count) {}

Result<const ScanStore::Piece*> ScanStore::piece(std::int64_t number) {
  const auto known = std::find_if(pieces_.begin(), pieces_.end(),
                                  [number](const Piece& p) { return p.number == number; });
  if (known != pieces_.end()) {
    pieces_.splice(pieces_.begin(), pieces_, known);
    return &pieces_.front();
  }
  const std::int64_t begin = number * piece_scans;
  const auto count = static_cast<std::size_t>(std::min(piece_scans, count_ - begin));
  if (auto read = recording_->read(first_ + begin, count, block_); !read)
    return tl::unexpected(std::move(read.error()));
  if (pieces_.size() == most_pieces) pieces_.pop_back();
  Piece made{.number = number, .rows = {}};
  for (const std::size_t channel : channels_) {
    const auto row = std::as_const(block_).row(channel);
    double last = 0;
    std::vector<double>& values = made.rows.emplace_back(row.begin(), row.end());
    for (double& value : values) {
      if (!std::isfinite(value)) value = last;
      last = value;
    }
  }
  pieces_.push_front(std::move(made));
  return &pieces_.front();
}

Result<void> ScanStore::fetch(std::int64_t begin, std::vector<std::vector<double>>& rows) {
  if (rows.empty()) return {};
  const auto size = static_cast<std::int64_t>(rows.front().size());
  for (std::int64_t done = 0; done < size;) {
    const std::int64_t inside = std::clamp<std::int64_t>(begin + done - first_, 0, count_ - 1);
    const std::int64_t number = inside / piece_scans;
    const auto found = piece(number);
    if (!found) return tl::unexpected(found.error());
    const std::int64_t piece_begin = number * piece_scans;
    const std::int64_t piece_end = std::min(piece_begin + piece_scans, count_);
    // Up to the end of the piece; beyond the segment's ends its first or last scan over and over.
    const std::int64_t wanted = begin + done - first_;
    std::int64_t run = size - done;
    if (wanted < 0) {
      run = std::min(run, -wanted);
    } else if (wanted < count_) {
      run = std::min(run, piece_end - wanted);
    }
    const bool held = wanted < 0 || wanted >= count_;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto out = rows[r].begin() + done;
      const auto in = (*found)->rows[r].begin() + (inside - piece_begin);
      if (held) {
        std::fill_n(out, run, *in);
      } else {
        std::copy_n(in, run, out);
      }
    }
    done += run;
  }
  return {};
}

}  // namespace meterrig::playback
