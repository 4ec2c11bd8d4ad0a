// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/mutants/judge.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "meterrig/mutants/bisection.h"

using namespace meterrig;
using namespace meterrig::mutants;
using boost::test_tools::tolerance;

namespace {

v1::MutantSize range(double mild, double severe, bool whole = false) {
  v1::MutantSize size;
  size.set_mild(mild);
  size.set_severe(severe);
  size.set_whole(whole);
  return size;
}

// A mutant that tests A and B of suite "s" must find from 2 to the severe end at 0 on.
v1::Mutant mutant() {
  v1::Mutant mutant;
  *mutant.mutable_size() = range(10, 0);
  v1::MutantExpectation& seen = *mutant.add_expectations();
  seen.set_suite("s");
  seen.add_tests("A");
  seen.add_tests("B");
  seen.set_exceeds(2);
  v1::MutantExpectation& unseen = *mutant.add_expectations();
  unseen.set_suite("blind");
  unseen.set_because("why");
  return mutant;
}

v1::MutantVerdict judged(double size, const std::string& suite, const std::set<std::string>& failed,
                         const std::set<std::string>& run = {"A", "B", "C"}) {
  return judge(demand_of(mutant(), size, suite), run, failed);
}

// Where a range is searched that is caught from `border` on.
Border searched(const v1::MutantSize& size, double caught_at, int steps, double border,
                std::vector<double>* tried = nullptr) {
  const auto found = find_border(size, caught_at, steps, [&](double at) -> Result<bool> {
    if (tried != nullptr) tried->push_back(at);
    return severity(size, at) >= severity(size, border);
  });
  BOOST_REQUIRE(found.has_value());
  return *found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(test_judge)

BOOST_AUTO_TEST_CASE(every_test_that_must_find_a_mutant_has_to) {
  BOOST_TEST(judged(2, "s", {"A", "B"}) == v1::MUTANT_VERDICT_CAUGHT);
  BOOST_TEST(judged(0, "s", {"A", "B", "C"}) == v1::MUTANT_VERDICT_CAUGHT);
  BOOST_TEST(judged(2, "s", {"A"}) == v1::MUTANT_VERDICT_MISSED);
  BOOST_TEST(judged(2, "s", {}) == v1::MUTANT_VERDICT_MISSED);
  BOOST_TEST(is_bad(v1::MUTANT_VERDICT_MISSED));
  BOOST_TEST(!is_bad(v1::MUTANT_VERDICT_CAUGHT));
}

BOOST_AUTO_TEST_CASE(what_is_milder_than_the_limit_need_not_be_found) {
  BOOST_TEST(judged(2.1, "s", {}) == v1::MUTANT_VERDICT_WITHIN_LIMITS);
  BOOST_TEST(judged(2.1, "s", {"A"}) == v1::MUTANT_VERDICT_WITHIN_LIMITS);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_seen_must_not_be_found) {
  BOOST_TEST(judged(0, "blind", {}) == v1::MUTANT_VERDICT_NOT_SEEN);
  BOOST_TEST(judged(0, "blind", {"C"}) == v1::MUTANT_VERDICT_SEEN_AFTER_ALL);
  BOOST_TEST(is_bad(v1::MUTANT_VERDICT_SEEN_AFTER_ALL));
  BOOST_TEST(!is_bad(v1::MUTANT_VERDICT_NOT_SEEN));
}

BOOST_AUTO_TEST_CASE(nothing_is_demanded_of_another_suite_or_of_tests_that_are_left_out) {
  BOOST_TEST(judged(0, "other", {}) == v1::MUTANT_VERDICT_NOT_DEMANDED);
  BOOST_TEST(judged(0, "s", {"C"}, {"C"}) == v1::MUTANT_VERDICT_NOT_DEMANDED);
  BOOST_TEST(judged(0, "s", {"A"}, {"A"}) == v1::MUTANT_VERDICT_CAUGHT);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(test_bisection)

BOOST_AUTO_TEST_CASE(severity_runs_from_the_mild_end_to_the_severe_one) {
  BOOST_TEST(severity(range(3500, 100), 3500) == 0);
  BOOST_TEST(severity(range(3500, 100), 100) == 1);
  BOOST_TEST(severity(range(-1, 3), 1) == 0.5);
}

BOOST_AUTO_TEST_CASE(seven_halvings_leave_a_hundred_and_twenty_eighth_of_the_range) {
  const Border up = searched(range(1, 9), 9, 7, 3.3);
  BOOST_TEST(*up.smallest_caught - *up.largest_missed == 8.0 / 128, tolerance(1e-12));
  BOOST_TEST(*up.smallest_caught >= 3.3);
  BOOST_TEST(*up.largest_missed < 3.3);
  const Border down = searched(range(9, 1), 1, 7, 3.3);  // the smaller number is the worse one
  BOOST_TEST(*down.largest_missed - *down.smallest_caught == 8.0 / 128, tolerance(1e-12));
  BOOST_TEST(*down.smallest_caught <= 3.3);
}

BOOST_AUTO_TEST_CASE(a_range_of_decades_is_halved_in_the_logarithm) {
  std::vector<double> tried;
  const Border border = searched(range(1e-6, 1e-2), 1e-2, 8, 3e-5, &tried);
  BOOST_TEST(tried.at(1) == 1e-4, tolerance(1e-12));
  BOOST_TEST(*border.smallest_caught / *border.largest_missed < 1.05);
  BOOST_TEST(*border.smallest_caught >= 3e-5);
}

BOOST_AUTO_TEST_CASE(whole_sizes_are_searched_to_the_last) {
  std::vector<double> tried;
  const Border border = searched(range(44, 10, true), 24, 20, 31, &tried);
  BOOST_TEST(*border.smallest_caught == 31);
  BOOST_TEST(*border.largest_missed == 32);
  for (const double size : tried) BOOST_TEST(size == std::round(size));
}

BOOST_AUTO_TEST_CASE(a_mutant_that_is_caught_at_its_mildest_has_no_border) {
  const Border border = searched(range(1, 9), 9, 7, 0);
  BOOST_TEST(*border.smallest_caught == 1);
  BOOST_TEST(!border.largest_missed.has_value());
}

BOOST_AUTO_TEST_CASE(a_trial_that_fails_ends_the_search) {
  const auto found = find_border(range(1, 9), 9, 7, [](double) -> Result<bool> {
    return fail(ErrorCode::unavailable, "gone");
  });
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST(found.error().message == "gone");
}

BOOST_AUTO_TEST_SUITE_END()
