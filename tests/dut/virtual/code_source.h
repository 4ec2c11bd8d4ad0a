// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "meterrig/twin/meter_core.h"

namespace meterrig::twin::test {

/// A sine with a share of a harmonic and a direct component, as a channel of the converter sees it.
struct Wave {
  double rms = 0;
  double phase_degrees = 0;
  double direct = 0;
  int harmonic_order = 1;
  double harmonic_rms = 0;
};

struct Waves {
  double hertz = 50;
  PerPhase<Wave> volts;
  PerPhase<Wave> amperes;
};

/// Three phases alike in the normal sequence; the current lags by `lag_degrees`.
inline Waves balanced(double volts, double amperes, double lag_degrees = 0, double hertz = 50) {
  Waves waves;
  waves.hertz = hertz;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const double angle = -120.0 * static_cast<double>(phase);
    waves.volts[phase] = {.rms = volts, .phase_degrees = angle};
    waves.amperes[phase] = {.rms = amperes, .phase_degrees = angle - lag_degrees};
  }
  return waves;
}

inline CoreSettings ideal_settings() {
  CoreSettings settings;
  settings.nominal_rate = {8000, 1};
  settings.adc_bits = 24;
  settings.voltage_full_scale = volt(500);
  settings.current_full_scale = ampere(15);
  settings.reference_voltage = volt(230);
  settings.reference_frequency = hertz(50);
  settings.creep_threshold = milliampere(2);
  settings.initial_import = watt_hour(0);
  settings.initial_export = watt_hour(0);
  settings.outputs = {{.id = std::string("S0-2"),
                       .energy = PulseEnergy::active_import,
                       .constant = impulse_per_kilowatt_hour(3200),
                       .width = millisecond(20),
                       .position_quantum = millisecond(20)}};
  return settings;
}

/// Codes of an ideal converter, computed with the C library in long double: nothing shared with
/// the product's synthesis.
class CodeSource {
 public:
  explicit CodeSource(const CoreSettings& settings)
      : rate_(settings.nominal_rate.value()),
        largest_(std::ldexp(1.0, settings.adc_bits - 1) - 1),
        volts_(settings.voltage_full_scale.in(volt)),
        amperes_(settings.current_full_scale.in(ampere)) {}

  /// The next samples of `waves`, whose time 0 is this source's first sample. A whole number of
  /// hertz repeats every second and is computed once.
  void extend(const Waves& waves, std::int64_t count) {
    const auto second = static_cast<std::int64_t>(rate_);
    const bool repeats = waves.hertz == std::floor(waves.hertz);
    for (std::int64_t k = 0; k < count; ++k, ++sample_) {
      for (std::size_t phase = 0; phase < phase_count; ++phase) {
        std::vector<std::int32_t>& volts = rows_[phase];
        std::vector<std::int32_t>& amperes = rows_[phase_count + phase];
        if (repeats && k >= second) {
          volts.push_back(volts[volts.size() - static_cast<std::size_t>(second)]);
          amperes.push_back(amperes[amperes.size() - static_cast<std::size_t>(second)]);
        } else {
          volts.push_back(code(waves.volts[phase], waves.hertz, volts_));
          amperes.push_back(code(waves.amperes[phase], waves.hertz, amperes_));
        }
      }
    }
  }

  [[nodiscard]] std::size_t count() const { return rows_[0].size(); }
  [[nodiscard]] Codes codes(std::size_t from, std::size_t count) const {
    Codes codes;
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      codes.volts[phase] = std::span(rows_[phase]).subspan(from, count);
      codes.amperes[phase] = std::span(rows_[phase_count + phase]).subspan(from, count);
    }
    return codes;
  }
  [[nodiscard]] Codes codes() const { return codes(0, count()); }

 private:
  [[nodiscard]] std::int32_t code(const Wave& wave, double hertz, double full_scale) const {
    constexpr long double two_pi = 2 * std::numbers::pi_v<long double>;
    const long double turns = static_cast<long double>(sample_) * hertz / rate_;
    const long double fundamental = turns + wave.phase_degrees / 360.0L;
    const long double value =
        wave.direct +
        std::numbers::sqrt2_v<long double> *
            (wave.rms * std::sin(two_pi * fundamental) +
             wave.harmonic_rms * std::sin(two_pi * fundamental * wave.harmonic_order));
    return static_cast<std::int32_t>(std::lround(value / full_scale * largest_));
  }

  double rate_;
  double largest_;
  double volts_;
  double amperes_;
  std::int64_t sample_ = 0;
  std::array<std::vector<std::int32_t>, 2 * phase_count> rows_;
};

}  // namespace meterrig::twin::test
