// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "meterrig/playback/loop.h"
#include "meterrig/vocabulary/signal.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::playback {

/// A sine beside the recording, of the loop's fundamental: loop.cycles of it in one loop.
struct Sine {
  double rms = 0;
  Turn phase;  ///< at the loop's begin
};

/// What one terminal carries: channels of the recording, a sine, or nothing.
struct Terminal {
  Mix mix;
  double offset = 0;  ///< added to the mix, in V or A
  std::optional<Sine> sine;
};

struct PlaybackSettings {
  Rational rate{1, 1};  ///< samples a second that are to be given
  Loop loop;
  PerPhase<Terminal> voltage;
  PerPhase<Terminal> current;
};

/// A recording that is played for ever. Sample 0 is the loop's begin; samples before it are those
/// of the loop's end. Sample n depends on n alone: however it is asked for, it has the same bits.
///
/// Between scans, and to the rate asked for, values come from resample::Kernel with its bounds. A
/// component between 0.4 of the lower rate and half of it is attenuated. Scans beyond the ends of
/// the segment count as its first or last; missing ones (NaN) as the last one before.
///
/// The seam: over the loop's last `fade` the value goes from what is there, a, to what lies before
/// the begin, b, by (1 - w) a + w b with w = (1 - cos(pi x)) / 2, x from 0 to 1. At the seam it is
/// b alone, which the begin continues. One sample to the next changes by at most
///   max(|da|, |db|) + pi / (2 N) |b - a|,
/// N the samples of the fade: no more than the recording itself, and what there was to mend.
class PlaybackSignal final : public Signal {
 public:
  /// Errors: invalid_argument for a channel that the recording lacks or a factor that is not
  /// finite, out_of_range for a loop that is not inside one segment with its fade, or a rate whose
  /// ratio to the recording's is beyond 1000 or does not fit.
  [[nodiscard]] static Result<std::unique_ptr<PlaybackSignal>> create(
      const std::shared_ptr<Recording>& recording, const PlaybackSettings& settings);
  ~PlaybackSignal() override;

  [[nodiscard]] Rational rate() const override;
  /// Errors: invalid_argument (another rate), out_of_range for a sample beyond 10^12 on either
  /// side, and those of reading the recording.
  [[nodiscard]] Result<void> read(SampleBlock& block) override;

 private:
  class State;
  explicit PlaybackSignal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::playback
