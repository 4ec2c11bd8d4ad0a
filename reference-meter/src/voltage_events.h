// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "half_cycle_rms.h"
#include "meterrig/reference/record_meter.h"
#include "record_window.h"

namespace meterrig::reference {

/// One voltage over a stretch of a record.
struct VoltageStretch {
  std::span<const double> samples;
  double square = 0;               ///< mean of squares
  std::optional<double> crossing;  ///< scans from the stretch's begin to a zero crossing, if known
};

/// Dips, swells and interruptions of the voltages of a record (IEC 61000-4-30, 5.4 and 5.5), from
/// windows or other stretches in order.
class VoltageEvents {
 public:
  /// A value of U_rms(1/2), at the middle of its cycle.
  struct Value {
    double seconds = 0;
    std::size_t voltage = 0;
    double rms = 0;
  };

  /// `nominal_cycles` a scan are used until a window has a frequency.
  VoltageEvents(const RecordSettings& settings, double nominal_cycles);
  /// Of the channels given, `rate` scans a second. Without a reference it slides.
  VoltageEvents(EventLimits limits, std::optional<double> reference, double rate,
                const std::vector<std::size_t>& channels);

  void add(const WindowReading& window, std::span<const std::span<double>> rows);
  /// A stretch of all voltages from scan `first` on, `cycles` of the fundamental a scan.
  void add(double first, double cycles, std::span<const VoltageStretch> voltages);
  /// All take part from the first value on, whatever their level, when there is a reference given.
  void begin_at_once();

  /// The values of the stretch added last, in order of their time.
  [[nodiscard]] std::span<const Value> values() const { return values_; }
  /// Whether values are held back until the reference is known.
  [[nodiscard]] bool is_waiting() const { return !has_begun_; }
  /// Those that have ended since the last call.
  [[nodiscard]] std::vector<EventReading> take_ended() { return std::exchange(events_, {}); }
  /// Start of the earliest event that is open, seconds.
  [[nodiscard]] std::optional<double> open_since() const;
  /// Everything found, in order of their start; nothing may be added afterwards.
  [[nodiscard]] std::vector<EventReading> finish();

 private:
  struct Voltage {
    std::size_t channel = 0;
    HalfCycleRms half_cycles;
    double reference = 0;  // 0: takes no part
    bool is_low = false;   // in a dip
    bool is_high = false;  // in a swell
    bool is_out = false;   // interrupted
  };

  [[nodiscard]] bool is_open() const { return dip_ || swell_ || interruption_; }
  void begin();
  void take(const Value& value);
  void follow(std::optional<EventReading>& event, EventKind kind, bool active, bool takes_part,
              const Value& value);

  EventLimits limits_;
  std::optional<double> given_reference_;
  double rate_;
  double cycles_;  // a scan, of the last window that is steady
  bool has_cycles_ = false;
  std::vector<Voltage> voltages_;
  std::vector<VoltageStretch> stretches_;
  std::vector<Value> values_;
  std::vector<HalfCycleValue> found_;
  std::vector<Value> waiting_;  // of the first second
  bool has_begun_ = false;
  bool flagged_ = false;  // an event was open in this window
  double end_ = 0;        // seconds
  std::optional<EventReading> dip_;
  std::optional<EventReading> swell_;
  std::optional<EventReading> interruption_;
  std::vector<EventReading> events_;
};

}  // namespace meterrig::reference
