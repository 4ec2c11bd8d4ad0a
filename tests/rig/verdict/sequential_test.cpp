// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/sequential.h"

#include <array>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "meterrig/vocabulary/noise.h"

using namespace meterrig;
using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

std::vector<double> equal_steps(std::size_t looks) {
  std::vector<double> information(looks);
  for (std::size_t i = 0; i < looks; ++i) information[i] = static_cast<double>(i + 1);
  return information;
}

struct Campaign {
  double accepted = 0;      // share of the meters
  double rejected = 0;      // share
  double observations = 0;  // mean
};

// Meters of one true error, observed with spread 1 until the test stops; `bias` is the deviation of
// what does not average.
Campaign meters(const StoppingBoundary& boundary, double limit, double truth, std::size_t count,
                double bias = 0) {
  const auto most = static_cast<std::size_t>(boundary.looks.back().observations);
  Campaign result;
  std::vector<double> errors(most);
  std::vector<double> biases(count, truth);
  add_noise({21, 1}, 0, bias, biases);
  for (std::size_t meter = 0; meter < count; ++meter) {
    errors.assign(most, biases[meter]);
    add_noise({21, 0}, static_cast<std::int64_t>(meter * most), 1.0, errors);
    SequentialTest test(boundary, limit);
    SequentialOutcome outcome = SequentialOutcome::go_on;
    for (std::size_t i = 0; i < most && outcome == SequentialOutcome::go_on; ++i)
      outcome = test.observe(errors[i]);
    const double share = 1 / static_cast<double>(count);
    if (outcome == SequentialOutcome::accept) result.accepted += share;
    if (outcome == SequentialOutcome::reject) result.rejected += share;
    result.observations += static_cast<double>(test.observations()) * share;
  }
  return result;
}

// The rule that one would write without a second thought: after each block |mean| + 2 s / sqrt(n)
// against the limit.
StoppingBoundary naive(std::int64_t first, std::int64_t last, double factor) {
  StoppingBoundary boundary;
  for (std::int64_t n = first; n <= last; ++n) boundary.looks.push_back({n, factor});
  return boundary;
}

double bound_of(double p, std::size_t n) {
  return 4 * std::sqrt(p * (1 - p) / static_cast<double>(n));
}

// Far from the other limit, so that only one is in play.
constexpr double far_limit = 50;

}  // namespace

BOOST_AUTO_TEST_SUITE(sequential)

BOOST_AUTO_TEST_CASE(boundaries_are_the_published_ones) {
  // Two-sided 5 %, equal steps (Jennison and Turnbull 2000, tables 2.1 and 2.3).
  constexpr std::array<std::pair<std::size_t, double>, 6> pocock{
      {{1, 1.960}, {2, 2.178}, {3, 2.289}, {4, 2.361}, {5, 2.413}, {10, 2.555}}};
  constexpr std::array<std::pair<std::size_t, double>, 6> obrien_fleming{
      {{1, 1.960}, {2, 1.977}, {3, 2.004}, {4, 2.024}, {5, 2.040}, {10, 2.087}}};
  for (const auto& [looks, c] : pocock) {
    const auto bounds =
        sequential_bounds(equal_steps(looks), BoundaryShape::pocock, 0.05, Sides::two);
    BOOST_TEST(std::abs(bounds.front() - c) < 0.0006);
    BOOST_TEST(bounds.front() == bounds.back());
  }
  for (const auto& [looks, c] : obrien_fleming) {
    const auto bounds =
        sequential_bounds(equal_steps(looks), BoundaryShape::obrien_fleming, 0.05, Sides::two);
    BOOST_TEST(std::abs(bounds.back() - c) < 0.0006);
    BOOST_TEST(bounds.front() == bounds.back() * std::sqrt(static_cast<double>(looks)),
               tolerance(1e-12));
    // One side at half the risk is almost the same: crossing both is rare.
    const auto one =
        sequential_bounds(equal_steps(looks), BoundaryShape::obrien_fleming, 0.025, Sides::one);
    BOOST_TEST(one.back() == bounds.back(), tolerance(1e-4));
  }
}

BOOST_AUTO_TEST_CASE(repeated_looks_at_five_percent_find_what_is_known) {
  // Armitage, McPherson and Rowe 1969, table 2.
  constexpr std::array<std::pair<std::size_t, double>, 7> table{
      {{1, 0.050}, {2, 0.083}, {3, 0.107}, {4, 0.126}, {5, 0.142}, {10, 0.193}, {20, 0.248}}};
  for (const auto& [looks, share] : table) {
    const std::vector<double> bounds(looks, 1.959964);
    BOOST_TEST(std::abs(crossing_probability(equal_steps(looks), bounds, Sides::two) - share) <
               0.0006);
  }
}

