// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "converter_noise.h"
#include "taps.h"

namespace meterrig::reference {

/// Codes are the nearest to gain value + offset, halves to even, within +-full; full for NaN.
struct Scale {
  double gain = 1;
  double offset = 0;
  double full = 0;
};
void quantise(const double* values, std::size_t count, const Scale& scale, std::int32_t* codes);
void quantise_taps(const TapWeights& weights, const double* samples, std::size_t count,
                   const Scale& scale, std::int32_t* codes);

/// One channel of the converter: volts or amperes to codes.
class Converter {
 public:
  /// `full_scale` in volts or amperes, `rate` in samples a second, `channel` 0 to 5.
  Converter(const ChannelModel& model, double full_scale, double full_code, double rate,
            std::uint64_t seed, std::uint32_t channel);

  /// Away from the reference temperature by so many kelvins.
  void set_warming(double kelvins);
  /// The first value is sample `first_sample`; `codes` has room for all.
  void convert(std::span<const double> values, std::int64_t first_sample, std::int32_t* codes);
  /// Whether convert() adds no noise; then convert_taps() may be called.
  [[nodiscard]] bool silent() const { return noise_.silent(); }
  /// The same of values that are sums of weights[k] samples[i + k].
  void convert_taps(const TapWeights& weights, const double* samples, std::size_t count,
                    std::int32_t* codes) const;

 private:
  ChannelModel model_;
  double full_scale_ = 1;
  Scale scale_;
  ConverterNoise noise_;
  std::vector<double> noisy_;
};

}  // namespace meterrig::reference
