// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace meterrig::test {

// What is known of the recordings of ../shared/waveforms, from its README: values of an independent
// least-squares fit of dc and harmonics over a window.
//
// Tolerances follow from the fit's residual r, the share of the fundamental that dc and harmonics
// leave over (README, "fit residual"). Of two estimators of one window, each may put as much of it
// as there is into a line:
// - r.m.s., dc and P are sums over the same samples: the half of their last printed digit (six
//   digits, so 5e-6 of the value at most);
// - a fundamental: r of it, a distortion: r in percent;
// - an angle: r rad, so a frequency 2 r / (2 pi T) with one r at each end of a window of T seconds;
// - Q1 = U1 I1 sin phi: (ru + ri) U1 I1 for the two magnitudes and two angles;
// - U2/U1 and U0/U1: the greatest r of the three, in percent.
// To each comes the half of its last digit. Where r is above 2 % the record is not steady and only
// r.m.s. and P are compared (README).
inline constexpr double steady_percent = 2;

struct KnownChannel {
  std::string name;
  double rms_of_all = 0;  ///< over the whole record
  double rms = 0;         ///< over the window, as all that follows
  double fundamental = 0;
  double thd = 0;       ///< percent
  double residual = 0;  ///< percent of the fundamental
};

struct KnownTotal {
  std::string name;
  double rms = 0;
  double mean = 0;
};

struct KnownPair {
  std::string voltage;
  std::string current;
  double p = 0;
  double q1 = 0;
};

struct KnownSequence {
  std::string first;  ///< channel of L1
  double u2 = 0;      ///< percent of the positive component
  double u0 = 0;
};

struct KnownRecording {
  std::vector<std::string> files;
  std::vector<std::string> options{};
  std::int64_t first = 0;
  std::int64_t count = 0;  ///< of the window; 0 when none is known
  int cycles = 0;
  double frequency = 0;  ///< hertz, four decimals
  std::vector<KnownChannel> channels{};
  std::vector<KnownTotal> totals{};
  std::vector<KnownPair> pairs{};
  std::vector<KnownSequence> sequences{};
  std::vector<double> ten_seconds{};  ///< frequency of the first blocks of 10 s
};

[[nodiscard]] const std::vector<KnownRecording>& known_recordings();

}  // namespace meterrig::test
