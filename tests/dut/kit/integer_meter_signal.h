// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "integer_meter.h"
#include "meterrig/synthesis/synthesis.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::test {

inline Converter integer_meter_converter() {
  return {.rate = {INTEGER_METER_RATE, 1},
          .bits = INTEGER_METER_BITS,
          .volts_per_code = 60e-6,
          .amperes_per_code = 1.5e-6};
}

/// A recipe as codes of the integer meter's converter, in blocks that follow one another.
class Codes {
 public:
  explicit Codes(const SignalRecipe& recipe) {
    auto made = synthesis::Synthesis::create(recipe, integer_meter_converter().rate);
    BOOST_REQUIRE(made.has_value());
    signal_ = std::make_unique<synthesis::Synthesis>(std::move(*made));
  }
  CodeBlock next(std::size_t count) {
    SampleBlock block(integer_meter_converter().rate, next_, count);
    BOOST_REQUIRE(signal_->read(block).has_value());
    next_ += static_cast<std::int64_t>(count);
    std::int64_t saturated = 0;
    CodeBlock codes = convert(block, integer_meter_converter(), saturated);
    BOOST_REQUIRE(saturated == 0);
    return codes;
  }

 private:
  std::unique_ptr<synthesis::Synthesis> signal_;
  std::int64_t next_ = 0;
};

/// Sines of three phases: the load of each lags by `lag`.
inline SignalRecipe sines(double volts, double amperes, double lag_degrees,
                          Rational frequency = {50, 1}) {
  SignalRecipe recipe{.frequency = frequency, .voltage = {}, .current = {}};
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double angle = -120.0 * static_cast<double>(p);
    recipe.voltage.at(p) = {
        .dc = volt(0),
        .components = {{.order = 1, .rms = volt(volts), .phase = degree(angle)}},
        .noise_rms = volt(0)};
    recipe.current.at(p) = {
        .dc = ampere(0),
        .components = {{.order = 1, .rms = ampere(amperes), .phase = degree(angle - lag_degrees)}},
        .noise_rms = ampere(0)};
  }
  return recipe;
}

}  // namespace meterrig::test
