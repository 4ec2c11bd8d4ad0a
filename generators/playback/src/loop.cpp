// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/playback/loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::playback {
namespace {

constexpr double faint = 0.1;  // of the greater fundamental

std::int64_t steps_of(double scans) { return std::llround(std::ldexp(scans, Loop::step_bits)); }

Turn turns(double value) { return turn_of(degree(360 * value)); }

// Fundamental over the two cycles around `centre`; its angle is the phase of the sine there.
Result<std::complex<double>> fundamental_at(Recording& recording, const Mix& mix, double centre,
                                            double cycles_per_scan) {
  const double cycle = 1 / cycles_per_scan;
  const auto begin = static_cast<std::int64_t>(std::ceil(centre - cycle));
  const auto end = static_cast<std::int64_t>(std::floor(centre + cycle));
  ScanBlock block;
  if (auto read = recording.read(begin, static_cast<std::size_t>(end - begin + 1), block); !read)
    return tl::unexpected(std::move(read.error()));
  std::complex<double> sum;
  for (std::int64_t n = begin; n <= end; ++n) {
    double value = 0;
    for (const Term& term : mix)
      value += term.factor * block.row(term.channel)[static_cast<std::size_t>(n - begin)];
    if (!std::isfinite(value)) continue;
    const double place = (static_cast<double>(n) - centre) * cycles_per_scan;  // -1 to 1
    const double hann = 0.5 + 0.5 * sine_cosine(turns(place / 2)).cosine;
    const auto [sine, cosine] = sine_cosine(turns(place));
    sum += hann * value * std::complex(sine, cosine);
  }
  return sum;
}

}  // namespace

Result<Loop> find_loop(Recording& recording, std::int64_t first, std::int64_t count,
                       const Mix& reference, double cycles_per_scan) {
  const double cycle = 1 / cycles_per_scan;
  const double scans = static_cast<double>(count - 1);
  const auto fade = static_cast<std::int64_t>(std::ceil(cycle));
  const auto cycles = static_cast<std::int64_t>(
      std::floor((scans - static_cast<double>(fade)) * cycles_per_scan + 1e-9));
  if (!(cycle > 2) || cycles < 1)
    return fail(ErrorCode::failed_precondition,
                fmt::format("{} scans are {:.3g} cycles; expected at least two to play in a loop",
                            count, static_cast<double>(count) * cycles_per_scan));
  Loop loop{.begin = first + fade,
            .length = steps_of(static_cast<double>(cycles) * cycle),
            .cycles = cycles,
            .fade = steps_of(cycle)};
  if (cycles < 2) return loop;  // too short to see its phases apart
  const auto begin = static_cast<double>(loop.begin);
  const auto at_begin = fundamental_at(recording, reference, begin, cycles_per_scan);
  if (!at_begin) return tl::unexpected(at_begin.error());
  const auto before_end = fundamental_at(
      recording, reference, begin + static_cast<double>(cycles - 1) * cycle, cycles_per_scan);
  if (!before_end) return tl::unexpected(before_end.error());
  const double greater = std::max(std::abs(*at_begin), std::abs(*before_end));
  if (!(std::min(std::abs(*at_begin), std::abs(*before_end)) > faint * greater)) return loop;
  const double ahead = std::arg(*before_end / *at_begin) / (2 * std::numbers::pi);
  double length = static_cast<double>(cycles) * cycle - ahead * cycle;
  if (static_cast<double>(fade) + length > scans) {
    if (loop.cycles == 1) return loop;
    --loop.cycles;
    length -= cycle;
  }
  loop.length = steps_of(length);
  return loop;
}

}  // namespace meterrig::playback