BOOST_AUTO_TEST_CASE(unequal_steps_have_the_probability_of_counted_walks) {
  const std::array information{3.0, 4.0, 9.0, 9.5, 20.0};
  const std::array bounds{2.4, 1.9, 2.2, 1.8, 2.0};
  constexpr std::size_t walks = 400000;
  std::vector<double> steps(walks * information.size());
  add_noise({31, 0}, 0, 1.0, steps);
  double one = 0;
  double two = 0;
  for (std::size_t w = 0; w < walks; ++w) {
    double sum = 0;
    double before = 0;
    bool above = false;
    bool below = false;
    for (std::size_t k = 0; k < information.size(); ++k) {
      sum += steps[w * information.size() + k] * std::sqrt(information[k] - before);
      before = information[k];
      if (sum / std::sqrt(before) > bounds[k]) above = true;
      if (sum / std::sqrt(before) < -bounds[k]) below = true;
    }
    if (above) one += 1.0 / walks;
    if (above || below) two += 1.0 / walks;
  }
  BOOST_TEST(std::abs(crossing_probability(information, bounds, Sides::one) - one) <
             bound_of(one, walks));
  BOOST_TEST(std::abs(crossing_probability(information, bounds, Sides::two) - two) <
             bound_of(two, walks));
}

BOOST_AUTO_TEST_CASE(a_single_look_is_the_ordinary_quantile) {
  const auto known = boundary_for_known_spread({.first_look = 7, .last_look = 7}, 0.3);
  BOOST_REQUIRE((known && known->looks.size() == 1));
  BOOST_TEST(known->looks[0].factor == 1.959964, tolerance(1e-6));
  for (const std::int64_t n : {2, 3, 10, 40}) {
    const auto found = boundary_for_estimated_spread({.first_look = n, .last_look = n});
    BOOST_REQUIRE(found);
    const boost::math::students_t student(static_cast<double>(n - 1));
    BOOST_TEST(found->looks[0].factor == quantile(complement(student, 0.025)), tolerance(1e-9));
    // The chain's integral, which the single look did not need: to a thousandth of the usual risk.
    for (const double t : {0.5, 2.0, 4.0})
      BOOST_TEST(std::abs(student_crossing_probability(std::array{Look{n, t}}) -
                          cdf(complement(student, t))) < 2.5e-5);
  }
}

BOOST_AUTO_TEST_CASE(students_chain_has_the_probability_of_counted_meters) {
  // Crossing from above is accepting from below.
  const StoppingBoundary uneven{.looks = {{2, 6.0}, {3, 3.0}, {6, 2.2}, {11, 2.0}},
                                .spread = std::nullopt};
  constexpr std::size_t count = 200000;
  const double exact = student_crossing_probability(uneven.looks);
  const auto found = meters(uneven, far_limit, far_limit, count);
  BOOST_TEST(std::abs(found.accepted + found.rejected - 2 * exact) < 2 * bound_of(exact, count));
  // Stopped by a rejection some never come to be accepted: a little less.
  BOOST_TEST(found.accepted < exact + bound_of(exact, count));
}

BOOST_AUTO_TEST_CASE(a_naive_rule_accepts_four_times_as_many_meters_at_the_limit) {
  // Ten equal steps at 1.96 standard deviations: 19.3 % on two sides, 9.7 % on one.
  const std::vector<double> two_sigma(10, 1.959964);
  BOOST_TEST(crossing_probability(equal_steps(10), two_sigma, Sides::one) == 0.0968,
             tolerance(0.002));
  // The same number with k = 2 and s: a look after each block from the 10th to the 25th.
  constexpr std::size_t count = 100000;
  const auto rule = naive(10, 25, 2.0);
  BOOST_TEST(student_crossing_probability(rule.looks) == 0.097, tolerance(0.01));
  // A meter just beyond its limit; nothing stops this rule but acceptance and the last block.
  double accepted = 0;
  std::vector<double> errors(25);
  for (std::size_t meter = 0; meter < count; ++meter) {
    errors.assign(25, far_limit);
    add_noise({41, 0}, static_cast<std::int64_t>(meter * 25), 1.0, errors);
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < errors.size(); ++i) {
      sum += errors[i] - far_limit;
      squares += (errors[i] - far_limit) * (errors[i] - far_limit);
      const auto n = static_cast<double>(i + 1);
      if (n < 10) continue;
      const double s = std::sqrt((squares - sum * sum / n) / (n - 1));
      if (sum / n + 2 * s / std::sqrt(n) <= 0) {
        accepted += 1.0 / count;
        break;
      }
    }
  }
  BOOST_TEST(std::abs(accepted - 0.097) < bound_of(0.097, count));
}

