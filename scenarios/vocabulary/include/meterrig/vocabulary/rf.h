// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <variant>

#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf_calibration.h"

namespace meterrig {

/// Continuous wave: the bare carrier.
struct ContinuousWave {};

/// Amplitude modulation by a sine: the envelope is 1 + depth sin(2 pi frequency t), so its peak is
/// 1 + depth times the unmodulated carrier.
struct AmplitudeModulation {
  Percent depth;  ///< above 0 %, at most 100 %
  Frequency frequency;
};

/// The carrier on for `duty` of each period and off for the rest.
struct PulseModulation {
  Percent duty;  ///< above 0 %, below 100 %
  Frequency frequency;
};

using RfModulation = std::variant<ContinuousWave, AmplitudeModulation, PulseModulation>;

/// One disturbance: a carrier, its level before modulation, and how it is modulated.
struct RfOutput {
  Frequency carrier;
  RfLevel level;
  RfModulation modulation;
};

/// Least and greatest carrier of an instrument.
struct RfRange {
  Frequency lowest;
  Frequency highest;
};

/// The role RF generator: a carrier into a coupling device. For one thread at a time. Every call
/// may fail with unavailable (the instrument is gone) or aborted (it did not take a setting, or
/// lost what it was sent); after either, the output is off as far as it can be reached.
class RfGenerator {
 public:
  /// Switches the output off where the instrument can still be reached.
  virtual ~RfGenerator() = default;
  [[nodiscard]] virtual Result<InstrumentIdentity> identify() = 0;
  [[nodiscard]] virtual RfRange range() const = 0;
  /// Puts the disturbance out, in place of what was out before, until off(). Errors:
  /// invalid_argument (a modulation that is none), out_of_range (carrier, level or power beyond
  /// what the instrument, its calibration or its set-up allow), failed_precondition (no set-up that
  /// it may be put into); nothing is out then.
  [[nodiscard]] virtual Result<void> start(const RfOutput& output) = 0;
  /// Whether it has gone out without a gap from start() until now. Errors: aborted, saying what
  /// went wrong; failed_precondition when nothing was started.
  [[nodiscard]] virtual Result<void> check() = 0;
  /// The control loop gets on. An instrument whose output has a lease ends it when this, check()
  /// and start() are not called for so long; the others need not be told.
  virtual void renew() {}
  /// Ends the output. Harmless when it is off. Error: unavailable when it cannot be told that it is
  /// off.
  [[nodiscard]] virtual Result<void> off() = 0;
};

/// What a monitor finds of a carrier. What does not apply or was not found is unknown.
struct RfReading {
  Frequency carrier_offset;  ///< of the carrier found from the one expected
  RfLevel level;             ///< of the unmodulated carrier; with pulses, while it is on
  Percent depth;             ///< of the amplitude modulation; without any, of the largest ripple
  Percent duty;              ///< of pulses
  Frequency modulation_frequency;
  std::string invalid;  ///< why the reading cannot be relied on; empty when it can
};

/// The role RF monitor: a receiver at the coupling device. It tells whether the disturbance is
/// there as it should be; it is no certified level meter. For one thread at a time.
class RfMonitor {
 public:
  virtual ~RfMonitor() = default;
  [[nodiscard]] virtual Result<InstrumentIdentity> identify() = 0;
  [[nodiscard]] virtual RfRange range() const = 0;
  /// Looks for `expected` and measures what is there. A carrier that is not found, or one that
  /// overdrives the receiver, is a reading with a reason. Errors: out_of_range beyond range() or
  /// the calibration; unavailable, deadline_exceeded, aborted (the instrument).
  [[nodiscard]] virtual Result<RfReading> measure(const RfOutput& expected) = 0;
};

}  // namespace meterrig
