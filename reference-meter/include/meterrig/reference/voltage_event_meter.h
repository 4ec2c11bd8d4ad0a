// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "meterrig/reference/record_meter.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::reference {

struct VoltageEventSettings {
  EventLimits limits{.dip = 0.90, .swell = 1.10, .interruption = 0.05, .hysteresis = 0.02};
  /// U_din, volts; without, a sliding reference (IEC 61000-4-30, 4.2 and 5.4.4), and events are
  /// told after the first second, whose median it starts from.
  std::optional<double> reference_voltage;
  /// Which voltages are looked at. With a sliding reference one below a tenth of the highest takes
  /// no part either.
  PerPhase<bool> watched{true, true, true};
};

/// U_rms(1/2) of one voltage.
struct HalfCycleReading {
  double seconds = 0;  ///< of the middle of its cycle, after the first sample fed
  std::size_t phase = 0;
  double rms = 0;  ///< volts
};

/// Dips, swells and interruptions of three voltages (IEC 61000-4-30, 5.4 and 5.5) as they come. One
/// cycle is read every half cycle, begun at a zero crossing of the voltage's own fundamental, which
/// is found anew every 10 or 12 nominal cycles and kept where a voltage has none. How events begin,
/// end and are measured is told at RecordMeter; `channels` of an event are phases, and times are
/// seconds after the first sample fed. Results do not depend on how samples are cut into blocks.
class VoltageEventMeter {
 public:
  /// Errors: invalid_argument (a rate not above 0, a nominal frequency that is neither 50 nor 60
  /// Hz, no voltage watched, a reference voltage not above 0), out_of_range for fewer than 8
  /// samples a cycle, naming the rate that is needed.
  [[nodiscard]] static Result<VoltageEventMeter> create(Rational rate, Frequency nominal,
                                                        const VoltageEventSettings& settings);
  VoltageEventMeter(VoltageEventMeter&&) noexcept;
  VoltageEventMeter& operator=(VoltageEventMeter&&) noexcept;
  ~VoltageEventMeter();

  /// Takes samples that follow those fed before. Errors, which leave the meter as it was:
  /// invalid_argument (another rate, a sample that is not finite), failed_precondition (the block
  /// does not begin where the last one ended).
  [[nodiscard]] Result<void> feed(const SampleBlock& block);

  /// Values up to this time have been looked at, seconds after the first sample: one and a half
  /// cycles before the last one, but for the begin.
  [[nodiscard]] double known_until() const;
  /// Whether an event that is known overlaps the time between; asked for times that rise.
  [[nodiscard]] bool overlaps(double begin, double end);
  /// Events that have ended since the last call, in order of their end.
  [[nodiscard]] std::vector<EventReading> take_events();
  /// Values since the last call, in order of their time. Of more than 32768, 109 s of three phases
  /// at 50 Hz, the later ones are not kept.
  [[nodiscard]] std::vector<HalfCycleReading> take_half_cycles();
  /// Of the wave followed; the nominal one until there is one.
  [[nodiscard]] Frequency frequency() const;

 private:
  class State;
  explicit VoltageEventMeter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::reference
