// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::reference {

/// Highest harmonic order of a record's spectrum; fewer where 0.45 of the rate ends earlier.
inline constexpr int highest_record_order = 63;

/// Share of the reference voltage at which an event begins and ends (IEC 61000-4-30, 5.4 and 5.5).
/// Events whose limit is 0 are not looked for.
struct EventLimits {
  double dip = 0;           ///< begins below this, such as 0.90
  double swell = 0;         ///< begins above this, such as 1.10
  double interruption = 0;  ///< all voltages are below this, such as 0.05
  double hysteresis = 0;    ///< ends this far inside, such as 0.02
};

struct RecordChannel {
  ChannelKind kind = ChannelKind::other;
  double skew = 0;  ///< seconds, as RecordedChannel
};

struct RecordPair {
  std::size_t voltage = 0;  ///< numbers of channels
  std::size_t current = 0;
};

struct RecordSettings {
  Rational rate{1, 1};  ///< scans a second
  std::vector<RecordChannel> channels;
  std::vector<RecordPair> pairs;
  std::optional<Frequency> nominal;         ///< sets the window: 0.2 s in whole cycles
  std::optional<EventLimits> events;        ///< none are looked for without
  std::optional<double> reference_voltage;  ///< in the channels' unit; else sliding, IEC 61000-4-30
};

/// One line of a spectrum.
struct HarmonicReading {
  int order = 0;
  double rms = 0;
  /// Of its sine, order times the angle of the reference channel's fundamental taken off; degrees
  /// in (-180, 180]. The reference is the first voltage that has a fundamental, a tenth of the
  /// highest at least, else the first current, else the first channel.
  double angle = 0;
};

/// Values are in the channel's unit; what has no meaning in the record is NaN.
struct ChannelReading {
  /// Of everything, dc included: the fits over their whole periods, and what they leave. A record
  /// that ends within a period makes no error.
  double rms = 0;
  double sample_rms = 0;  ///< of the samples as they are, whole periods or not
  double dc = 0;
  /// Hertz: the record's, and how the fundamental drifts against the reference's; in a record of
  /// one window the channel's own.
  double frequency = 0;
  double thd = 0;      ///< percent of the fundamental, orders 2 to 40 (IEC 61000-4-7, 3.3.1)
  double minimum = 0;  ///< of the samples
  double maximum = 0;
  double residual = 0;  ///< r.m.s. of what dc and harmonics leave
  std::int64_t missing = 0;
  std::vector<HarmonicReading> harmonics;  ///< orders 1, 2, ...; empty without a fundamental
};

struct PairReading {
  double p = 0;   ///< mean of u(t) i(t), in the product of the units
  double q1 = 0;  ///< of the fundamentals, positive when the current lags
  double s = 0;
  double power_factor = 0;
  double displacement = 0;  ///< phi_1 = phi_u - phi_i, degrees
};

enum class EventKind : std::uint8_t { dip, swell, interruption };

struct EventReading {
  EventKind kind = EventKind::dip;
  std::vector<std::size_t> channels;  ///< that took part
  double start = 0;                   ///< seconds after the first scan fed
  double duration = 0;                ///< seconds
  bool open_end = false;              ///< the record ends in it
  double extreme = 0;                 ///< residual voltage, or greatest of a swell
  double reference = 0;               ///< the reference voltage then
};

struct RecordReading {
  /// Of the reference channel, cycles over time, of the windows in which its wave is steady; hertz.
  double frequency = 0;
  std::int64_t scans = 0;
  std::vector<ChannelReading> channels;
  std::vector<PairReading> pairs;
  std::vector<EventReading> events;  ///< by their start, the first ten thousand
};

/// Measures a record of any number of channels as it comes, in one pass and in memory for two
/// windows (0.4 s, at most two million scans).
///
/// Windows. 10 or 12 cycles, 0.2 s of the nominal frequency in whole cycles, of the frequency that
/// the wave has there, cut at the nearest scan; they tile the record, and the last one takes the
/// remainder. Without a nominal frequency 50 or 60 Hz is taken, whichever is near, else 0.2 s of
/// what is found. The frequency is followed from window to window on the reference channel: the
/// first voltage that has a tenth of the highest, else a current, else another channel; where
/// nothing settles it is searched anew, and a window that has none counts for r.m.s., dc and P
/// alone, as does a record of less than two cycles.
///
/// Readings of a window are a least squares fit of dc and the harmonics 1 to 63, all samples with
/// the same weight, with
///   rms^2 = dc^2 + sum rms_h^2 + mean r^2,  P = U_0 I_0 + sum U_h I_h cos(phi_h) + mean r_u r_i,
/// r what the fit leaves, so that a window that is not whole periods makes no error. Over the
/// record squares, P, Q1 and dc are means by time, angles those of the mean phasor. Skew turns the
/// harmonics; what the fit leaves is not shifted.
///
/// Without noise, from three periods on: r.m.s., P and Q1 to 1e-9, a harmonic to 1.1e-8 of the
/// fundamental, frequency to 1e-10. A residual below 2e-5 of the wave is not told from 0.
///
/// Events. U_rms(1/2) of every voltage: over one cycle, begun at a zero crossing of its
/// fundamental, anew every half cycle, its time the middle of the cycle (IEC 61000-4-30, 5.4). A
/// dip begins with the first value of any voltage below its limit and ends when all are above with
/// hysteresis, a swell likewise, an interruption when all are below and any is above; the dip that
/// an interruption lies in is listed as well. Start and end are right to a cycle. The sliding
/// reference is a filter of the windows' r.m.s. with a time constant of one minute that stands
/// still in an event; it starts from the median of the first second (of a shorter record, of all of
/// it), because a record may begin in a fault. A voltage whose median there is below a tenth of the
/// highest is no phase and has no events.
class RecordMeter {
 public:
  /// Errors: invalid_argument for a rate or a nominal frequency not above 0, or a pair of channels
  /// that are not there.
  [[nodiscard]] static Result<RecordMeter> create(RecordSettings settings);
  RecordMeter(RecordMeter&&) noexcept;
  RecordMeter& operator=(RecordMeter&&) noexcept;
  ~RecordMeter();

  /// One row a channel, rows of one length (else std::invalid_argument), following what was fed
  /// before; how the rows are cut changes no bit of the reading. What is not a finite number is
  /// missing: it is counted, and its window read without it, up to a quarter of a channel's window.
  void feed(std::span<const std::span<const double>> rows);
  /// The reading of everything fed; nothing may be fed afterwards.
  [[nodiscard]] RecordReading finish();

 private:
  class State;
  explicit RecordMeter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::reference
