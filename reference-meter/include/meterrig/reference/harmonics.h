// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/reference/voltage_event_meter.h"
#include "meterrig/reference/wiring.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::reference {

/// Highest harmonic order of a window.
inline constexpr int highest_harmonic_order = 63;
/// Lines of 5 Hz of a window: up to the one before order 64, of 12 cycles.
inline constexpr std::size_t most_harmonic_lines = std::size_t{12} * 64;

/// How near the amplitudes of harmonics are to the truth, at any frequency the meter takes:
/// what other components fold onto them, and the kernel's own error.
enum class HarmonicPrecision : std::uint8_t {
  fast,   ///< 1e-4 of itself, of a harmonic that is 2e-4 of the fundamental or more
  exact,  ///< 1e-6 of itself, likewise
};

/// Constants of Factor K of a transformer (EN 50464-3, 4.3; BS 7821-4).
struct TransformerLosses {
  double e = 0.1;  ///< eddy current loss over ohmic loss, at the fundamental
  double q = 1.7;  ///< 1.5 for foil windings to 1.7 for round or rectangular wire
};

struct HarmonicSettings {
  Rational rate{1, 1};  ///< samples a second
  Frequency nominal;    ///< 50 Hz or 60 Hz: windows of 10 or of 12 cycles
  int orders = highest_harmonic_order;
  HarmonicPrecision precision = HarmonicPrecision::exact;
  /// Highest order H of the distortions and of the K-factors: 40 for emission (IEC 61000-3-2), 50
  /// for IEC 61000-4-30 and IEEE 519.
  int distortion_order = 40;
  PerPhase<double> demand_current{
      ///< I_L of TDD, amperes (IEEE 519); NaN for none
      std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN(),
      std::numeric_limits<double>::quiet_NaN()};
  TransformerLosses transformer;
  /// Dips, swells and interruptions to flag windows by; none are looked for without.
  std::optional<VoltageEventSettings> events;
  std::size_t largest_block = 16384;  ///< samples that feed() is given at once
};

/// One channel over one window. Amplitudes are r.m.s. in the channel's unit, ratios in percent;
/// what has no meaning, such as a distortion without a fundamental, is NaN.
class ChannelHarmonics {
 public:
  double rms = 0;  ///< of everything, dc and what lies above the highest order included
  double dc = 0;
  double peak = 0;  ///< greatest |x| of the samples, not of the wave between them
  double thd = 0;   ///< root of sum Y_h^2 over Y_1, h = 2..H: lines (IEC 61000-4-7, 3.3.1)
  double thdg = 0;  ///< of groups (3.3.2)
  double thds = 0;  ///< of subgroups (3.3.3)
  double tihd = 0;  ///< root of sum Y_isg,h^2 over Y_1, h = 0..H: centred interharmonic subgroups
  double tdd = 0;   ///< root of sum Y_h^2 over I_L, h = 2..H; of currents with a demand current
  double crest_factor = 0;             ///< peak / rms
  double form_factor = 0;              ///< rms / mean |x|, of the samples
  double k_factor = 0;                 ///< sum (Y_h / rms)^2 h^2, h = 1..H (IEEE C57.110, UL 1561)
  double factor_k = 0;                 ///< EN 50464-3: root of 1 + e / (1 + e) (Y_1 / rms)^2 sum
                                       ///< h^q (Y_h / Y_1)^2, h = 2..H
  double distortion_power_factor = 0;  ///< 1 / root(1 + THD^2)

