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
  double peak = 0;

  void add(double value) {
    squares += value * value;
    sum += value;
    peak = std::max(peak, std::abs(value));
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
            .peak = peak};
  }
};

}  // namespace

double Survey::unsteadiness(std::size_t windows) const {
  const std::size_t n = window_power.size();
  double sum = 0;
  for (const double watts : window_power) sum += watts;
  if (n == 0 || sum == 0) return std::numeric_limits<double>::infinity();
  const auto over = static_cast<double>(windows);
  double worst = 0;
  for (std::size_t start = 0; start < n; ++start) {
    double change = 0;
    for (std::size_t i = 0; i < windows; ++i)
      change += window_power[(start + windows + i) % n] - window_power[(start + i) % n];
    worst = std::max(worst, std::abs(change) / over);
  }
  return worst / std::abs(sum / static_cast<double>(n)) * 100;
}

Result<Survey> survey(Recording& recording, std::int64_t first, std::int64_t count,
                      const Terminals& terminals, double rate, double cycles_per_scan) {
  std::vector<Sums> sums(terminal_count, Sums(1 / cycles_per_scan));
  Survey found;
  PerPhase<double> products{};
  // Whole cycles, so that the power's swing inside a cycle does not count.
  const std::int64_t window = std::max<std::int64_t>(
      1, std::llround(std::round(window_seconds * rate * cycles_per_scan) / cycles_per_scan));
  std::int64_t in_window = 0;
  double window_sum = 0;
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
        window_sum += watts;
      }
      if (++in_window == window) {
        found.window_power.push_back(window_sum / static_cast<double>(window));
        window_sum = 0;
        in_window = 0;
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
