// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/simulated_budget.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace meterrig;
using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

using Lines = std::vector<Contribution>;

Contribution normal(double u, double degrees = std::numeric_limits<double>::infinity()) {
  return {.name = "n",
          .type = 'B',
          .distribution = Distribution::normal,
          .standard_uncertainty = u,
          .degrees_of_freedom = degrees};
}

SimulatedBudget simulated(const Lines& lines, const BudgetTrials& run = {}) {
  const auto found = simulate_budget(lines, expand(lines), run);
  BOOST_REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
  return *found;
}

// Six standard deviations of an end of the interval of a normal sum: sqrt(0.02275 x 0.97725 / n)
// over the density there, 0.05399 / u.
double six_deviations(const SimulatedBudget& found, double u) {
  return 6 * u * std::sqrt(0.02275 * 0.97725 / static_cast<double>(found.trials)) / 0.05399;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulated_budget)

// 95.45 % of a normal distribution lie within 2.0000 u, of a rectangular one within 0.9545 sqrt(3)
// u = 1.6532 u, of a triangular one within (1 - sqrt(0.0455)) sqrt(6) u = 1.9270 u.
BOOST_AUTO_TEST_CASE(one_line_has_the_interval_of_its_distribution) {
  const auto half_width = [](const Lines& lines) {
    const SimulatedBudget found = simulated(lines, {.trials = 64000});
    return 0.5 * (found.symmetric.high - found.symmetric.low);
  };
  BOOST_TEST(half_width({normal(0.1)}) == 0.2, tolerance(0.03));
  BOOST_TEST(half_width({rectangular("r", 0.1 * std::sqrt(3.0))}) == 0.16532, tolerance(0.01));
  BOOST_TEST(half_width({triangular("t", 0.1 * std::sqrt(6.0))}) == 0.19270, tolerance(0.02));
}

// Normal lines are drawn as one: the whole interval against that of all lines drawn one by one.
BOOST_AUTO_TEST_CASE(many_lines_have_the_interval_of_expand_by_simulation) {
  const Lines lines{normal(0.03),    normal(0.04),           triangular("t", 0.1),
                    normal(0.05, 4), rectangular("r", 0.06), normal(0)};
  const SimulatedBudget found = simulated(lines, {.seed = 7, .trials = 64000});
  const auto slow = expand_by_simulation(lines, {.seed = 3, .probability = 0.9545});
  BOOST_REQUIRE(slow.has_value());
  const double u = expand(lines).standard;
  const double bound = six_deviations(found, u) + 0.01 * u;  // k of the other is rounded
  BOOST_TEST(std::abs(found.symmetric.high - slow->expanded) < bound);
  BOOST_TEST(std::abs(found.symmetric.low + slow->expanded) < bound);
  // Student's t of 4 degrees scatters by sqrt(2) of its s.
  BOOST_TEST(found.standard_uncertainty ==
                 std::sqrt(0.03 * 0.03 + 0.04 * 0.04 + 0.01 / 6 + 2 * 0.05 * 0.05 + 0.0036 / 3),
             tolerance(0.03));
}

// u = 0.1 has the one digit 1 and delta = 0.05, u = 0.09 the digit 9 and delta = 0.005. A
// rectangular line alone is 0.3468 u inside of +-2 u.
BOOST_AUTO_TEST_CASE(agreement_is_to_one_digit_of_the_uncertainty) {
  const SimulatedBudget fine = simulated({rectangular("r", 0.1 * std::sqrt(3.0))});
  BOOST_TEST(fine.tolerance == 0.05);
  BOOST_TEST(fine.agrees);
  BOOST_TEST(fine.trials == 4000);
  const SimulatedBudget not_fine = simulated({rectangular("r", 0.09 * std::sqrt(3.0))});
  BOOST_TEST(not_fine.tolerance == 0.005);
  BOOST_TEST(!not_fine.agrees);
  BOOST_TEST(not_fine.trials == 4000);
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8}) {
    const SimulatedBudget normals = simulated({normal(0.1), normal(0.009)}, {.seed = seed});
    BOOST_TEST(normals.agrees);
  }
}

// Delta of u = 0.0949 is 0.053 u, and the ends of 4000 normal sums scatter by as much: that is no
// disagreement. A triangular line is 0.073 u off, which cannot be told from it either; two
// rectangular ones, one a third of the other, have an end at (4 - sqrt(0.546)) / 3 of the greater
// half-width, 0.21 u off.
BOOST_AUTO_TEST_CASE(what_the_simulation_itself_scatters_by_is_no_disagreement) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8}) {
    BOOST_TEST(simulated({normal(0.0949)}, {.seed = seed}).agrees);
    BOOST_TEST(simulated({triangular("t", 0.0949 * std::sqrt(6.0))}, {.seed = seed}).agrees);
    const double a = 0.09 * std::sqrt(3.0);
    BOOST_TEST(!simulated({rectangular("r", a), rectangular("s", a / 3)}, {.seed = seed}).agrees);
  }
}

// A line of 0.02 of u, whatever its shape: as the normal one.
BOOST_AUTO_TEST_CASE(the_shape_of_a_small_line_does_not_matter) {
  const SimulatedBudget a = simulated({normal(0.1), rectangular("r", 0.002 * std::sqrt(3.0))});
  const SimulatedBudget b = simulated({normal(0.1), normal(0.002, 1)});
  BOOST_TEST(a.symmetric.low == b.symmetric.low);
}

BOOST_AUTO_TEST_CASE(a_seed_gives_its_own_numbers_and_always_the_same) {
  const Lines lines{normal(0.1), rectangular("r", 0.2)};
  const SimulatedBudget one = simulated(lines, {.seed = 1});
  const SimulatedBudget again = simulated(lines, {.seed = 1});
  BOOST_TEST(one.symmetric.low == again.symmetric.low);
  BOOST_TEST(one.standard_uncertainty == again.standard_uncertainty);
  BOOST_TEST(one.symmetric.low != simulated(lines, {.seed = 2}).symmetric.low);
}

BOOST_AUTO_TEST_CASE(what_is_unknown_is_not_simulated_and_what_is_zero_is_zero) {
  BOOST_TEST(simulated({normal(0), normal(0)}).agrees);
  BOOST_TEST(simulated({normal(0)}).symmetric.high == 0);
  const Lines unknown{normal(std::numeric_limits<double>::quiet_NaN())};
  BOOST_TEST(!simulate_budget(unknown, expand(unknown), {}));
  BOOST_TEST(!simulate_budget({}, expand({}), {}));
  const Lines known{normal(1)};
  BOOST_TEST(!simulate_budget(known, expand(known), {.trials = 40}));
}

BOOST_AUTO_TEST_SUITE_END()
