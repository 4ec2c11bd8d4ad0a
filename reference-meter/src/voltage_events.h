// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "half_cycle_rms.h"
#include "meterrig/reference/record_meter.h"
#include "record_window.h"

namespace meterrig::reference {

/// Dips, swells and interruptions of the voltages of a record (IEC 61000-4-30, 5.4 and 5.5), from
/// windows in order.
class VoltageEvents {
 public:
  /// `nominal_cycles` a scan is used until a window has a frequency.
  VoltageEvents(const RecordSettings& settings, double nominal_cycles);

  void add(const WindowReading& window, std::span<const std::span<double>> rows);
  /// Everything found, in order of their start; nothing may be added afterwards.
  [[nodiscard]] std::vector<EventReading> finish();

 private:
  struct Value {
    double seconds = 0;
    std::size_t voltage = 0;
    double rms = 0;
  };
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
  double cycles_;
  std::vector<Voltage> voltages_;
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
