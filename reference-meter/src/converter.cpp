// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/wide.h"

#include "converter.h"

#include <bit>
#include <cstring>

#include "fraction.h"

namespace meterrig::reference {
namespace {

// 1.5 2^52: what is added to it loses its fraction, to the nearest even, and stands in the low half
// of the sum's bits.
constexpr double rounder = 6755399441055744.0;

// The words of a vector of doubles, and as many codes.
template <class Vector>
struct Bits;
template <>
struct Bits<Quad> {
  using Words = std::int64_t __attribute__((vector_size(32)));
  using Codes = std::int32_t __attribute__((vector_size(16)));
};
template <>
struct Bits<Oct> {
  using Words = std::int64_t __attribute__((vector_size(64)));
  using Codes = std::int32_t __attribute__((vector_size(32)));
};

template <class Vector>
[[gnu::always_inline]] inline void store_codes(const Vector& from, const Scale& scale,
                                               std::int32_t* codes) {
  const Vector high = scale.full - Vector{};
  Vector value = scale.gain * from + scale.offset;
  value = value < high ? value : high;
  value = value > -high ? value : -high;
  value += rounder;
  typename Bits<Vector>::Words words;
  std::memcpy(&words, &value, sizeof(words));
  const auto low = __builtin_convertvector(words, typename Bits<Vector>::Codes);
  std::memcpy(codes, &low, sizeof(low));
}

inline std::int32_t code_of(double from, const Scale& scale) {
  double value = scale.gain * from + scale.offset;
  value = value < scale.full ? value : scale.full;
  value = value > -scale.full ? value : -scale.full;
  return static_cast<std::int32_t>(std::bit_cast<std::uint64_t>(value + rounder));
}

METERRIG_WIDER_CLONES
void apply(const Scale& scale, std::span<const double> values, double* scaled) {
  const double gain = scale.gain;
  const double offset = scale.offset;
  for (std::size_t i = 0; i < values.size(); ++i) scaled[i] = gain * values[i] + offset;
}

template <class Vector>
[[gnu::always_inline]] inline void quantise_by(const double* values, std::size_t count,
                                               const Scale& scale, std::int32_t* codes) {
  constexpr std::size_t together = sizeof(Vector) / sizeof(double);
  const Scale s = scale;
  std::size_t i = 0;
#pragma GCC unroll 4
  for (; i + together <= count; i += together) {
    Vector value;
    load(value, values + i);
    store_codes(value, s, codes + i);
  }
  for (; i < count; ++i) codes[i] = code_of(values[i], s);
}

template <class Vector>
[[gnu::always_inline]] inline void quantise_taps_by(const TapWeights& weights,
                                                    const double* samples, std::size_t count,
                                                    const Scale& scale, std::int32_t* codes) {
  const Scale s = scale;
  weigh_taps<Vector>(
      weights, samples, count,
      [=](std::size_t i, const Vector& sum) { store_codes(sum, s, codes + i); },
      [=](std::size_t i, double sum) { codes[i] = code_of(sum, s); });
}

METERRIG_WIDER_CLONES
void quantise_by_four(const double* values, std::size_t count, const Scale& scale,
                      std::int32_t* codes) {
  quantise_by<Quad>(values, count, scale, codes);
}

METERRIG_AVX512
void quantise_by_eight(const double* values, std::size_t count, const Scale& scale,
                       std::int32_t* codes) {
  quantise_by<Oct>(values, count, scale, codes);
}

METERRIG_WIDER_CLONES
void quantise_taps_by_four(const TapWeights& weights, const double* samples, std::size_t count,
                           const Scale& scale, std::int32_t* codes) {
  quantise_taps_by<Quad>(weights, samples, count, scale, codes);
}

METERRIG_AVX512
void quantise_taps_by_eight(const TapWeights& weights, const double* samples, std::size_t count,
                            const Scale& scale, std::int32_t* codes) {
  quantise_taps_by<Oct>(weights, samples, count, scale, codes);
}

}  // namespace

void quantise(const double* values, std::size_t count, const Scale& scale, std::int32_t* codes) {
  (has_avx512() ? quantise_by_eight : quantise_by_four)(values, count, scale, codes);
}

void quantise_taps(const TapWeights& weights, const double* samples, std::size_t count,
                   const Scale& scale, std::int32_t* codes) {
  (has_avx512() ? quantise_taps_by_eight : quantise_taps_by_four)(weights, samples, count, scale,
                                                                  codes);
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
  apply(scale_, values, noisy_.data());
  noise_.add(first_sample, noisy_);
  quantise(noisy_.data(), noisy_.size(), {.gain = 1, .offset = 0, .full = scale_.full}, codes);
}

void Converter::convert_taps(const TapWeights& weights, const double* samples, std::size_t count,
                             std::int32_t* codes) const {
  quantise_taps(weights, samples, count, scale_, codes);
}

}  // namespace meterrig::reference
