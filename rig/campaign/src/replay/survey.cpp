// SPDX-License-Identifier: GPL-3.0-or-later
#include "survey.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace meterrig::campaign {
namespace {

constexpr std::int64_t block_scans = 8192;
constexpr std::size_t terminal_count = 2 * phase_count;

struct Sums {
  explicit Sums(double cycle) : scans(std::max<std::int64_t>(1, std::llround(cycle))) {}
  std::int64_t scans;  // of a cycle
  std::int64_t taken = 0;
  double cycle_squares = 0;
  double greatest_squares = -1;  // of a cycle; what is not a whole one does not count
  double squares = 0;
  double sum = 0;
  double lowest = 0;
  double highest = 0;

  void add(double value) {
    squares += value * value;
    sum += value;
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
    cycle_squares += value * value;
    if (++taken < scans) return;
    greatest_squares = std::max(greatest_squares, cycle_squares);
    cycle_squares = 0;
    taken = 0;
  }
  [[nodiscard]] TerminalSurvey result(double count) const {
    const double rms = std::sqrt(squares / count);
    return {.rms = rms,
            .dc = sum / count,
            .greatest_cycle = greatest_squares < 0
                                  ? rms
                                  : std::sqrt(greatest_squares / static_cast<double>(scans)),
            .lowest = lowest,
            .highest = highest};
  }
};

}  // namespace

double Survey::unsteadiness(std::size_t cycles) const {
  const std::size_t n = cycle_power.size();
  std::vector<double> until{0};  // sum of the cycles before
  for (const double watts : cycle_power) until.push_back(until.back() + watts);
  const double all = until.back();
  if (n == 0 || all == 0) return std::numeric_limits<double>::infinity();
  // Sum of the cycles before any cycle of the endless round.
  const auto before = [&](std::size_t cycle) {
    const std::size_t rounds = cycle / n;
    return static_cast<double>(rounds) * all + until[cycle % n];
  };
  double worst = 0;
  for (std::size_t start = 0; start < n; ++start)
    worst = std::max(
        worst, std::abs(before(start + 2 * cycles) - 2 * before(start + cycles) + before(start)));
  return worst / static_cast<double>(cycles) / std::abs(all / static_cast<double>(n)) * 100;
}

Result<Survey> survey(Recording& recording, std::int64_t first, std::int64_t count,
                      const Terminals& terminals, double cycles_per_scan) {
  std::vector<Sums> sums(terminal_count, Sums(1 / cycles_per_scan));
  Survey found;
  PerPhase<double> products{};
  double cycle_sum = 0;
  std::int64_t cycle_begin = 0;
  std::array<double, terminal_count> last{};
  ScanBlock block;
  for (std::int64_t done = 0; done < count;) {
    const auto size = static_cast<std::size_t>(std::min(block_scans, count - done));
    if (auto read = recording.read(first + done, size, block); !read)
      return tl::unexpected(std::move(read.error()));
    for (std::size_t n = 0; n < size; ++n) {
      for (std::size_t t = 0; t < terminal_count; ++t) {
        const playback::Mix& mix =
            t < phase_count ? terminals.voltage.at(t) : terminals.current.at(t - phase_count);
        double value = 0;
        for (const playback::Term& term : mix)
          value += term.factor * std::as_const(block).row(term.channel)[n];
        if (std::isfinite(value)) {
          last.at(t) = value;
        } else {
          ++found.missing;
        }
        sums[t].add(last.at(t));
      }
      for (std::size_t p = 0; p < phase_count; ++p) {
        const double watts = terminals.product(last.at(p), last.at(phase_count + p));
        products.at(p) += watts;
        cycle_sum += watts;
      }
      // Cycles end where they do, to the nearest scan, so that no error piles up.
      const std::int64_t scans = done + static_cast<std::int64_t>(n) + 1;
      const auto ended = static_cast<double>(found.cycle_power.size() + 1);
      if (scans == std::llround(ended / cycles_per_scan)) {
        found.cycle_power.push_back(cycle_sum / static_cast<double>(scans - cycle_begin));
        cycle_sum = 0;
        cycle_begin = scans;
      }
    }
    done += static_cast<std::int64_t>(size);
  }
  const auto all = static_cast<double>(count);
  for (std::size_t p = 0; p < phase_count; ++p) {
    found.voltage.at(p) = sums[p].result(all);
    found.current.at(p) = sums[phase_count + p].result(all);
    found.power.at(p) = products.at(p) / all;
  }
  return found;
}

}  // namespace meterrig::campaign
