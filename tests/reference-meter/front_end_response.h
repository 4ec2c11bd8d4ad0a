// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <span>

#include "meterrig/reference/front_end.h"
#include "random_signal.h"

namespace meterrig::reference {

inline FrontEndModel ideal_front_end(int bits = 24) {
  FrontEndModel model{.nominal_rate = {8000, 1},
                      .adc_bits = bits,
                      .voltage_full_scale = volt(500),
                      .current_full_scale = ampere(20),
                      .clock_error = percent(0),
                      .voltage = {},
                      .current = {},
                      .transformer = {}};
  model.voltage.fill({.gain = percent(0), .offset = percent(0), .noise = percent(0)});
  model.current = model.voltage;
  return model;
}

// The codes as volts and amperes again, at the device's nominal rate.
inline SampleBlock converted(FrontEnd& front_end, const FrontEndModel& model,
                             const SignalRecipe& recipe, std::int64_t first, std::size_t count,
                             std::size_t block = 1000) {
  SampleBlock result(model.nominal_rate, first, count);
  CodeBlock codes;
  for (std::size_t at = 0; at < count; at += block) {
    const auto begin = first + static_cast<std::int64_t>(at);
    const std::size_t size = std::min(block, count - at);
    front_end.convert(samples_of(recipe, front_end.true_rate(), begin, size),
                      hertz(recipe.frequency.value()), codes);
    BOOST_TEST_REQUIRE(codes.first_sample == begin);
    for (std::size_t p = 0; p < phase_count; ++p) {
      BOOST_TEST_REQUIRE(codes.volts.at(p).size() == size);
      BOOST_TEST_REQUIRE(codes.amperes.at(p).size() == size);
      const double full = static_cast<double>((std::int64_t{1} << (model.adc_bits - 1)) - 1);
      for (std::size_t i = 0; i < size; ++i) {
        result.volts(p)[at + i] = codes.volts.at(p)[i] * model.voltage_full_scale.in(volt) / full;
        result.amperes(p)[at + i] =
            codes.amperes.at(p)[i] * model.current_full_scale.in(ampere) / full;
      }
    }
  }
  return result;
}

// A sine of one order on all channels, after a time in which the front end settles: what it makes
// of the amplitude and phase, over 50 periods of 50 Hz. 31-bit codes round by 1e-9 at most.
struct Response {
  PerPhase<std::complex<double>> voltage;
  PerPhase<std::complex<double>> current;
};

inline std::complex<double> phasor_of(std::span<const double> row, std::int64_t first,
                                      std::int32_t order) {
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto place = static_cast<double>((first + static_cast<std::int64_t>(i)) * order % 160);
    sum += row[i] * std::polar(1.0, -2 * std::numbers::pi * place / 160);
  }
  return sum * 2.0 / static_cast<double>(row.size());
}

inline Response response_of(const FrontEndModel& model, std::int32_t order, std::size_t settling,
                            double volts = 230, double amperes = 5) {
  SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 1, .voltage = {}, .current = {}};
  for (std::size_t p = 0; p < phase_count; ++p) {
    recipe.voltage[p].dc = volt(0);
    recipe.current[p].dc = ampere(0);
    recipe.voltage[p].noise_rms = volt(0);
    recipe.current[p].noise_rms = ampere(0);
    recipe.voltage[p].components = {{.order = order, .rms = volt(volts), .phase = degree(0)}};
    recipe.current[p].components = {{.order = order, .rms = ampere(amperes), .phase = degree(0)}};
  }
  FrontEnd front_end(model, 1);
  converted(front_end, model, recipe, 0, settling);
  const auto first = static_cast<std::int64_t>(settling);
  const SampleBlock block = converted(front_end, model, recipe, first, 8000);
  // A sine read late by the latency, over a sine: (A e^-jlatency) / j, since phasor_of is of a
  // cosine.
  const double late = 2 * std::numbers::pi * static_cast<double>(front_end.latency()) * order / 160;
  const std::complex<double> turn = std::polar(1.0, late + std::numbers::pi / 2);
  Response response;
  for (std::size_t p = 0; p < phase_count; ++p) {
    response.voltage[p] =
        phasor_of(block.volts(p), first, order) * turn / (std::numbers::sqrt2 * volts);
    response.current[p] =
        phasor_of(block.amperes(p), first, order) * turn / (std::numbers::sqrt2 * amperes);
  }
  return response;
}

}  // namespace meterrig::reference
