// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "meterrig/campaign/bench.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::test {

/// A bench whose every answer follows from a few numbers in closed form: steady power, a device
/// with one gain, evenly spaced pulses. What a test wants to go wrong is a field.
class ScriptedBench : public campaign::Bench {
 public:
  // The device.
  double gain_percent = 0;
  double shift_with_voltage = 0;    ///< of the gain, for each % that L1 is off 230 V; %
  double shift_with_frequency = 0;  ///< of the gain, for each % that it is off 50 Hz; %
  /// Error at a point beside the gain, %.
  std::function<double(const OperatingPoint&)> surface = {};
  double warming_percent = 0;      ///< of the gain, at the end with 6 A; of first order
  double warming_seconds = 1200;   ///< its time constant
  double constant = 3200;          ///< imp/kWh
  double reactive_constant = 100;  ///< imp/kvarh
  double interval_noise = 0;       ///< of one pulse interval, relative; each by itself
  double position_quantum = 0;     ///< edges come at multiples of it, late; s
  double start_up = 0;             ///< no pulse for so long after the voltage came; s
  bool creeps = false;             ///< counts a little without current
  bool dead = false;               ///< never a pulse
  bool turned = false;             ///< counts import as export
  double register_step_wh = 0.0625;
  bool pulses_only = false;  ///< it can be asked for nothing
  std::string firmware = "1.02";
  int points_before_update = 1'000'000;  ///< then its firmware is "1.03"
  // The reference.
  double voltage_factor = 1;  ///< of what is applied
  double drift = 0;           ///< since its calibration, at most; %
  bool algorithms_disagree = false;
  bool keeps = false;                           ///< its signal from point to point
  int disturbed_points = 0;                     ///< of so many L1 rises by 2 % while they run
  double reads_off_percent = 0;                 ///< of the closed form
  std::vector<std::uint64_t>* seeds = nullptr;  ///< takes down those of apply()
  // The link.
  std::optional<Error> link_error;
  int reads_before_error = 0;

  Result<void> apply(const OperatingPoint& point, std::uint64_t seed) override;
  /// It puts out points alone.
  Result<void> apply_recipe(const SignalRecipe& recipe, std::uint64_t seed) override;
  Result<void> off() override;
  Instant now() const override { return now_; }
  std::string time_base() const override { return "scripted"; }
  bool keeps_signal() const override { return keeps; }
  Result<std::vector<Pulse>> advance(Duration duration) override;
  Result<void> play(std::unique_ptr<Signal> signal, Rational frequency,
                    std::uint64_t seed) override;
  Rational signal_rate() const override { return {8000, 1}; }
  Result<campaign::ReferenceReading> read_reference() override;
  Result<campaign::ReferenceReading> read_reference(Instant begin, Instant end) override;
  Result<std::optional<reference::MeterReading>> look() override;
  Result<ActiveEnergy> reference_energy(Instant begin, Instant end) override;
  Result<ReactiveEnergy> reference_reactive_energy(Instant begin, Instant end) override;
  Result<PerPhase<ActiveEnergy>> reference_energy_per_phase(Instant begin, Instant end) override;
  void forget_before(Instant) override {}
  Result<std::vector<Reading>> read_device(std::span<const QuantityId> ids) override;
  bool device_offers(QuantityId id) const override;
  Result<std::vector<std::pair<std::string, std::string>>> read_identity() override;
  LinkStatistics link_statistics() const override { return {}; }
  Percent reference_standard_uncertainty() const override { return percent(0.00025); }
  Percent reference_drift() const override { return percent(drift); }
  Duration timestamp_standard_uncertainty() const override { return microsecond(1); }
  Duration reading_time_standard_uncertainty() const override { return second(0); }
  std::vector<campaign::BenchInstrument> instruments() const override { return {}; }

  void seed(std::uint64_t number) { noise_.seed(number); }
  int times_applied = 0;
  bool energised = false;

 private:
  // Of an energy, in pulses.
  struct Counted {
    std::string output;
    double pulses = 0;  // with fraction
    double next = 1;    // when the next is given
  };
  [[nodiscard]] SineCosine applied() const;  ///< vars and watts
  [[nodiscard]] double watts() const;        // applied, signed
  [[nodiscard]] double vars() const;
  [[nodiscard]] double counted(double applied) const;  // as the device counts, magnitude
  void count(Counted& output, double rate, Duration duration, std::vector<Pulse>& pulses);
  double warmth_ = 0;  // 1 at the end
  Instant now_;
  Instant powered_{-1'000'000'000'000};
  std::optional<OperatingPoint> point_;
  Counted active_{.output = "S0-2"};
  Counted reactive_{.output = "S0-1"};
  std::mt19937_64 noise_;
  double import_wh_ = 1000;
  double export_wh_ = 1000;
  double import_varh_ = 1000;
  double export_varh_ = 1000;
};

}  // namespace meterrig::test
