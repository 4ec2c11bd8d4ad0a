// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "meterrig/playback/signal.h"
#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::campaign {

/// A recording that is to be played to a device, and what was found out about it.
struct Replay {
  std::shared_ptr<Recording> recording;
  playback::PlaybackSettings settings;  ///< all but the rate, which is the bench's
  v1::PlayedRecording played;           ///< for plan, evidence and reports
  OperatingPoint mean;  ///< r.m.s. values and mean power over the scans looked at, as played
};

struct ReplayOptions {
  std::int64_t first = 0;
  std::optional<std::int64_t> count;  ///< to the end when not given
  std::vector<v1::NamedHash> files;   ///< of the recording
};

/// Time over which a device averages what it shows; 1 s when its profile does not say.
[[nodiscard]] Duration averaging_of(const v1::Device& device);

/// Chooses what is played, by reading the recording through once:
/// - the longest stretch at one rate of at least 20 scans a cycle, else, with a note, of at least
/// 5;
/// - the first circuit of three voltages with currents (record::find_pairs), else what there is:
///   phase voltages from voltages between lines on the assumption that they add up to 0; a terminal
///   without a channel is silent; currents alone get sines of the device's reference voltage, the
///   first in phase with its current; voltages alone get a resistive load of the nominal current;
///   a single channel of an unknown unit counts as a voltage. Each is noted;
/// - currents without their direct component where a device has current transformers;
/// - one factor for all voltages and one for all currents: 1 when the highest r.m.s. value is
/// within
///   0.8 to 1.15 Un, 0.05 In to Imax, else the one that makes it Un or In, and smaller where a
///   cycle would exceed 1.15 Un or Imax, or a peak three times Imax;
/// - a loop of whole cycles (playback::find_loop).
/// Errors: out_of_range for scans that the recording lacks; failed_precondition, with the reason,
/// for one that cannot be played: too few scans a cycle, no channel that can be assigned, no
/// fundamental between half and 1.9 times the nominal frequency (50 Hz when the file does not say)
/// that carries at least half of a channel's r.m.s. value;
/// those of reading it.
[[nodiscard]] Result<Replay> prepare_replay(std::shared_ptr<Recording> recording,
                                            const v1::Device& device, const ReplayOptions& options);

}  // namespace meterrig::campaign
