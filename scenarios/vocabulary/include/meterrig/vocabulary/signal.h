// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig {

/// One line of a spectrum: sqrt(2) rms sin(2 pi order f t + phase), t = 0 at the start of the time
/// base.
template <class Kind>
struct Component {
  std::int32_t order = 1;  ///< harmonic order h, at least 1
  Quantity<Kind> rms;      ///< at least 0
  Angle phase;
};

/// How a modulating wave swings between -1 and 1 (IEC 61000-4-15, 5).
enum class ModulationShape : std::uint8_t { sine, rectangular };

/// depth sin(2 pi frequency t + phase), or its sign for a rectangular one.
template <class Depth>
struct Modulation {
  ModulationShape shape = ModulationShape::sine;
  Rational frequency;  ///< hertz, above 0
  Depth depth;         ///< the greatest deviation: half of a change from peak to peak
  Angle phase;
};

/// When something begins: at a time, or where a channel's fundamental passes a phase angle.
struct Start {
  Instant time;  ///< at least 0; without `angle`
  /// Of the fundamental's sine, in the period `cycle` (the first whole one is 0) of the channel.
  std::optional<Angle> angle;
  std::int64_t cycle = 0;
};

/// A parameter that leaves its value, stays elsewhere and comes back. What several changes do adds
/// up (of amplitudes: multiplies).
template <class Value>
struct Change {
  Start start;
  Value value;                   ///< see the field that holds it
  Duration ramp;                 ///< time to get there, linearly, and to come back; 0 s for a step
  std::optional<Duration> hold;  ///< between the two ramps; for ever without
};

/// A line whose frequency is no multiple of the fundamental: an interharmonic (IEC 61000-4-7,
/// 3.4.1), or one that sweeps.
template <class Kind>
struct Tone {
  Rational frequency;  ///< hertz, above 0
  Quantity<Kind> rms;  ///< at least 0
  Angle phase;
  std::vector<Change<Frequency>> frequency_changes;  ///< by so much; starts are times
};

/// What a switch lets through of sqrt(2) rms sin(x), x = 2 pi f t + phase.
enum class FormKind : std::uint8_t {
  half_wave,             ///< positive half-cycles (IEC 62053-21:2003, annex A)
  phase_fired_leading,   ///< from the firing angle to the end of each half-cycle
  phase_fired_trailing,  ///< from the start of each half-cycle to the firing angle
  burst_fired,           ///< `on_cycles` whole cycles of every `on_cycles` + `off_cycles`
  /// The charging pulses of a rectifier with a smoothing capacitor: half a sine in each half-cycle,
  /// as wide as the conduction angle and about the peak of sin(x); rms is that of the pulses.
  rectifier,
};

inline constexpr std::int32_t most_burst_cycles = 100;    ///< on, and off
inline constexpr std::int32_t highest_form_order = 1000;  ///< a form's highest_order
/// Of one form: highest_order times on_cycles + off_cycles. Slower switching is a rectangular
/// modulation of the amplitude.
inline constexpr std::int32_t most_form_lines = 20'000;

/// A switched sine as its Fourier series up to `highest_order` times the fundamental: what is
/// above is left out, so that samples of it are exact where the rate is above twice that.
template <class Kind>
struct Form {
  FormKind kind = FormKind::half_wave;
  Quantity<Kind> rms;  ///< of the whole sine before it is switched; see rectifier
  Angle phase;
  Angle angle;  ///< firing angle or conduction angle, above 0 and below 180 deg
  std::int32_t on_cycles = 1;
  std::int32_t off_cycles = 1;
  std::int32_t highest_order = 63;
};

/// Gaussian noise with a flat spectrum between two frequencies; several make any spectrum.
template <class Kind>
struct NoiseBand {
  Frequency lowest;
  Frequency highest;   ///< above the lowest, at most half of the sample rate
  Quantity<Kind> rms;  ///< of the band
};

