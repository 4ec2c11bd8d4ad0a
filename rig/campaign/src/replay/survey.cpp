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

/// R.m.s. values of runs of so many scans, of which the last that is not whole does not count.
class Runs {
 public:
  explicit Runs(std::int64_t scans) : scans_(scans) {}
  void add(double value) {
    squares_ += value * value;
    if (++taken_ < scans_) return;
    const double rms = std::sqrt(squares_ / static_cast<double>(scans_));
    least_ = std::min(least_, rms);
    greatest_ = std::max(greatest_, rms);
    squares_ = 0;
    taken_ = 0;
  }
  [[nodiscard]] bool any() const { return greatest_ >= 0; }
  [[nodiscard]] double least() const { return least_; }
  [[nodiscard]] double greatest() const { return greatest_; }

 private:
  std::int64_t scans_;
  std::int64_t taken_ = 0;
  double squares_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
  double greatest_ = -1;
};

struct Sums {
  explicit Sums(double cycle, std::int64_t count)
      : cycles(std::max<std::int64_t>(1, std::llround(cycle))),
        // A record shorter than three windows is judged cycle by cycle.
        windows(static_cast<double>(count) < 3 * window_cycles * cycle
                    ? std::max<std::int64_t>(1, std::llround(cycle))
                    : std::llround(window_cycles * cycle)) {}
  double squares = 0;
  double sum = 0;
  double peak = 0;
  Runs cycles;
  Runs windows;

  void add(double value) {
    squares += value * value;
    sum += value;
    peak = std::max(peak, std::abs(value));
    cycles.add(value);
    windows.add(value);
  }
  [[nodiscard]] TerminalSurvey result(double count) const {
    const double rms = std::sqrt(squares / count);
    return {.rms = rms,
            .dc = sum / count,
            .greatest_cycle = cycles.any() ? cycles.greatest() : rms,
            .peak = peak,
            .least_window = windows.any() ? windows.least() : rms,
            .greatest_window = windows.any() ? windows.greatest() : rms};
  }
};

}  // namespace

double Survey::unsteadiness() const {
  double worst = 0;
  for (const auto& side : {voltage, current}) {
    double highest = 0;
    for (const TerminalSurvey& terminal : side) highest = std::max(highest, terminal.rms);
    for (const TerminalSurvey& terminal : side) {
      if (highest == 0) continue;
      worst = std::max({worst, (terminal.greatest_window - terminal.rms) / highest * 100,
                        (terminal.rms - terminal.least_window) / highest * 100});
    }
  }
  return worst;
}

Result<Survey> survey(Recording& recording, std::int64_t first, std::int64_t count,
                      const Terminals& terminals, double cycles_per_scan) {
  std::vector<Sums> sums(terminal_count, Sums(1 / cycles_per_scan, count));
  Survey found;
  PerPhase<double> products{};
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
      for (std::size_t p = 0; p < phase_count; ++p)
        products.at(p) += last.at(p) * last.at(phase_count + p);
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
