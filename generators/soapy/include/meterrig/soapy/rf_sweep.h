// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/ports/clock.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf.h"
#include "meterrig/vocabulary/rf_sweep.h"

namespace meterrig::soapy {

/// How far what the monitor finds may be from what was asked for.
struct SweepTolerance {
  Percent level = percent(25);                 ///< of the level
  Percent depth = percent(5);                  ///< points: 80 % +- 5 %
  Percent modulation_frequency = percent(10);  ///< of it
  Percent carrier = percent(0.1);              ///< of the carrier
};

struct SweepSettings {
  Duration response_time = second(0);  ///< in which the device under test shows an effect
  Duration settle = millisecond(50);   ///< from start of the output to the monitor's look
  SweepTolerance tolerance = {};
};

/// What became of one frequency.
struct SweepStep {
  std::size_t number = 0;  ///< from 0
  std::size_t count = 0;   ///< of all steps, for progress
  RfOutput output;
  std::optional<RfReading> reading;
  std::string not_valid;  ///< why the step does not count; empty when it does
};

/// Looks at the device under test while the disturbance is there. An error ends the sweep.
using DuringStep = std::function<Result<void>(const RfOutput&)>;
using AfterStep = std::function<void(const SweepStep&)>;

/// Takes a disturbance through its frequencies and tells at each whether it was there as it should
/// be. The output is off between frequencies and at every end.
class RfSweep {
 public:
  /// Errors: as of frequencies_of(); out_of_range for a time or tolerance below 0.
  [[nodiscard]] static Result<RfSweep> create(const RfSweepPlan& plan,
                                              const SweepSettings& settings);

  [[nodiscard]] const std::vector<Frequency>& frequencies() const { return frequencies_; }
  /// At each frequency: the plan's dwell or the response time, whichever is longer.
  [[nodiscard]] Duration dwell() const;
  /// `during` is called once at each frequency; the dwell goes on after it for as long as is left.
  /// A gap in the output, a level or depth that is not there, or a frequency that the generator or
  /// monitor refuses makes the step not valid, and the sweep goes on. Errors, with the output off
  /// unless they say otherwise: cancelled (`stop`), what `during` brings, unavailable (an
  /// instrument is gone), failed_precondition.
  [[nodiscard]] Result<void> run(RfGenerator& generator, RfMonitor& monitor, ports::Clock& clock,
                                 const std::stop_token& stop, const DuringStep& during,
                                 const AfterStep& after) const;

 private:
  RfSweep(const RfSweepPlan& plan, const SweepSettings& settings,
          std::vector<Frequency> frequencies)
      : plan_(plan), settings_(settings), frequencies_(std::move(frequencies)) {}
  [[nodiscard]] Result<void> step(SweepStep& step, RfGenerator& generator, RfMonitor& monitor,
                                  ports::Clock& clock, const std::stop_token& stop,
                                  const DuringStep& during) const;

  RfSweepPlan plan_;
  SweepSettings settings_;
  std::vector<Frequency> frequencies_;
};

/// Why a reading is not that of `output`; empty when it is.
[[nodiscard]] std::string difference(const RfOutput& output, const RfReading& reading,
                                     const SweepTolerance& tolerance);

}  // namespace meterrig::soapy
