// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <optional>
#include <vector>

#include "compensated_sum.h"
#include "meterrig/reference/record_meter.h"
#include "record_window.h"

namespace meterrig::reference {

/// What the windows of a record add up to.
class RecordSums {
 public:
  RecordSums(std::vector<RecordChannel> channels, std::vector<RecordPair> pairs, Rational rate);

  /// Windows in order, without gaps.
  void add(const WindowReading& window);
  /// All but events. A channel's frequency is that of its own drift against the reference, NaN
  /// without a fundamental.
  [[nodiscard]] RecordReading reading() const;

 private:
  using Phasors = std::array<std::complex<double>, most_lines>;
  struct ComplexSum {
    CompensatedSum x;
    CompensatedSum y;
    void add(std::complex<double> value) {
      x.add(value.real());
      y.add(value.imag());
    }
  };
  struct Channel {
    std::int64_t present = 0;
    std::int64_t missing = 0;
    CompensatedSum mean;    // times samples that are there
    CompensatedSum square;  // likewise
    double minimum = 0;
    double maximum = 0;
    std::int64_t fitted = 0;  // scans of windows with a spectrum
    std::int64_t windows = 0;
    int orders = static_cast<int>(most_lines) - 1;
    std::array<CompensatedSum, most_lines> line_square;  // times scans
    std::array<ComplexSum, most_lines> line;             // against the reference's fundamental
    CompensatedSum residual;
    std::complex<double> before;  // fundamental of the last window, 0 without one
    CompensatedSum drift;         // turns against the reference, over `drifted` scans
    CompensatedSum drifted;
  };
  struct Pair {
    CompensatedSum power;  // times scans
    CompensatedSum active_fundamental;
    CompensatedSum reactive_fundamental;
    std::int64_t fitted = 0;
  };

  [[nodiscard]] Phasors phasors_of(const WindowReading& window, std::size_t channel) const;
  void follow_frequency(const WindowReading& window);
  void choose_angle_reference(const WindowReading& window);

  std::vector<RecordChannel> settings_;
  std::vector<RecordPair> pairs_;
  double rate_;
  std::int64_t scans_ = 0;
  std::vector<Channel> channels_;
  std::vector<Pair> powers_;
  std::vector<Phasors> phasors_;  // of the window being added, r.m.s.
  std::optional<std::size_t> angle_reference_;
  // Frequency: cycles over scans, in pieces from the middle of a window to the next.
  CompensatedSum cycles_;
  CompensatedSum covered_;
  struct Last {
    double cycles = 0;  // a scan
    double count = 0;
    std::size_t reference = 0;
    std::complex<double> phasor;
  };
  Last last_;
};

}  // namespace meterrig::reference
