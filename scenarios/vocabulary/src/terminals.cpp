// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/terminals.h"

#include <cmath>

namespace meterrig {

CodeBlock convert(const SampleBlock& block, const Converter& converter, std::int64_t& saturated) {
  const double highest = std::ldexp(1.0, converter.bits - 1) - 1;
  const double lowest = -highest - 1;
  const auto codes_of = [&](std::span<const double> row, double step) {
    std::vector<std::int32_t> codes(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double code = std::nearbyint(row[i] / step);
      if (code < lowest || code > highest) ++saturated;
      codes[i] = static_cast<std::int32_t>(std::fmin(std::fmax(code, lowest), highest));
    }
    return codes;
  };
  CodeBlock result{
      .first_sample = block.first_sample, .rate = block.rate, .volts = {}, .amperes = {}};
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    result.volts.at(phase) = codes_of(block.volts(phase), converter.volts_per_code);
    result.amperes.at(phase) = codes_of(block.amperes(phase), converter.amperes_per_code);
  }
  return result;
}

SampleBlock samples_of(const CodeBlock& block, const Converter& converter) {
  SampleBlock result(block.rate, block.first_sample, block.count());
  const auto fill = [](std::span<double> row, const std::vector<std::int32_t>& codes, double step) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<double>(codes[i]) * step;
  };
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    fill(result.volts(phase), block.volts.at(phase), converter.volts_per_code);
    fill(result.amperes(phase), block.amperes.at(phase), converter.amperes_per_code);
  }
  return result;
}

}  // namespace meterrig
