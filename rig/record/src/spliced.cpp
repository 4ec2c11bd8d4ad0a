// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/spliced.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "channel_bound.h"
#include "meterrig/synthesis/splice.h"
#include "meterrig/synthesis/synthesis.h"
#include "recorded_signal.h"
#include "signal_recording.h"

namespace meterrig::record {
namespace {

constexpr std::size_t row_count = 2 * phase_count;
constexpr double most_samples = 0x1p60;

// The greatest value of each row, of a signal of `count` samples.
Result<std::array<double, row_count>> peaks_of(RecordedSignal& signal, std::int64_t count) {
  constexpr std::int64_t samples_a_block = 65'536;
  std::array<double, row_count> peaks{};
  for (std::int64_t first = 0; first < count; first += samples_a_block) {
    SampleBlock block(signal.rate(), first,
                      static_cast<std::size_t>(std::min(samples_a_block, count - first)));
    if (auto read = signal.read(block); !read) return tl::unexpected(read.error());
    for (std::size_t row = 0; row < row_count; ++row)
      for (const double value :
           row < phase_count ? block.volts(row) : block.amperes(row - phase_count))
        peaks.at(row) = std::max(peaks.at(row), std::abs(value));
  }
  return peaks;
}

Result<std::int64_t> samples_in(Duration duration, Rational rate, const char* what) {
  const double samples = std::round(duration.in(second)*rate.value());
  if (!(samples >= 0 && samples < most_samples))
    return fail(ErrorCode::out_of_range,
                fmt::format("{} of {} s; expected 0 s or more", what, duration.in(second)));
  return static_cast<std::int64_t>(samples);
}

}  // namespace

Result<Spliced> spliced(const SignalRecipe& recipe, Rational rate, Duration duration,
                        const Insertion& insertion) {
  auto base = synthesis::Synthesis::create(recipe, rate);
  if (!base) return tl::unexpected(base.error());
  const auto scans = scans_in(duration, rate);
  if (!scans) return tl::unexpected(scans.error());
  auto other = RecordedSignal::create(insertion.recording);
  if (!other) return tl::unexpected(other.error());
  const auto first = samples_in(insertion.at, rate, "a begin");
  if (!first) return tl::unexpected(first.error());
  if (*first >= *scans)
    return fail(ErrorCode::out_of_range,
                fmt::format("a begin at {} s; expected one before the end at {} s",
                            insertion.at.in(second), duration.in(second)));
  const auto fade = samples_in(insertion.fade, rate, "a fade");
  if (!fade) return tl::unexpected(fade.error());
  synthesis::SplicePlace place{
      .first = *first, .length = other->count(), .fade = *fade, .voltage = {}, .current = {}};
  for (std::size_t p = 0; p < phase_count; ++p) {
    place.voltage.at(p) = other->has(p);
    place.current.at(p) = other->has(phase_count + p);
  }
  const auto peaks = peaks_of(*other, std::min(place.length, *scans - *first));
  if (!peaks) return tl::unexpected(peaks.error());

  std::vector<std::size_t> rows = sounding_rows(recipe);
  for (std::size_t row = 0; row < row_count; ++row)
    if (other->has(row)) rows.push_back(row);
  std::ranges::sort(rows);
  const auto twice = std::ranges::unique(rows);
  rows.erase(twice.begin(), twice.end());
  Spliced result;
  for (const std::size_t row : rows)
    result.full_scales.push_back(full_scale_for(std::max(row_bound(recipe, row), peaks->at(row))));

  auto splice =
      synthesis::Splice::create(std::make_unique<synthesis::Synthesis>(std::move(*base)),
                                std::make_unique<RecordedSignal>(std::move(*other)), place);
  if (!splice) return tl::unexpected(splice.error());
  result.recording =
      std::make_unique<SignalRecording>(std::make_unique<synthesis::Splice>(std::move(*splice)),
                                        std::move(rows), recipe.frequency, *scans);
  return result;
}

}  // namespace meterrig::record
