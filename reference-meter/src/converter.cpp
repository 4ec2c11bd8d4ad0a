// SPDX-License-Identifier: GPL-3.0-or-later
#include "converter.h"

#include <bit>
#include <cstring>

#include "fraction.h"
#include "pair.h"

namespace meterrig::reference {
namespace {

using Words = std::int32_t __attribute__((vector_size(32)));
using Codes = std::int32_t __attribute__((vector_size(16)));

}  // namespace

METERRIG_WIDER_CLONES
void quantise(const double* values, std::size_t count, double gain, double offset, double full_code,
              std::int32_t* codes) {
  // 1.5 2^52: what is added to it loses its fraction, to the nearest even, and stands in the low
  // half of the sum's bits.
  constexpr double rounder = 6755399441055744.0;
  const Quad high = {full_code, full_code, full_code, full_code};
  const Quad low = -high;
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    Quad value;
    std::memcpy(&value, values + i, sizeof(value));
    value = gain * value + offset;
    value = value < high ? value : high;
    value = value > low ? value : low;
    value += rounder;
    Words words;
    std::memcpy(&words, &value, sizeof(words));
    const Codes four = __builtin_shufflevector(words, words, 0, 2, 4, 6);
    std::memcpy(codes + i, &four, sizeof(four));
  }
  for (; i < count; ++i) {
    double value = gain * values[i] + offset;
    value = value < full_code ? value : full_code;
    value = value > -full_code ? value : -full_code;
    codes[i] = static_cast<std::int32_t>(std::bit_cast<std::uint64_t>(value + rounder));
  }
}

Converter::Converter(const ChannelModel& model, double full_scale, double full_code, double rate,
                     std::uint64_t seed, std::uint32_t channel)
    : model_(model),
      full_scale_(full_scale),
      full_code_(full_code),
      noise_(model, full_code, rate, seed, channel) {
  set_warming(0);
}

void Converter::set_warming(double kelvins) {
  gain_ = (1 + fraction(model_.gain) + kelvins * fraction(model_.gain_drift)) * full_code_ /
          full_scale_;
  offset_ = (fraction(model_.offset) + kelvins * fraction(model_.offset_drift)) * full_code_;
}

void Converter::convert(std::span<const double> values, std::int64_t first_sample,
                        std::int32_t* codes) {
  if (noise_.silent()) {
    quantise(values.data(), values.size(), gain_, offset_, full_code_, codes);
    return;
  }
  noisy_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) noisy_[i] = gain_ * values[i] + offset_;
  noise_.add(first_sample, noisy_);
  quantise(noisy_.data(), noisy_.size(), 1, 0, full_code_, codes);
}

}  // namespace meterrig::reference
