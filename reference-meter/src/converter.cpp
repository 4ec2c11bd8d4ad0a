// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/wide.h"

#include "converter.h"

#include <bit>
#include <cstring>

#include "fraction.h"

namespace meterrig::reference {
namespace {

using Words = std::int32_t __attribute__((vector_size(32)));
using Codes = std::int32_t __attribute__((vector_size(16)));

// 1.5 2^52: what is added to it loses its fraction, to the nearest even, and stands in the low half
// of the sum's bits.
constexpr double rounder = 6755399441055744.0;

[[gnu::always_inline]] inline void store_codes(const Quad& from, const Scale& scale,
                                               std::int32_t* codes) {
  const Quad high = {scale.full, scale.full, scale.full, scale.full};
  Quad value = scale.gain * from + scale.offset;
  value = value < high ? value : high;
  value = value > -high ? value : -high;
  value += rounder;
  Words words;
  std::memcpy(&words, &value, sizeof(words));
  const Codes four = __builtin_shufflevector(words, words, 0, 2, 4, 6);
  std::memcpy(codes, &four, sizeof(four));
}

inline std::int32_t code_of(double from, const Scale& scale) {
  double value = scale.gain * from + scale.offset;
  value = value < scale.full ? value : scale.full;
  value = value > -scale.full ? value : -scale.full;
  return static_cast<std::int32_t>(std::bit_cast<std::uint64_t>(value + rounder));
}

}  // namespace

METERRIG_WIDER_CLONES
void quantise(const double* values, std::size_t count, const Scale& scale, std::int32_t* codes) {
  const Scale s = scale;
  std::size_t i = 0;
#pragma GCC unroll 4
  for (; i + 4 <= count; i += 4) {
    Quad value;
    std::memcpy(&value, values + i, sizeof(value));
    store_codes(value, s, codes + i);
  }
  for (; i < count; ++i) codes[i] = code_of(values[i], s);
}

METERRIG_WIDER_CLONES
void quantise_taps(const TapWeights& weights, const double* samples, std::size_t count,
                   const Scale& scale, std::int32_t* codes) {
  const Scale s = scale;
  weigh_taps(
      weights, samples, count,
      [=](std::size_t i, const Quad& sum) { store_codes(sum, s, codes + i); },
      [=](std::size_t i, double sum) { codes[i] = code_of(sum, s); });
}

Converter::Converter(const ChannelModel& model, double full_scale, double full_code, double rate,
                     std::uint64_t seed, std::uint32_t channel)
    : model_(model), full_scale_(full_scale), noise_(model, full_code, rate, seed, channel) {
  scale_.full = full_code;
  set_warming(0);
}

void Converter::set_warming(double kelvins) {
  scale_.gain = (1 + fraction(model_.gain) + kelvins * fraction(model_.gain_drift)) * scale_.full /
                full_scale_;
  scale_.offset = (fraction(model_.offset) + kelvins * fraction(model_.offset_drift)) * scale_.full;
}

void Converter::convert(std::span<const double> values, std::int64_t first_sample,
                        std::int32_t* codes) {
  if (noise_.silent()) {
    quantise(values.data(), values.size(), scale_, codes);
    return;
  }
  noisy_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    noisy_[i] = scale_.gain * values[i] + scale_.offset;
  noise_.add(first_sample, noisy_);
  quantise(noisy_.data(), noisy_.size(), {.gain = 1, .offset = 0, .full = scale_.full}, codes);
}

void Converter::convert_taps(const TapWeights& weights, const double* samples, std::size_t count,
                             std::int32_t* codes) const {
  quantise_taps(weights, samples, count, scale_, codes);
}

}  // namespace meterrig::reference