  /// Orders 0 (dc) to the window's highest. Complex r.m.s. amplitudes: the argument is that of the
  /// sine, order times the angle of the reference channel's fundamental taken off, so that the
  /// products U_h conj(I_h) are powers P_h + j Q_h.
  [[nodiscard]] std::span<const std::complex<double>> phasors() const {
    return std::span(phasors_).first(orders_ + 1);
  }
  /// Degrees in (-180, 180], as HarmonicReading; 0 without amplitude.
  [[nodiscard]] double angle(std::size_t order) const;
  /// Lines of 5 Hz, from dc to the one before the order after the highest: C_k, r.m.s.
  [[nodiscard]] std::span<const double> lines() const { return std::span(lines_).first(count_); }
  /// All by order, from 0. Single lines Y_h; [0] is |dc|.
  [[nodiscard]] std::span<const double> harmonics() const { return by_order(harmonics_); }
  /// Y_g,h (IEC 61000-4-7, 3.2.3): the lines to half-way to the next orders, the outermost with
  /// half their square; [0] is |dc|.
  [[nodiscard]] std::span<const double> groups() const { return by_order(groups_); }
  /// Y_sg,h (3.2.4): the line and its neighbours; [0] is |dc|.
  [[nodiscard]] std::span<const double> subgroups() const { return by_order(subgroups_); }
  /// Y_ig,h (3.4.3): all lines between the orders h and h + 1.
  [[nodiscard]] std::span<const double> interharmonic_groups() const {
    return by_order(interharmonic_groups_);
  }
  /// Y_isg,h (3.4.4): those without the neighbours of both.
  [[nodiscard]] std::span<const double> interharmonic_subgroups() const {
    return by_order(interharmonic_subgroups_);
  }

 private:
  friend class HarmonicReader;
  using ByOrder = std::array<double, highest_harmonic_order + 1>;
  [[nodiscard]] std::span<const double> by_order(const ByOrder& values) const {
    return std::span(values).first(orders_ + 1);
  }

  std::size_t orders_ = 0;
  std::size_t count_ = 0;
  std::array<std::complex<double>, highest_harmonic_order + 1> phasors_{};
  ByOrder harmonics_{};
  ByOrder groups_{};
  ByOrder subgroups_{};
  ByOrder interharmonic_groups_{};
  ByOrder interharmonic_subgroups_{};
  std::array<double, most_harmonic_lines> lines_{};
};

/// Fundamentals of three phases by their sequence.
struct UnbalanceReading {
  SequenceReading components;  ///< r.m.s.
  double negative_ratio = 0;   ///< u_2 or i_2, percent of the positive sequence; NaN without one
  double zero_ratio = 0;       ///< u_0 or i_0
};

/// A window of 10 or 12 cycles. About 60 KB, without a pointer into anything.
struct HarmonicWindow {
  /// Where it begins, on the time base of the blocks: sample begin_sample + begin_part, 0 <=
  /// begin_part < 1. The next one begins where this one ends.
  std::int64_t begin_sample = 0;
  double begin_part = 0;
  double length = 0;     ///< samples
  int cycles = 0;        ///< 10 or 12
  double frequency = 0;  ///< hertz: cycles * rate / length
  /// Whether a reference had a fundamental to follow in it; else the length is that of the
  /// frequency before, and harmonics are not to be trusted.
  bool synchronised = false;
  /// Share of its length by which the lines' phases say that the two windows up to this one were
  /// not whole cycles; NaN for the first one or after another reference. IEC 61000-4-7, 4.4.1,
  /// allows 0.0003.
  double synchronisation_error = 0;
  std::size_t reference = 0;  ///< channel it followed: 0..2 voltages, 3..5 currents
  /// A dip, a swell or an interruption overlaps it (IEC 61000-4-30, 4.7); false without events.
  bool flagged = false;
  int orders = 0;  ///< highest order of its spectra: those asked for, below 0.45 of the rate

  PerPhase<ChannelHarmonics> voltage;
  PerPhase<ChannelHarmonics> current;
  PerPhase<double> active_power{};  ///< mean of u(t) i(t), watts
  UnbalanceReading voltage_unbalance;
  UnbalanceReading current_unbalance;

  /// P_h + j Q_h of a phase, Q_h positive when the current lags; order 0 is the power of dc.
  [[nodiscard]] std::complex<double> harmonic_power(std::size_t phase, std::size_t order) const {
    return voltage.at(phase).phasors()[order] * std::conj(current.at(phase).phasors()[order]);
  }
};

