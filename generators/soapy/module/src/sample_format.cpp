// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace meterrig::rigloop {
namespace {

constexpr float full_scale = 32767;
using Code = std::array<std::int16_t, 2>;

std::int16_t code_of(float value) {
  return static_cast<std::int16_t>(std::lround(std::clamp(value, -1.0F, 1.0F) * full_scale));
}

}  // namespace

SampleFormat format_of(const std::string& name) {
  if (name == "CF32") return SampleFormat::cf32;
  if (name == "CS16") return SampleFormat::cs16;
  throw std::invalid_argument("rigloop: stream format '" + name + "'; expected CF32 or CS16");
}

std::vector<Sample> samples_from(const void* buffer, std::size_t count, SampleFormat format) {
  std::vector<Sample> samples(count);
  if (format == SampleFormat::cf32) {
    std::memcpy(samples.data(), buffer, count * sizeof(Sample));
    for (Sample& sample : samples)
      sample = {std::clamp(sample.real(), -1.0F, 1.0F), std::clamp(sample.imag(), -1.0F, 1.0F)};
    return samples;
  }
  std::vector<Code> codes(count);
  std::memcpy(codes.data(), buffer, count * sizeof(Code));
  std::transform(codes.begin(), codes.end(), samples.begin(), [](const Code& code) {
    return Sample(static_cast<float>(code[0]) / full_scale,
                  static_cast<float>(code[1]) / full_scale);
  });
  return samples;
}

void put_samples(std::span<const Sample> samples, void* buffer, SampleFormat format) {
  if (format == SampleFormat::cf32) {
    std::memcpy(buffer, samples.data(), samples.size() * sizeof(Sample));
    return;
  }
  std::vector<Code> codes(samples.size());
  std::transform(samples.begin(), samples.end(), codes.begin(), [](const Sample& sample) {
    return Code{code_of(sample.real()), code_of(sample.imag())};
  });
  std::memcpy(buffer, codes.data(), codes.size() * sizeof(Code));
}

}  // namespace meterrig::rigloop