BOOST_AUTO_TEST_CASE(a_meter_at_its_limit_is_accepted_at_the_demanded_risk) {
  constexpr std::size_t count = 100000;
  for (const BoundaryShape shape : {BoundaryShape::pocock, BoundaryShape::obrien_fleming}) {
    const SequentialPlan plan{.first_look = 3, .last_look = 25, .shape = shape};
    for (const auto& boundary :
         {boundary_for_estimated_spread(plan), boundary_for_known_spread(plan, 1.0)}) {
      BOOST_REQUIRE(boundary);
      if (!boundary->spread)
        BOOST_TEST(student_crossing_probability(boundary->looks) == 0.025, tolerance(1e-4));
      const auto at_limit = meters(*boundary, far_limit, far_limit, count);
      BOOST_TEST(at_limit.accepted < 0.025 + bound_of(0.025, count));
      BOOST_TEST(at_limit.accepted > 0.02);  // and not for being timid
      BOOST_TEST(at_limit.rejected < 0.025 + bound_of(0.025, count));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_narrow_limit_is_no_easier_to_meet) {
  // With both limits in play a meter at one of them is accepted no more often.
  const auto boundary = boundary_for_estimated_spread({.first_look = 3, .last_look = 25});
  constexpr std::size_t count = 50000;
  for (const double limit : {0.3, 1.0, 3.0})
    BOOST_TEST(meters(*boundary, limit, -limit, count).accepted < 0.025 + bound_of(0.025, count));
}

BOOST_AUTO_TEST_CASE(what_does_not_average_is_part_of_the_risk) {
  constexpr std::size_t count = 100000;
  for (const double bias : {0.1, 0.5, 3.0}) {
    const auto boundary = boundary_for_known_spread({.first_look = 3, .last_look = 25}, 1.0, bias);
    BOOST_REQUIRE(boundary);
    const auto found = meters(*boundary, far_limit, far_limit, count, bias);
    BOOST_TEST(found.accepted < 0.025 + bound_of(0.025, count));
    BOOST_TEST(found.accepted > 0.02);
  }
  // What a look adds grows less with it, and the factor comes near that of one look.
  const auto factor = [](double bias) {
    return boundary_for_known_spread({.first_look = 3, .last_look = 25}, 1.0, bias)
        ->looks[0]
        .factor;
  };
  BOOST_TEST(factor(0) > factor(0.5));
  BOOST_TEST(factor(0.5) > factor(3));
  BOOST_TEST(factor(3) > 1.96);
  BOOST_TEST(factor(100) < 2.1);
}

BOOST_AUTO_TEST_CASE(a_good_meter_needs_few_looks) {
  // Spread of a block a fifth of the limit; 25 blocks at most.
  constexpr std::size_t count = 20000;
  const auto boundary = boundary_for_estimated_spread({.first_look = 3, .last_look = 25});
  const auto good = meters(*boundary, 5, 1, count);
  BOOST_TEST(good.accepted > 0.999);
  BOOST_TEST(good.observations < 6);
  const auto bad = meters(*boundary, 5, 9, count);
  BOOST_TEST(bad.rejected > 0.999);
  BOOST_TEST(bad.observations < 6);
  // Pocock's shape stops a good meter before O'Brien and Fleming's.
  const auto strict = boundary_for_estimated_spread(
      {.first_look = 3, .last_look = 25, .shape = BoundaryShape::obrien_fleming});
  BOOST_TEST(meters(*strict, 5, 1, count).observations > good.observations);
  // A known spread stops at the first look.
  const auto known = boundary_for_known_spread({.first_look = 3, .last_look = 25}, 1.0);
  BOOST_TEST(meters(*known, 5, 1, count).observations < 3.1);
}

BOOST_AUTO_TEST_CASE(many_observations_make_an_estimated_spread_a_known_one) {
  const SequentialPlan plan{.first_look = 40, .last_look = 200, .step = 40};
  const auto known = boundary_for_known_spread(plan, 1.0);
  const auto estimated = boundary_for_estimated_spread(plan);
  BOOST_REQUIRE((known && estimated && known->looks.size() == 5));
  BOOST_TEST(known->looks[0].factor == 2.413, tolerance(1e-3));
  BOOST_TEST(estimated->looks[4].factor == known->looks[4].factor, tolerance(0.02));
  BOOST_TEST(estimated->looks[4].factor > known->looks[4].factor);
}

BOOST_AUTO_TEST_CASE(a_test_looks_when_the_plan_says_and_stays_with_what_it_found) {
  StoppingBoundary boundary{.looks = {{2, 2.0}, {4, 1.0}}, .spread = 1.0, .unaveraged = 0.0};
  SequentialTest accepting(boundary, 1.0);
  BOOST_TEST(std::isnan(accepting.standard_uncertainty()));
  BOOST_TEST((accepting.observe(0.1) == SequentialOutcome::go_on));
  BOOST_TEST((accepting.observe(0.3) == SequentialOutcome::go_on));  // 0.2 + 2 / sqrt 2
  BOOST_TEST((accepting.observe(0.2) == SequentialOutcome::go_on));
  BOOST_TEST((accepting.observe(0.2) == SequentialOutcome::accept));  // 0.2 + 1 / 2
  BOOST_TEST((accepting.observe(99) == SequentialOutcome::accept));
  BOOST_TEST(accepting.observations() == 4);
  BOOST_TEST(accepting.mean() == 0.2, tolerance(1e-12));
  BOOST_TEST(accepting.standard_uncertainty() == 0.5);

  SequentialTest rejecting(boundary, 1.0);
  rejecting.observe(-3);
  BOOST_TEST((rejecting.observe(-3) == SequentialOutcome::reject));

  SequentialTest undecided(boundary, 1.0);
  for (int i = 0; i < 3; ++i) BOOST_TEST((undecided.observe(0.9) == SequentialOutcome::go_on));
  BOOST_TEST((undecided.observe(0.9) == SequentialOutcome::undecided));

  SequentialTest unknown(boundary, 1.0);
  for (int i = 0; i < 3; ++i) unknown.observe(std::numeric_limits<double>::quiet_NaN());
  BOOST_TEST((unknown.observe(0) == SequentialOutcome::undecided));

  SequentialTest systematic({.looks = {{1, 2.0}}, .spread = 0.3, .unaveraged = 0.4}, 1.0);
  BOOST_TEST((systematic.observe(0) == SequentialOutcome::accept));  // 2 * 0.5
  BOOST_TEST(systematic.standard_uncertainty() == 0.5, tolerance(1e-15));
  // s of 1, 2, 3, 4 over two.
  SequentialTest estimated({.looks = {{9, 2.0}}, .spread = std::nullopt}, 1.0);
  for (const double x : {1.0, 2.0, 3.0, 4.0}) estimated.observe(x);
  BOOST_TEST(estimated.standard_uncertainty() == std::sqrt(5.0 / 12.0), tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_plan_that_makes_no_sense_is_refused_with_the_reason) {
  const auto reason = [](const SequentialPlan& plan) {
    const auto refused = boundary_for_estimated_spread(plan);
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == ErrorCode::invalid_argument));
    return refused.error().message;
  };
  BOOST_TEST(reason({.first_look = 1}) ==
             "looks from 1 to 20 observations in steps of 1, expected from 2 on, rising");
  BOOST_TEST(reason({.first_look = 30}) ==
             "looks from 30 to 20 observations in steps of 1, expected from 2 on, rising");
  BOOST_TEST(reason({.step = 0}) ==
             "looks from 3 to 20 observations in steps of 0, expected from 2 on, rising");
  BOOST_TEST(reason({.last_look = 300}) ==
             "looks from 3 to 300 observations in steps of 1, expected at most 200 looks");
  BOOST_TEST(reason({.last_look = 400, .step = 10}) ==
             "400 observations, expected at most 300 with an estimated spread");
  BOOST_TEST(reason({.risk = 0.5}) == "the risk is 0.5, expected between 0 and 0.5");
  BOOST_TEST(!boundary_for_known_spread({}, 0));
  BOOST_TEST(!boundary_for_known_spread({}, 1, -1));
  BOOST_TEST(!boundary_for_known_spread({.first_look = 0}, 1));
  BOOST_TEST(boundary_for_known_spread({.first_look = 1, .last_look = 2}, 1).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
