// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/resample/fed_signal.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "meterrig/synthesis/synthesis.h"

using namespace meterrig;
using resample::FedSignal;
using synthesis::Synthesis;

namespace {

constexpr Rational fed_rate{8000, 1};
constexpr Rational fast_clock{800004, 100};  // 5 ppm
constexpr std::size_t plenty = 100'000;

SignalRecipe harmonics_of(Rational frequency, std::int32_t orders) {
  SignalRecipe recipe{.frequency = frequency, .noise_seed = 0, .voltage = {}, .current = {}};
  for (std::size_t p = 0; p < phase_count; ++p) {
    for (std::int32_t h = 1; h <= orders; ++h) {
      recipe.voltage.at(p).components.push_back(
          {.order = h, .rms = volt(230.0 / h), .phase = degree(17.0 * h - 120.0 * double(p))});
      recipe.current.at(p).components.push_back(
          {.order = h, .rms = ampere(5.0 / h), .phase = degree(-29.0 * h - 120.0 * double(p))});
    }
  }
  return recipe;
}

SampleBlock samples_of(const SignalRecipe& recipe, Rational rate, std::int64_t first,
                       std::size_t count) {
  auto synthesis = Synthesis::create(recipe, rate);
  BOOST_REQUIRE(synthesis);
  SampleBlock block(rate, first, count);
  BOOST_REQUIRE(synthesis->read(block));
  return block;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fed_signal)

BOOST_AUTO_TEST_CASE(what_is_read_at_another_clock_is_the_signal_that_was_fed) {
  const SignalRecipe recipe = harmonics_of({5001, 100}, 63);
  auto signal = FedSignal::create(fed_rate, fast_clock, plenty);
  BOOST_REQUIRE(signal);
  BOOST_REQUIRE(signal->feed(samples_of(recipe, fed_rate, 0, 20'000)));
  const std::int64_t first = 100;  // past the beginning, before which there is nothing
  SampleBlock read(fast_clock, first, 15'000);
  BOOST_REQUIRE(signal->read(read));
  const SampleBlock truth = samples_of(recipe, fast_clock, first, 15'000);
  // The kernel's 3e-7 of the sum of the peaks, sqrt(2) (1 + 1/2 + ... + 1/63) = 6.7 times the
  // fundamental's r.m.s.
  double worst = 0;
  for (std::size_t p = 0; p < phase_count; ++p)
    for (std::size_t i = 0; i < read.count(); ++i) {
      worst = std::max(worst, std::abs(read.volts(p)[i] - truth.volts(p)[i]) / 230);
      worst = std::max(worst, std::abs(read.amperes(p)[i] - truth.amperes(p)[i]) / 5);
    }
  BOOST_TEST(worst < 6.7 * 3e-7);
}

BOOST_AUTO_TEST_CASE(a_sample_has_the_same_bits_however_the_feed_and_the_reads_are_cut) {
  const SignalRecipe recipe = harmonics_of({50, 1}, 5);
  auto whole = FedSignal::create(fed_rate, fast_clock, plenty);
  BOOST_REQUIRE(whole);
  BOOST_REQUIRE(whole->feed(samples_of(recipe, fed_rate, 0, 4000)));
  SampleBlock all(fast_clock, 0, 3000);
  BOOST_REQUIRE(whole->read(all));
  auto cut = FedSignal::create(fed_rate, fast_clock, 700);
  BOOST_REQUIRE(cut);
  std::int64_t fed = 0;
  for (std::int64_t n = 0; n < 3000; n += 250) {
    while (cut->next_fed() < n + 250 + 30) {
      BOOST_REQUIRE(cut->feed(samples_of(recipe, fed_rate, fed, 77)));
      fed += 77;
    }
    SampleBlock part(fast_clock, n, 250);
    BOOST_REQUIRE(cut->read(part));
    for (std::size_t p = 0; p < phase_count; ++p)
      BOOST_TEST(std::equal(part.volts(p).begin(), part.volts(p).end(), all.volts(p).begin() + n));
  }
}

BOOST_AUTO_TEST_CASE(samples_before_zero_leave_no_edge_at_zero) {
  const SignalRecipe recipe = harmonics_of({50, 1}, 1);
  auto signal = FedSignal::create(fed_rate, fast_clock, plenty);
  BOOST_REQUIRE(signal);
  // A period earlier is the same signal.
  SampleBlock early = samples_of(recipe, fed_rate, 160 - 24, 1000);
  early.first_sample = -24;
  BOOST_REQUIRE(signal->feed(early));
  SampleBlock read(fast_clock, 0, 100);
  BOOST_REQUIRE(signal->read(read));
  const SampleBlock truth = samples_of(recipe, fast_clock, 0, 100);
  for (std::size_t i = 0; i < read.count(); ++i)
    BOOST_TEST(std::abs(read.volts(0)[i] - truth.volts(0)[i]) < 230 * 1.5 * 3e-7);
}

BOOST_AUTO_TEST_CASE(gaps_repeats_and_too_much_are_refused_and_change_nothing) {
  auto signal = FedSignal::create(fed_rate, fast_clock, 1000);
  BOOST_REQUIRE(signal);
  const SignalRecipe recipe = harmonics_of({50, 1}, 1);
  const auto code = [&](const SampleBlock& block) {
    const auto fed = signal->feed(block);
    BOOST_REQUIRE(!fed);
    return fed.error().code;
  };
  BOOST_TEST(bool(code(samples_of(recipe, fed_rate, 1, 10)) == ErrorCode::failed_precondition));
  BOOST_TEST(bool(code(SampleBlock({8001, 1}, 0, 10)) == ErrorCode::invalid_argument));
  BOOST_REQUIRE(signal->feed(samples_of(recipe, fed_rate, 0, 600)));
  BOOST_TEST(bool(code(samples_of(recipe, fed_rate, 601, 10)) == ErrorCode::failed_precondition));
  BOOST_TEST(bool(code(samples_of(recipe, fed_rate, 599, 10)) == ErrorCode::failed_precondition));
  BOOST_TEST(bool(code(samples_of(recipe, fed_rate, 600, 401)) == ErrorCode::failed_precondition));
  SampleBlock sick = samples_of(recipe, fed_rate, 600, 10);
  sick.amperes(2)[9] = std::numeric_limits<double>::infinity();
  BOOST_TEST(bool(code(sick) == ErrorCode::invalid_argument));
  BOOST_TEST(signal->next_fed() == 600);
  BOOST_TEST(signal->room() == 400u);
  SampleBlock beyond(fast_clock, 0, 600);
  const auto read = signal->read(beyond);
  BOOST_REQUIRE(!read);
  BOOST_TEST(bool(read.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(read.error().message.find("23 more") != std::string::npos);
  SampleBlock half(fast_clock, 300, 200);
  BOOST_REQUIRE(signal->read(half));
  SampleBlock again(fast_clock, 0, 10);
  BOOST_TEST(bool(signal->read(again).error().code == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_CASE(rates_that_make_no_sense_are_refused) {
  BOOST_TEST(!FedSignal::create({0, 1}, fast_clock, 10));
  BOOST_TEST(!FedSignal::create({1, 1}, {8000, 1}, 10));
  BOOST_TEST(!FedSignal::create({10'000'000, 1}, {8000, 1}, 10));
}

BOOST_AUTO_TEST_SUITE_END()