inline constexpr int deepest_channel = 4;  ///< channels in one another by `also`, in files and wire

/// What one terminal carries: DC, the fundamental with its harmonics, and white Gaussian noise;
/// besides, forms, tones and bands of noise, and what changes in time. Amplitude changes and
/// modulations act on components, forms and tones, phase changes and modulations on components and
/// forms (harmonic h turns h times as far).
template <class Kind>
struct Channel {
  Quantity<Kind> dc;
  std::vector<Component<Kind>> components;
  Quantity<Kind> noise_rms;  ///< standard deviation of each sample

  std::vector<Form<Kind>> forms = {};
  std::vector<Tone<Kind>> tones = {};
  std::vector<NoiseBand<Kind>> noise_bands = {};
  std::vector<Modulation<Percent>> amplitude_modulations = {};  ///< of the amplitude
  std::vector<Modulation<Angle>> phase_modulations = {};
  std::vector<Change<Percent>> amplitude_changes = {};  ///< to so much of the amplitude: 0 % for an
                                                        ///< interruption, 40 % for a dip
  std::vector<Change<Angle>> phase_changes = {};        ///< by so much
  std::vector<Change<Quantity<Kind>>> dc_changes = {};  ///< by so much
  std::vector<Channel> also = {};  ///< added to it, each with changes and modulations of its own
};

/// Everything needed to compute the same samples anywhere: up to three voltages (line to neutral)
/// and three currents. An empty channel is silent.
struct SignalRecipe {
  Rational frequency;  ///< of the fundamental, hertz
  std::uint64_t noise_seed =
      0;  ///< a noise sample depends on this, its channel and its number alone
  PerPhase<Channel<VoltageKind>> voltage;
  PerPhase<Channel<CurrentKind>> current;
  std::vector<Modulation<Frequency>> frequency_modulations = {};  ///< of all channels together
  std::vector<Change<Frequency>> frequency_changes = {};          ///< by so much; starts are times
};

/// The recipe of a test point: pure sine waves, no noise.
/// Errors: out_of_range for a frequency that is not a decimal of at most 18 digits, or not above 0.
[[nodiscard]] Result<SignalRecipe> recipe_of(const OperatingPoint& point);

/// A run of samples of three voltages and three currents, planar: six rows of `count` doubles.
/// Sample i of the block is at (first_sample + i) / rate seconds, exactly.
class SampleBlock {
 public:
  SampleBlock() = default;
  SampleBlock(Rational sample_rate, std::int64_t first, std::size_t count)
      : first_sample(first), rate(sample_rate), count_(count), samples_(2 * phase_count * count) {}

  std::int64_t first_sample = 0;
  Rational rate{1, 1};  ///< samples a second

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::span<double> volts(std::size_t phase) { return row(phase); }
  [[nodiscard]] std::span<const double> volts(std::size_t phase) const { return row(phase); }
  [[nodiscard]] std::span<double> amperes(std::size_t phase) { return row(phase_count + phase); }
  [[nodiscard]] std::span<const double> amperes(std::size_t phase) const {
    return row(phase_count + phase);
  }

 private:
  [[nodiscard]] std::span<double> row(std::size_t index) {
    return {samples_.data() + index * count_, count_};
  }
  [[nodiscard]] std::span<const double> row(std::size_t index) const {
    return {samples_.data() + index * count_, count_};
  }
  std::size_t count_ = 0;
  std::vector<double> samples_;
};

/// A source of samples: a synthesis, a recording, a converter.
class Signal {
 public:
  virtual ~Signal() = default;
  /// Samples a second.
  [[nodiscard]] virtual Rational rate() const = 0;
  /// Fills the block's rows with its samples; the block says which. Errors: out_of_range beyond the
  /// signal's ends, unavailable when the hardware behind it is gone.
  [[nodiscard]] virtual Result<void> read(SampleBlock& block) = 0;
};

}  // namespace meterrig