/// Harmonics and interharmonics of three voltages and three currents to IEC 61000-4-7 over windows
/// of 10 (50 Hz) or 12 (60 Hz) cycles that follow one another without a gap (IEC 61000-4-30, 4.4).
///
/// Frequency: a nominal one of 50 Hz is followed from 42.5 to 57.5 Hz, of 60 Hz from 51 to 69 Hz,
/// on the first voltage that has a tenth of the highest, else such a current. Every window is as
/// long as its own fundamental asks for, under a Hann window (cycle_tracker.h); the very first
/// search takes 0.25 s.
///
/// Spectrum: the window, from a fraction of a sample to a fraction of a sample, is resampled to a
/// power of two of points and transformed; what the resampling kernel does to each line is known
/// and divided out (synchronous_grid.h). Errors of harmonics are as HarmonicPrecision says up to
/// 1 Hz above the nominal frequency; further up, where the highest orders come near 0.45 of the
/// rate, up to ten times that. Lines have the rectangular window that the standard asks for, but
/// for what leaks of components between lines and of steps into the highest orders: fast shows up
/// to 2.5 times as much of it there, exact 1.07 times.
///
/// R.m.s. and power weigh the samples themselves, those within 24 of an edge for both of its
/// windows (window_sums.h): they lose nothing between windows. Without noise they are right to 1e-9
/// for components up to 0.41 of the rate, to 2e-8 up to 0.45.
///
/// The first window begins as many samples after the first one fed as the kernels reach: 24, or
/// half the taps. Readings do not depend on how the samples are cut into blocks, nor on the
/// machine. After its creation the analyser allocates only to search a frequency: at the begin, and
/// while there is none.
class HarmonicAnalyzer {
 public:
  /// Errors: invalid_argument (a rate not above 0, a nominal frequency that is neither 50 nor 60
  /// Hz, orders not from 2 to 63, a distortion order not from 2 to `orders`, e or q below 0),
  /// out_of_range when 0.45 of the rate is below the highest order of the nominal frequency and
  /// 1 Hz, naming the rate that is needed; those of VoltageEventMeter.
  [[nodiscard]] static Result<HarmonicAnalyzer> create(const HarmonicSettings& settings);
  HarmonicAnalyzer(HarmonicAnalyzer&&) noexcept;
  HarmonicAnalyzer& operator=(HarmonicAnalyzer&&) noexcept;
  ~HarmonicAnalyzer();

  /// Takes samples that follow those fed before. Errors, which leave the analyser as it was:
  /// invalid_argument (another rate, a sample that is not finite), failed_precondition (the block
  /// does not begin where the last one ended, or is larger than room()).
  [[nodiscard]] Result<void> feed(const SampleBlock& block);
  /// Samples that can be fed now; at least `largest_block` when next() has said false.
  [[nodiscard]] std::size_t room() const;

  /// Reads the next window into `window`. False when it is not yet whole: half the taps and 24
  /// samples after its end are needed, with events one and a half cycles (at the begin, where their
  /// reference is found, 1 s).
  [[nodiscard]] bool next(HarmonicWindow& window);

  /// Events that have ended since the last call, those of VoltageEventMeter.
  [[nodiscard]] std::vector<EventReading> take_events();

 private:
  class State;
  explicit HarmonicAnalyzer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Smooths a group or subgroup from one window of 0.2 s to the next with a time constant of 1.5 s
/// (IEC 61000-4-7, 5.5.1), as emission is assessed with and IEC 61000-4-30 is not:
///   y(n) = (x(n) + 7.012 y(n - 1)) / 8.012,
/// begun with the first value.
class HarmonicSmoothing {
 public:
  double next(double rms) {
    value_ = begun_ ? (rms + beta * value_) / (1 + beta) : rms;
    begun_ = true;
    return value_;
  }

 private:
  static constexpr double beta = 7.012;
  double value_ = 0;
  bool begun_ = false;
};

}  // namespace meterrig::reference
