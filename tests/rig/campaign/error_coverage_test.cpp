// SPDX-License-Identifier: GPL-3.0-or-later
// How often the stated error +- U covers the true one, counted over thousands of measurements of a
// point by the procedure itself. The device's pulse intervals scatter each by itself, and its edges
// come at multiples of its position quantum.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "meterrig/campaign/procedure.h"
#include "scripted_bench.h"
#include "shipped_inputs.h"

using namespace meterrig;
using meterrig::test::ScriptedBench;

namespace {

constexpr int points = 3000;

// Share of points whose true error lies within U of the one that is found.
double coverage(const std::string& id, double interval_noise) {
  const campaign::Inputs inputs = test::shipped_inputs();
  const v1::PlannedPoint point = test::point(test::plan_of(inputs), id);
  const auto procedure = campaign::find_procedure(point.procedure());
  int inside = 0;
  for (int i = 0; i < points; ++i) {
    ScriptedBench bench;
    bench.seed(static_cast<std::uint64_t>(i));
    bench.gain_percent = 0.1 + 1e-5 * i;  // so that the edges meet the quantum everywhere
    bench.interval_noise = interval_noise;
    bench.position_quantum = 1e-3;
    campaign::PointContext context{
        .point = point,
        .rule = inputs.suites[0].message.suite().decision_rule(),
        .device = inputs.device.message.device(),
        .standard = inputs.standards[0].message.standard(),
        .bench = bench,
        .seed = 1,
        .longest = hour(2),
        .earlier = [](std::string_view) -> const v1::PointResult* { return nullptr; },
        .progress = [](double) { return true; }};
    const auto result = procedure(context);
    BOOST_REQUIRE(result.has_value());
    BOOST_REQUIRE(result->has_value());
    if (std::abs(result->value() - bench.gain_percent) <= result->expanded_uncertainty()) ++inside;
  }
  return static_cast<double>(inside) / points;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(error_coverage)

// 95.45 % are stated; four standard deviations of the share counted are 1.5 %.
BOOST_AUTO_TEST_CASE(a_scatter_that_dominates_is_covered_as_stated) {
  for (const char* id : {"balanced/import/Imax/1", "balanced/import/In/0.5i"}) {
    const double found = coverage(id, 0.01);
    BOOST_TEST(std::abs(found - 0.9545) < 0.015, id << ": " << found);
  }
}

BOOST_AUTO_TEST_SUITE_END()
