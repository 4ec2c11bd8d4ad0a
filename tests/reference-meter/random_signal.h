// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "meterrig/reference/meter.h"
#include "meterrig/synthesis/closed_form.h"
#include "meterrig/synthesis/synthesis.h"

namespace meterrig {

// Three phases near 230 V and 5 A, any angles, harmonics up to `highest` of up to 20 % / sqrt(h),
// dc.
inline SignalRecipe random_recipe(std::mt19937_64& random, Rational frequency,
                                  std::int32_t highest) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  SignalRecipe recipe{.frequency = frequency, .noise_seed = random(), .voltage = {}, .current = {}};
  const auto fill = [&](auto& channel, auto unit, double rms) {
    channel.dc = unit(0.01 * rms * uniform(random));
    channel.noise_rms = unit(0);
    for (std::int32_t h = 1; h <= highest; ++h)
      channel.components.push_back(
          {.order = h,
           .rms = unit(h == 1 ? rms : 0.2 * rms * std::abs(uniform(random)) / std::sqrt(h)),
           .phase = degree(180 * uniform(random))});
  };
  for (auto& channel : recipe.voltage) fill(channel, volt, 230 * (1 + 0.1 * uniform(random)));
  for (auto& channel : recipe.current) fill(channel, ampere, 5 * (1 + 0.5 * uniform(random)));
  return recipe;
}

inline SampleBlock samples_of(const SignalRecipe& recipe, Rational rate, std::int64_t first,
                              std::size_t count) {
  auto source = synthesis::Synthesis::create(recipe, rate);
  BOOST_TEST_REQUIRE(source.has_value());
  SampleBlock block(rate, first, count);
  BOOST_TEST_REQUIRE(source->read(block).has_value());
  return block;
}

/// Largest error of u, i, p and q1 of a reading, relative to U, I and S.
inline double worst_error(const reference::MeterReading& reading,
                          const synthesis::ClosedForm& truth) {
  double worst = 0;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const reference::PhaseReading& phase = reading.phase.at(p);
    const double s = truth.s.at(p).in(volt_ampere);
    worst = std::max({worst, std::abs(phase.u / truth.u.at(p) - 1),
                      std::abs(phase.i / truth.i.at(p) - 1),
                      std::abs((phase.p - truth.p.at(p)).in(watt)) / s,
                      std::abs((phase.q1 - truth.q1.at(p)).in(var)) / s});
  }
  return worst;
}

}  // namespace meterrig
