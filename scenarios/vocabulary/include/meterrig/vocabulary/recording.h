// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig {

enum class ChannelKind : std::uint8_t { voltage, current, other };

/// Which value of an instrument transformer a channel gives (IEC 60255-24, PS).
enum class TransformerSide : std::uint8_t { unknown, primary, secondary };

/// One analogue channel of a recording.
struct RecordedChannel {
  std::string name;     ///< "A4" in COMTRADE, else the file's own
  std::string id;       ///< the file's own name in UTF-8, such as "Va"; may be empty
  std::string phase;    ///< as the file says: "A", "L1", "N"; empty when it does not
  std::string circuit;  ///< component monitored; empty when it does not say
  std::string unit;     ///< of the samples, as the file says: "V", "kV", "A", "count"
  ChannelKind kind = ChannelKind::other;
  double to_si = 1;       ///< samples times this are in V or A; 1 for another kind
  double resolution = 0;  ///< one step of the file's codes, in `unit`; 0 when unknown
  double skew = 0;        ///< seconds by which its samples are later than the record's time
  double primary = 1;     ///< rated values of the transformer; 1 and 1 without one
  double secondary = 1;
  TransformerSide side = TransformerSide::unknown;
};

/// A run of scans at one rate. Scan n of the recording, first <= n < first + count, is at
/// start + (n - first) / rate seconds.
struct RecordedSegment {
  std::int64_t first = 0;
  std::int64_t count = 0;
  Rational rate{1, 1};  ///< scans a second
  double start = 0;     ///< seconds after the recording's first scan
};

/// What a recording is, without its samples.
struct RecordingDescription {
  std::string format;  ///< for people: "COMTRADE 1999 BINARY", "WAV, 16 bit"
  std::string station;
  std::string device;
  std::string first_time;  ///< of the first scan, as the file says; empty when it does not
  std::string trigger_time;
  std::optional<double> nominal_frequency;  ///< hertz
  std::vector<RecordedChannel> channels;
  std::vector<std::string> status_channels;  ///< names, for display
  std::vector<RecordedSegment> segments;     ///< in order, without gaps in their numbers
  std::string file{};                        ///< as it was opened; empty when there is none

  [[nodiscard]] std::int64_t count() const {
    return segments.empty() ? 0 : segments.back().first + segments.back().count;
  }
};

/// A run of scans, planar: one row of `count` doubles a channel, in the channel's unit. A missing
/// value is NaN.
class ScanBlock {
 public:
  /// Keeps its memory when it can.
  void resize(std::size_t channels, std::size_t count) {
    channels_ = channels;
    count_ = count;
    if (samples_.size() < channels * count) samples_.resize(channels * count);
  }
  std::int64_t first = 0;  ///< number of the first scan
  [[nodiscard]] std::size_t channels() const { return channels_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::span<double> row(std::size_t channel) {
    return {samples_.data() + channel * count_, count_};
  }
  [[nodiscard]] std::span<const double> row(std::size_t channel) const {
    return {samples_.data() + channel * count_, count_};
  }

 private:
  std::size_t channels_ = 0;
  std::size_t count_ = 0;
  std::vector<double> samples_;
};

/// A recording that can be read from any scan on, in constant memory.
class Recording {
 public:
  virtual ~Recording() = default;
  [[nodiscard]] virtual const RecordingDescription& description() const = 0;
  /// What was assumed so far because the file is not as it should be, one sentence each. Grows
  /// while samples are read; a sentence comes once, with how often it happened.
  [[nodiscard]] virtual std::vector<std::string> warnings() const = 0;
  /// Fills `block` with `count` scans from scan `first` on, of all channels; it is resized. Reading
  /// on where the last call ended is fast. Errors: out_of_range beyond the recording's ends,
  /// data_loss for what cannot be read, naming file, line or byte, and field.
  [[nodiscard]] virtual Result<void> read(std::int64_t first, std::size_t count,
                                          ScanBlock& block) = 0;
};

}  // namespace meterrig
