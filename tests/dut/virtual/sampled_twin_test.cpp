// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated SMART X96-5A fed by samples, against itself with the recipe of the same signal.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <memory>
#include <random>

#include "meterrig/synthesis/synthesis.h"
#include "meterrig/twin/twin.h"
#include "shipped_device.h"

namespace meterrig::twin {
namespace {

using test::advance;
using test::apply;
using test::edges_of;
using test::ideal_model;
using test::later;
using test::make_twin;
using test::recipe;

constexpr Rational fed_rate{8000, 1};

// Harmonics up to the 40th at 49.97 Hz, distorted as a rectifier's current is.
SignalRecipe distorted() {
  SignalRecipe signal = recipe({.volts = 231, .amperes = 4, .lag_degrees = 25, .hertz = 49.97});
  for (std::size_t p = 0; p < phase_count; ++p)
    for (std::int32_t h = 5; h <= 40; h += 5) {
      signal.voltage.at(p).components.push_back(
          {.order = h, .rms = volt(8.0 / h), .phase = degree(11.0 * h)});
      signal.current.at(p).components.push_back(
          {.order = h, .rms = ampere(2.0 / h), .phase = degree(7.0 * h)});
    }
  return signal;
}

// Feeds a recipe's samples as a bench does: in blocks, a little ahead of the time asked for.
class Feeder {
 public:
  Feeder(Twin& twin, const SignalRecipe& signal) : twin_(twin) {
    auto made = synthesis::Synthesis::create(signal, fed_rate);
    BOOST_REQUIRE(made.has_value());
    synthesis_ = std::make_unique<synthesis::Synthesis>(std::move(*made));
    const auto terms = twin.apply_samples({.rate = fed_rate, .frequency = signal.frequency}, 1);
    BOOST_REQUIRE(terms.has_value());
    terms_ = *terms;
  }
  std::vector<Pulse> advance_by(double seconds) {
    const Instant until = later(twin_.describe()->now, seconds);
    const auto end =
        static_cast<std::int64_t>(std::ceil((until - terms_.now).in(second)*fed_rate.value()));
    feed_to(end + terms_.reach);
    auto pulses = twin_.advance(until);
    BOOST_REQUIRE_MESSAGE(pulses.has_value(), (pulses ? std::string() : pulses.error().message));
    return std::move(*pulses);
  }
  void feed_to(std::int64_t end) {
    while (fed_ < end) {
      SampleBlock block(fed_rate, fed_,
                        static_cast<std::size_t>(std::min<std::int64_t>(5000, end - fed_)));
      BOOST_REQUIRE(synthesis_->read(block).has_value());
      BOOST_REQUIRE(twin_.feed(block).has_value());
      fed_ += static_cast<std::int64_t>(block.count());
    }
  }
  [[nodiscard]] const FeedTerms& terms() const { return terms_; }

