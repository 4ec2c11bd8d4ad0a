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
struct EventLimits {
  double dip = 0;           ///< begins below this, such as 0.90
  double swell = 0;         ///< begins above this, such as 1.10
  double interruption = 0;  ///< a dip of all voltages below this, such as 0.05
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
  /// in
  /// (-180, 180]. The reference is the first voltage that has a fundamental, else the first
  /// current.
  double angle = 0;
};

/// Values are in the channel's unit; what has no meaning in the record is NaN.
struct ChannelReading {
  double rms = 0;  ///< of everything, dc included
  double dc = 0;
  double frequency = 0;  ///< hertz
  double thd = 0;        ///< percent of the fundamental, orders 2 to 40 (IEC 61000-4-7, 3.3.1)
  double minimum = 0;    ///< of the samples
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
  double frequency = 0;  ///< of the reference channel, mean over the record; hertz
  std::int64_t scans = 0;
  std::vector<ChannelReading> channels;
  std::vector<PairReading> pairs;
  std::vector<EventReading> events;
};

/// Measures a record of any number of channels as it comes, in constant memory, one pass.
class RecordMeter {
 public:
  /// Errors: invalid_argument for a rate not above 0 or a pair of channels that are not there.
  [[nodiscard]] static Result<RecordMeter> create(RecordSettings settings);
  RecordMeter(RecordMeter&&) noexcept;
  RecordMeter& operator=(RecordMeter&&) noexcept;
  ~RecordMeter();

  /// One row a channel, rows of one length, following what was fed before. NaN is a missing value:
  /// it is counted, and its window read without it.
  void feed(std::span<const std::span<const double>> rows);
  /// The reading of everything fed; nothing may be fed afterwards.
  [[nodiscard]] RecordReading finish();

 private:
  class State;
  explicit RecordMeter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::reference
