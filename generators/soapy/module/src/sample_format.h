// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "air.h"

namespace meterrig::rigloop {

/// How samples lie in a stream's buffers: pairs of I and Q.
enum class SampleFormat {
  cf32,  ///< floats, full scale 1
  cs16,  ///< 16-bit integers, full scale 32767
};

/// Of SoapySDR's names "CF32" and "CS16"; others throw std::invalid_argument.
[[nodiscard]] SampleFormat format_of(const std::string& name);
/// The buffer's samples; beyond full scale they are clipped.
[[nodiscard]] std::vector<Sample> samples_from(const void* buffer, std::size_t count,
                                               SampleFormat format);
void put_samples(std::span<const Sample> samples, void* buffer, SampleFormat format);

}  // namespace meterrig::rigloop
