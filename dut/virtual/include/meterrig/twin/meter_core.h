// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "meterrig/twin/harmonic_samples.h"
#include "meterrig/twin/readings.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::twin {

enum class PulseEnergy : std::uint8_t {
  active_import,
  active_export,
  active_total,
  reactive_import,
  reactive_export,
  reactive_total,
};

/// A pulse output as the device's profile has it.
struct PulseOutput {
  std::string id;  ///< such as "S0-2"
  PulseEnergy energy = PulseEnergy::active_import;
  MeterConstant constant;     ///< of reactive energy in imp/kvarh
  Duration width;             ///< of a pulse; the pause after it is at least as long
  Duration position_quantum;  ///< edges fall on multiples of it only; 0 s for one sample
};

/// From this time of the day on energy goes to this tariff.
struct TariffChange {
  Duration time = second(0);  ///< 0 h to below 24 h
  int tariff = 1;             ///< 1 to greatest_tariff
};

/// What the firmware of a meter knows of its hardware and is set to.
struct CoreSettings {
  Rational nominal_rate;  ///< samples a second, as its clock has it
  int adc_bits = 24;
  Voltage voltage_full_scale;  ///< peak, of the largest code 2^(bits-1) - 1
  Current current_full_scale;
  Voltage reference_voltage;
  Frequency reference_frequency;
  Current creep_threshold;
  ActiveEnergy initial_import;
  ActiveEnergy initial_export;
  Duration energy_refresh = second(0);  ///< energy readings are renewed at multiples of it
  std::vector<PulseOutput> outputs;
  std::vector<TariffChange> tariffs = {};  ///< of every day; all energy goes to tariff 1 without

  // What the firmware does otherwise than it should.
  Angle quadrature_error = degree(0);      ///< of the quarter period; voltage too late if positive
  Duration reading_window = second(0);     ///< length of windows that do not follow the signal;
                                           ///< 0 s for whole periods
  Percent direct_power_kept = percent(0);  ///< of the product of the direct components
  int accumulator_bits = 0;                ///< significand of floating energy accumulators, which
                                           ///< are added to at each renewal; 0 for exact ones
  ActiveEnergy register_span = watt_hour(0);  ///< energies shown begin at 0 again; 0 Wh for never
  ActiveEnergy register_step = watt_hour(0);  ///< and are whole multiples of it
  Percent lost_pulses = percent(0);           ///< of all, evenly spread
  Percent repeated_pulses = percent(0);       ///< of all, given once more
  /// Error of the harmonics shown, by order; none beyond the end.
  std::vector<Percent> harmonic_errors = {};
  Duration tariff_delay = second(0);  ///< of every switch of the tariff
  bool distortion_of_rms = false;     ///< distortions are shares of the whole r.m.s. value
};

/// ADC codes of one stretch of time: three voltages, three currents, equally long.
struct Codes {
  PerPhase<std::span<const std::int32_t>> volts;
  PerPhase<std::span<const std::int32_t>> amperes;
};

/// A rising edge: which output, and the sample (counted from switch-on) at whose time it is.
struct PulseEdge {
  std::size_t output = 0;
  std::int64_t sample = 0;
};

/// The metering firmware of a simulated device, from ADC codes to readings and pulses. It is built
/// as such firmware is, in integers, and shares no algorithm with the reference meter:
///
/// - products of codes are summed as integers, a tick (the finest position quantum of the pulse
///   outputs) at a time; at each tick the sums become energy in femtowatt-hours, 128 bits, less the
///   product of the two direct components as the windows before found them;
/// - readings come from windows of whole periods of about a second, between rising zero crossings
///   of the first live voltage, whose positions between two samples are interpolated;
/// - reactive power is that of voltage a quarter period ago (nearest sample; what is missing of the
///   quarter is made good with P): exact for a sine, with +-Q of each harmonic otherwise;
/// - harmonics and distortions are those of the last tenths of a second, when they are asked for;
/// - each phase adds to import or export by the direction of its last window, and never takes back;
///   a phase whose current is below the creep threshold adds nothing and shows no current or power.
///   Totals are sums over the phases;
/// - what a tick adds to import or export goes to the tariff that is on at its end as well.
///
/// The same codes give the same bits, however they are divided into calls.
class MeterCore {
 public:
  /// Errors: invalid_argument or out_of_range, naming the setting.
  [[nodiscard]] static Result<MeterCore> create(CoreSettings settings);
  MeterCore(MeterCore&&) noexcept;
  MeterCore& operator=(MeterCore&&) noexcept;
  ~MeterCore();

  /// Takes the next samples; appends the pulse edges to `edges`, in order of time.
  void feed(const Codes& codes, std::vector<PulseEdge>& edges);
  /// The day of the tariffs begins now; at first it does with the first sample.
  void begin_day();
  /// Samples taken since switch-on.
  [[nodiscard]] std::int64_t samples() const;
  /// Energies as of the last renewal, the rest of the last whole window.
  [[nodiscard]] Readings readings() const;
  /// Copies the last samples for add_harmonics().
  void keep_for_harmonics(HarmonicSamples& samples) const;
  /// Puts the harmonics and distortions of those samples into `shown`, by a windowed transform
  /// (harmonic_view.h): of every channel whose fundamental is there, those of the others are 0. May
  /// be called while the core is fed.
  void add_harmonics(const HarmonicSamples& samples, Readings& shown) const;

 private:
  class State;
  explicit MeterCore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::twin
