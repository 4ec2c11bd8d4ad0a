// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/wide.h"

#include "delay_line.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace meterrig::reference {
namespace {

// The product of k - j over the taps j other than k.
constexpr TapWeights divisors{-5040, 720, -240, 144, -144, 240, -720, 5040};

template <class Vector>
[[gnu::always_inline]] inline void interpolate_by(const TapWeights& weights, const double* samples,
                                                  double* values, std::size_t count) {
  weigh_taps<Vector>(
      weights, samples, count, [=](std::size_t i, const Vector& sum) { store(values + i, sum); },
      [=](std::size_t i, double sum) { values[i] = sum; });
}

METERRIG_WIDER_CLONES
void interpolate_by_four(const TapWeights& weights, const double* samples, double* values,
                         std::size_t count) {
  interpolate_by<Quad>(weights, samples, values, count);
}

METERRIG_AVX512
void interpolate_by_eight(const TapWeights& weights, const double* samples, double* values,
                          std::size_t count) {
  interpolate_by<Oct>(weights, samples, values, count);
}

}  // namespace

void interpolate(const TapWeights& weights, const double* samples, double* values,
                 std::size_t count) {
  (has_avx512() ? interpolate_by_eight : interpolate_by_four)(weights, samples, values, count);
}

DelayLine::DelayLine(double longest_lead) : longest_lead_(longest_lead) {
  const auto whole = static_cast<std::size_t>(std::ceil(longest_lead));
  latency_ = whole + least_latency;
  kept_ = latency_ + whole + least_latency + 1;
  lead_ = std::numeric_limits<double>::quiet_NaN();
  set_lead(0);
  reset();
}

void DelayLine::reset() { joined_.assign(kept_, 0.0); }

void DelayLine::set_lead(double samples) {
  if (latency_ == 0) return;
  const double lead = std::clamp(samples, -longest_lead_, longest_lead_);
  if (lead == lead_) return;
  lead_ = lead;
  const double place = lead - static_cast<double>(latency_);  // against the sample read, <= -4
  const double whole = std::floor(place);
  oldest_ = static_cast<std::size_t>(static_cast<double>(least_latency - 1) - whole);
  // Between taps 3 and 4, in samples from each of them.
  const double at = (place - whole) + static_cast<double>(least_latency - 1);
  TapWeights distance{};
  for (std::size_t k = 0; k < tap_count; ++k) distance[k] = at - static_cast<double>(k);
  // The products of all but one, by those before it and those behind it; and their derivatives.
  TapWeights before{1};
  TapWeights slope_before{0};
  for (std::size_t k = 1; k < tap_count; ++k) {
    before[k] = before[k - 1] * distance[k - 1];
    slope_before[k] = slope_before[k - 1] * distance[k - 1] + before[k - 1];
  }
  double behind = 1;
  double slope_behind = 0;
  for (std::size_t k = tap_count; k-- > 0;) {
    weights_[k] = before[k] * behind / divisors[k];
    slope_weights_[k] = (slope_before[k] * behind + before[k] * slope_behind) / divisors[k];
    slope_behind = slope_behind * distance[k] + behind;
    behind *= distance[k];
  }
}

void DelayLine::begin(const double* block, std::size_t count) {
  block_ = block;
  count_ = count;
  const std::size_t shared = std::min(kept_, count);
  joined_.resize(kept_ + shared);
  std::copy_n(block, shared, joined_.begin() + static_cast<std::ptrdiff_t>(kept_));
}

void DelayLine::finish() {
  const auto kept = static_cast<std::ptrdiff_t>(kept_);
  if (count_ >= kept_)
    std::copy_n(block_ + (count_ - kept_), kept_, joined_.begin());
  else
    std::copy_n(joined_.begin() + static_cast<std::ptrdiff_t>(count_), kept, joined_.begin());
}

// Sample i - back; the last kept_ samples before sample i are at hand.
DelayLine::Run DelayLine::from(std::size_t i, std::size_t back, std::size_t count) const {
  if (i >= kept_) return {block_ + (i - back), count};
  return {joined_.data() + (kept_ + i - back), std::min(count, kept_ - i)};
}

DelayLine::Run DelayLine::late(std::size_t i, std::size_t count) const {
  return from(i, latency_, count);
}

TapWeights DelayLine::scaled(TapWeights weights, double scale) {
  for (double& weight : weights) weight *= scale;
  return weights;
}

void DelayLine::weigh(const TapWeights& weights, std::size_t i, std::span<double> values) const {
  while (!values.empty()) {
    const Run run = tapped(i, values.size());
    interpolate(weights, run.samples, values.data(), run.count);
    values = values.subspan(run.count);
    i += run.count;
  }
}

void DelayLine::read(std::size_t i, double scale, std::span<double> values) const {
  weigh(scaled(weights_, scale), i, values);
}

void DelayLine::read_slopes(std::size_t i, double scale, std::span<double> slopes) const {
  weigh(scaled(slope_weights_, scale), i, slopes);
}

}  // namespace meterrig::reference
