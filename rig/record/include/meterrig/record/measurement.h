// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/record/pairing.h"
#include "meterrig/reference/record_meter.h"
#include "meterrig/reference/wiring.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::record {

/// Sequence components of three channels of one kind, in their unit.
struct SequenceMeasurement {
  ChannelKind kind = ChannelKind::voltage;
  std::array<std::size_t, 3> channels{};
  reference::SequenceReading components;  ///< r.m.s. phasors
};

/// What looks wrong with the wiring of one circuit.
struct WiringMeasurement {
  Circuit circuit;
  reference::WiringFinding finding;
};

/// What was read of scans of one rate.
struct SegmentMeasurement {
  std::int64_t first = 0;
  std::int64_t count = 0;
  Rational rate{1, 1};
  double start = 0;    ///< seconds after the first scan measured
  std::string reason;  ///< why only r.m.s., dc and ends of the range are known; empty when all is
  reference::RecordReading reading;  ///< events begin so many seconds after the first scan measured
  std::vector<SequenceMeasurement> sequence;
  std::vector<WiringMeasurement> wiring;

  [[nodiscard]] double duration() const { return static_cast<double>(count) / rate.value(); }
};

/// Least and greatest sample of each channel in each of `low[0].size()` equal parts of the time
/// measured. NaN where there is none.
struct Envelope {
  std::vector<std::vector<double>> low;  ///< [channel][part]
  std::vector<std::vector<double>> high;
};

/// Everything measured of a range of a recording.
struct Measurement {
  std::string file;  ///< as given; several are separated by ", "
  RecordingDescription recording;
  std::int64_t first = 0;
  std::int64_t count = 0;
  double duration = 0;  ///< seconds, the last scan's included
  Pairing pairing;
  std::vector<SegmentMeasurement> segments;  ///< of one rate each; at least one
  /// Of one segment its reading; of several together, only rms, dc, minimum, maximum and missing
  /// are known.
  std::vector<reference::ChannelReading> whole;
  Envelope envelope;  ///< empty when it was not asked for
  std::vector<std::string> warnings;
};

}  // namespace meterrig::record
