// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/closed_form.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace meterrig;
using meterrig::synthesis::closed_form;
using meterrig::synthesis::ClosedForm;

namespace {

boost::test_tools::predicate_result near(double found, double expected, double relative = 1e-13) {
  if (std::abs(found - expected) <= relative * std::abs(expected)) return true;
  boost::test_tools::predicate_result wrong(false);
  wrong.message() << found << " is not " << expected;
  return wrong;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(closed_form_of_a_recipe)

// Published: IEEE 1459-2010, Annex B, the single-phase example (phases of sines, 60 Hz).
BOOST_AUTO_TEST_CASE(the_single_phase_example_of_ieee_1459_comes_out) {
  SignalRecipe recipe{.frequency = {60, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
  recipe.voltage.at(0).components = {{.order = 1, .rms = volt(100), .phase = degree(0)},
                                     {.order = 3, .rms = volt(8), .phase = degree(-70)},
                                     {.order = 5, .rms = volt(15), .phase = degree(140)},
                                     {.order = 7, .rms = volt(5), .phase = degree(20)}};
  recipe.current.at(0).components = {{.order = 1, .rms = ampere(100), .phase = degree(-30)},
                                     {.order = 3, .rms = ampere(20), .phase = degree(-165)},
                                     {.order = 5, .rms = ampere(15), .phase = degree(234)},
                                     {.order = 7, .rms = ampere(10), .phase = degree(234)}};
  const ClosedForm truth = closed_form(recipe);
  BOOST_TEST(near(truth.u.at(0).in(volt), 101.55786527886454));
  BOOST_TEST(near(truth.i.at(0).in(ampere), 103.56157588603989));
  BOOST_TEST(near(truth.p.at(0).in(watt), 8589.162033784582));
  BOOST_TEST(near(truth.q1.at(0).in(var), 5000.0));
  BOOST_TEST(near(truth.s.at(0).in(volt_ampere), 10517.492571901346));
  BOOST_TEST(near(truth.voltage_thd.at(0).in(percent), 17.72004514666935));
  BOOST_TEST(near(truth.current_thd.at(0).in(percent), 26.92582403567252));
  BOOST_TEST(near(truth.displacement.at(0).in(degree), 30.0));
  BOOST_TEST(near(truth.p_total.in(watt), 8589.162033784582));
  BOOST_TEST(truth.p.at(1).in(watt) == 0.0);
}

BOOST_AUTO_TEST_CASE(dc_and_noise_count_where_they_should) {
  SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
  recipe.voltage.at(2) = {.dc = volt(3),
                          .components = {{.order = 1, .rms = volt(4), .phase = degree(10)}},
                          .noise_rms = volt(12)};
  recipe.current.at(2) = {.dc = ampere(2), .components = {}, .noise_rms = ampere(1)};
  const ClosedForm truth = closed_form(recipe);
  BOOST_TEST(near(truth.u.at(2).in(volt), 13));
  BOOST_TEST(near(truth.i.at(2).in(ampere), std::sqrt(5.0)));
  BOOST_TEST(near(truth.p.at(2).in(watt), 6));
  BOOST_TEST(truth.q1.at(2).in(var) == 0.0);
  BOOST_TEST(near(truth.voltage_thd.at(2).in(percent), 300));
  BOOST_TEST(!truth.displacement.at(2).known());
  BOOST_TEST(!truth.current_thd.at(2).known());
  BOOST_TEST(!truth.displacement.at(0).known());
}

BOOST_AUTO_TEST_SUITE_END()
