// SPDX-License-Identifier: GPL-3.0-or-later
#include "converter_noise.h"

#include <cmath>
#include <numbers>

#include "fraction.h"
#include "meterrig/vocabulary/noise.h"

namespace meterrig::reference {
namespace {

// The slowest holds its numbers for 2^19 samples, a minute at 8 kS/s.
constexpr std::uint32_t flicker_levels = 20;

}  // namespace

// Of 1/f noise (Voss and Clarke 1978; McCartney): level k holds a number for 2^k samples, and so
// has the density deviation^2 2^k sinc^2(2^k x) at x cycles a sample. The sum over k is
// deviation^2 / (2 ln 2 x) within -0.7 and +0.3 dB from x = 1e-6 to 0.05, and falls off beyond; at
// the corner that is white^2.
ConverterNoise::ConverterNoise(const ChannelModel& model, double full_code, double rate,
                               std::uint64_t seed, std::uint32_t channel)
    : white_(fraction(model.noise) * full_code),
      shaped_(fraction(model.shaped_noise) * full_code / std::numbers::sqrt2),
      seed_(seed),
      channel_(channel) {
  const double corner = known_or_none(model.flicker_corner.in(hertz)) / rate;
  flicker_ = white_ * std::sqrt(2 * std::numbers::ln2 * corner);
}

void ConverterNoise::add(std::int64_t first_sample, std::span<double> values) {
  if (values.empty()) return;
  if (white_ > 0)
    add_noise({.seed = seed_, .channel = white_noise_stream + channel_}, first_sample, white_,
              values);
  if (flicker_ > 0) add_flicker(first_sample, values);
  if (shaped_ > 0) add_shaped(first_sample, values);
}

void ConverterNoise::add_flicker(std::int64_t first_sample, std::span<double> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  for (std::uint32_t level = 0; level < flicker_levels; ++level) {
    const std::int64_t first = first_sample >> level;
    const std::int64_t last = (first_sample + count - 1) >> level;
    drawn_.assign(static_cast<std::size_t>(last - first + 1), 0.0);
    add_noise({.seed = seed_, .channel = flicker_stream + 8 * level + channel_}, first, flicker_,
              drawn_);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::int64_t sample = first_sample + static_cast<std::int64_t>(i);
      values[i] += drawn_[static_cast<std::size_t>((sample >> level) - first)];
    }
  }
}

// Nothing comes before sample 0.
void ConverterNoise::add_shaped(std::int64_t first_sample, std::span<double> values) {
  drawn_.assign(values.size() + 1, 0.0);
  const bool begins = first_sample == 0;
  const std::span<double> from = std::span(drawn_).subspan(begins ? 1 : 0);
  add_noise({.seed = seed_, .channel = shaped_noise_stream + channel_},
            begins ? 0 : first_sample - 1, shaped_, from);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += drawn_[i + 1] - drawn_[i];
}

}  // namespace meterrig::reference
