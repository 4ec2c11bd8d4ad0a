// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "envelope.h"
#include "form_lines.h"
#include "meterrig/synthesis/synthesis.h"
#include "noise_filter.h"
#include "phase_course.h"
#include "wave_table.h"

namespace meterrig::synthesis {

/// A recipe made ready for its samples: what goes into which row, by the cheapest way that gives
/// it.
class Synthesis::Plan {
 public:
  [[nodiscard]] static Result<Plan> create(const SignalRecipe& recipe, Rational rate);
  /// Of the plan's rate, from sample 0 on.
  void read(SampleBlock& block) const;

 private:
  static constexpr std::size_t row_count = 2 * phase_count;  // volts, then amperes
  static constexpr std::size_t tile = 1024;                  // scans; some periods, for WaveTable
  using Rows = std::array<double*, row_count>;

  // Waves at the phase of the fundamental, eight at a time. The first table has one for each row.
  struct SharedWaves {
    struct Target {
      std::size_t row = 0;
      Envelope envelope;
    };
    WaveTable table;
    std::vector<Target> targets;
  };
  // A wave with a phase or a period of its own.
  struct OwnWave {
    std::size_t row;
    WaveTable table;
    PhaseCourse course;
    std::int32_t cycles;  // periods of the fundamental in one of it
    Shift phase;          // turns of the fundamental
    Envelope envelope;
  };
  struct ToneLine {
    std::size_t row;
    PhaseCourse course;
    Turn phase;
    double peak;
    Envelope envelope;
  };
  struct DirectShift {
    std::size_t row;
    Shift shift;
  };
  struct WhiteNoise {
    std::size_t row;
    NoiseChannel stream;
    double rms;
  };
  struct ColouredNoise {
    std::size_t row;
    NoiseFilter filter;
  };
  class Builder;

  explicit Plan(PhaseCourse fundamental) : fundamental_(std::move(fundamental)) {}
  void read_tile(std::int64_t first, std::size_t count, const Rows& rows) const;

  PhaseCourse fundamental_;
  std::vector<SharedWaves> shared_;
  std::vector<OwnWave> own_;
  std::vector<ToneLine> tones_;
  std::vector<DirectShift> direct_;
  std::vector<WhiteNoise> white_;
  std::vector<ColouredNoise> coloured_;
};

}  // namespace meterrig::synthesis