 private:
  Twin& twin_;
  std::unique_ptr<synthesis::Synthesis> synthesis_;
  FeedTerms terms_;
  std::int64_t fed_ = 0;
};

v1::Twin model_with_clock(double error_percent) {
  v1::Twin model = ideal_model();
  model.mutable_front_end()->set_clock_error(error_percent);
  return model;
}

BOOST_AUTO_TEST_SUITE(sampled_twin)

BOOST_AUTO_TEST_CASE(samples_and_their_recipe_give_the_same_readings) {
  for (const double clock : {0.0, 0.005}) {
    const auto by_recipe = make_twin(model_with_clock(clock));
    const auto by_samples = make_twin(model_with_clock(clock));
    apply(*by_recipe, distorted());
    Feeder feeder(*by_samples, distorted());
    advance(*by_recipe, 6);
    feeder.advance_by(6);
    const Readings expected = by_recipe->readings();
    const Readings found = by_samples->readings();
    // Each channel is within 3e-7 of its peaks, sqrt(2) (1 + sum of the harmonics' shares): 1.5 and
    // 2 times the r.m.s.; a product has both. The firmware's own arithmetic adds 1e-8.
    for (const Place place : {Place::L1, Place::L2, Place::L3}) {
      const auto close = [&](Measurand measurand, double scale) {
        const double difference = found[{measurand, place}] - expected[{measurand, place}];
        BOOST_TEST(std::abs(difference) < scale * (3e-7 * 3.5 + 1e-8),
                   to_string(QuantityId{measurand, place}) << " is off by " << difference);
      };
      close(Measurand::voltage, 231);
      close(Measurand::current, 4);
      close(Measurand::active_power, 231 * 4);
      close(Measurand::reactive_power, 231 * 4);
    }
    const double hertz = found[{Measurand::frequency, Place::total}] -
                         expected[{Measurand::frequency, Place::total}];
    BOOST_TEST(std::abs(hertz) < 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(samples_and_their_recipe_give_the_same_pulses) {
  const auto by_recipe = make_twin(model_with_clock(0.005));
  const auto by_samples = make_twin(model_with_clock(0.005));
  apply(*by_recipe, distorted());
  Feeder feeder(*by_samples, distorted());
  advance(*by_recipe, 10);
  feeder.advance_by(10);
  const auto expected = edges_of(advance(*by_recipe, 30), "S0-2");
  const auto found = edges_of(feeder.advance_by(30), "S0-2");
  BOOST_REQUIRE(found.size() == expected.size());
  BOOST_REQUIRE(found.size() > 50u);
  // Energies agree to 1e-6 of 40 s: 40 us, which may move an edge by one quantum of 1 ms.
  for (std::size_t k = 0; k < found.size(); ++k)
    BOOST_TEST(std::abs((found[k] - expected[k]).in(second)) < 0.00101);
}

BOOST_AUTO_TEST_CASE(steps_and_blocks_do_not_matter) {
  const auto whole = make_twin(model_with_clock(0.005));
  const auto cut = make_twin(model_with_clock(0.005));
  Feeder whole_feeder(*whole, distorted());
  Feeder cut_feeder(*cut, distorted());
  const auto expected = whole_feeder.advance_by(8);
  std::vector<Pulse> found;
  std::mt19937 random(5);
  std::uniform_int_distribution<int> milliseconds(0, 900);
  double left = 8;
  while (left > 0) {
    const double step = std::min(left, milliseconds(random) * 1e-3);
    for (const Pulse& pulse : cut_feeder.advance_by(step)) found.push_back(pulse);
    left -= step;
    if (left < 1e-9) left = 0;
  }
  BOOST_REQUIRE(found.size() == expected.size());
  for (std::size_t k = 0; k < found.size(); ++k)
    BOOST_TEST(found[k].time.nanoseconds == expected[k].time.nanoseconds);
  BOOST_TEST((whole->readings()[{Measurand::active_power, Place::total}] ==
              cut->readings()[{Measurand::active_power, Place::total}]));
}

BOOST_AUTO_TEST_CASE(time_does_not_pass_beyond_the_samples_fed) {
  const auto twin = make_twin(ideal_model());
  Feeder feeder(*twin, distorted());
  feeder.feed_to(8000 + feeder.terms().reach);
  const Instant before = twin->describe()->now;
  const auto refused = twin->advance(later(before, 2));
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == ErrorCode::failed_precondition));
  BOOST_TEST((twin->describe()->now == before));
  BOOST_TEST(twin->advance(later(before, 1)).has_value());
}

BOOST_AUTO_TEST_CASE(a_feed_is_held_to_its_terms) {
  const auto twin = make_twin(ideal_model());
  const auto early = twin->feed(SampleBlock(fed_rate, 0, 10));
  BOOST_REQUIRE(!early.has_value());
  BOOST_TEST((early.error().code == ErrorCode::failed_precondition));
  Feeder feeder(*twin, distorted());
  feeder.feed_to(feeder.terms().capacity);
  const auto full = twin->feed(SampleBlock(fed_rate, feeder.terms().capacity, 1));
  BOOST_REQUIRE(!full.has_value());
  BOOST_TEST((full.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(!twin->apply_samples({.rate = {1, 1}, .frequency = {50, 1}}, 1).has_value());
  // The old signal stays.
  BOOST_TEST(twin->advance(later(twin->describe()->now, 1)).has_value());
  apply(*twin, distorted());
  BOOST_TEST(!twin->feed(SampleBlock(fed_rate, 0, 10)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
