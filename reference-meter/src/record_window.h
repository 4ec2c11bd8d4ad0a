// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "frequency_tracker.h"
#include "meterrig/reference/record_meter.h"
#include "period_grid.h"

namespace meterrig::reference {

/// One channel over one window, as sampled: skew is not yet taken out.
struct ChannelWindow {
  std::size_t present = 0;  ///< samples that are there
  double mean = 0;          ///< of them; the fit's dc where there is a spectrum
  double square = 0;        ///< mean of squares, of the fit over its period and of what it leaves
  double minimum = 0;       ///< of those that are there; NaN without any
  double maximum = 0;
  bool has_spectrum = false;
  bool has_fundamental = false;  ///< above what noise as large as the residual would show
  Lines amplitudes;              ///< about the window's middle
  double residual = 0;           ///< mean square of what the fit leaves

  [[nodiscard]] double fundamental_square() const {
    return 0.5 *
           (amplitudes.cosine[1] * amplitudes.cosine[1] + amplitudes.sine[1] * amplitudes.sine[1]);
  }
};

struct WindowReading {
  std::int64_t first = 0;  ///< scan
  std::size_t count = 0;
  double cycles = 0;          ///< of the fundamental, a scan; 0 without one
  int orders = 0;             ///< of the spectra
  std::size_t reference = 0;  ///< channel that the frequency was taken from
  std::vector<ChannelWindow> channels;
  /// Mean of u i over pairs; where both have a spectrum, only of what the fits leave.
  std::vector<double> power;
};

/// Reads windows of a record, one after another.
class WindowReader {
 public:
  WindowReader(std::vector<RecordChannel> channels, std::vector<RecordPair> pairs, Rational rate);

  /// Reads `rows`, one a channel and all of one length; missing values in them are replaced, in the
  /// end by the fit. `cycles` is the frequency before this window, a scan, 0 for none; `guesses`
  /// are tried where a search needs more periods than there are. The reading stays valid until the
  /// next call.
  const WindowReading& read(std::span<const std::span<double>> rows, std::int64_t first,
                            double cycles, std::span<const double> guesses);

  /// Cycles a scan of the first channel that has a frequency, voltages first; 0 for none, and
  /// without a search when a window as silent as this was searched in vain a moment ago.
  [[nodiscard]] double search(std::span<const std::span<double>> rows);

  /// Frequency of one channel of a window just read.
  [[nodiscard]] std::optional<double> track(std::span<const double> row, double cycles) {
    return tracker_.track(row, cycles);
  }

 private:
  struct Missing {
    std::size_t channel = 0;
    std::vector<std::size_t> at;
  };

  void sum_samples(std::span<const std::span<double>> rows);
  [[nodiscard]] std::vector<std::size_t> candidates(std::span<const double> alternating) const;
  void find_frequency(std::span<const std::span<double>> rows, double cycles,
                      std::span<const double> guesses);
  void fit(std::span<const std::span<double>> rows);
  [[nodiscard]] double fill_from_fit(std::span<const std::span<double>> rows) const;
  void sum_power(std::span<const std::span<double>> rows);

  std::vector<RecordChannel> settings_;
  std::vector<RecordPair> pairs_;
  Rational rate_;
  FrequencyTracker tracker_;
  std::optional<PeriodGrid> grid_;
  WindowReading reading_;
  std::vector<Missing> missing_;
  std::vector<Lines> sums_;
  double silent_ = 0;   // greatest alternating r.m.s. when a search last found nothing
  int unsearched_ = 0;  // windows since then
};

}  // namespace meterrig::reference
