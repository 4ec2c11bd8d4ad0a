// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "converter_noise.h"

namespace meterrig::reference {

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

 private:
  ChannelModel model_;
  double full_scale_ = 1;
  double full_code_ = 0;
  double gain_ = 1;
  double offset_ = 0;
  ConverterNoise noise_;
  std::vector<double> noisy_;
};

/// Codes nearest to gain value + offset, halves to even, within +-full_code; full_code for NaN.
void quantise(const double* values, std::size_t count, double gain, double offset, double full_code,
              std::int32_t* codes);

}  // namespace meterrig::reference
