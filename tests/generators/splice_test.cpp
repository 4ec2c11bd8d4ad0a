// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/splice.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <utility>

using namespace meterrig;
using namespace meterrig::synthesis;

namespace {

constexpr Rational rate{8000, 1};

// Sample n of row r is scale (n + 1000 r): every sample tells where it comes from. Ends at `count`.
class Ramp final : public Signal {
 public:
  Ramp(double scale, std::int64_t count, Rational its_rate = ::rate)
      : scale_(scale), count_(count), rate_(its_rate) {}
  [[nodiscard]] Rational rate() const override { return rate_; }
  [[nodiscard]] Result<void> read(SampleBlock& block) override {
    const std::int64_t end = block.first_sample + static_cast<std::int64_t>(block.count());
    if (block.first_sample < 0 || end > count_) return fail(ErrorCode::out_of_range, "the end");
    for (std::size_t p = 0; p < phase_count; ++p)
      for (std::size_t i = 0; i < block.count(); ++i) {
        const auto n = static_cast<double>(block.first_sample) + static_cast<double>(i);
        block.volts(p)[i] = scale_ * (n + 1000.0 * static_cast<double>(p));
        block.amperes(p)[i] = scale_ * (n + 1000.0 * static_cast<double>(p + 3));
      }
    return {};
  }

 private:
  double scale_;
  std::int64_t count_;
  Rational rate_;
};

constexpr std::int64_t all = 1000;
constexpr SplicePlace place{
    .first = 200, .length = 300, .fade = 50, .voltage = {true, false, true}, .current = {}};

Splice make(const SplicePlace& at = place) {
  auto splice =
      Splice::create(std::make_unique<Ramp>(1, all), std::make_unique<Ramp>(-3, at.length), at);
  BOOST_TEST_REQUIRE(splice.has_value());
  return *std::move(splice);
}

SampleBlock read(Signal& signal, std::int64_t first, std::size_t count) {
  SampleBlock block(rate, first, count);
  BOOST_TEST_REQUIRE(signal.read(block).has_value());
  return block;
}

ErrorCode refused(Rational other_rate, const SplicePlace& at) {
  const auto splice = Splice::create(std::make_unique<Ramp>(1, all),
                                     std::make_unique<Ramp>(1, 300, other_rate), at);
  BOOST_TEST_REQUIRE(!splice.has_value());
  return splice.error().code;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(splice)

BOOST_AUTO_TEST_CASE(one_signal_stands_in_another_between_its_fades) {
  Splice splice = make();
  const SampleBlock block = read(splice, 0, all);
  for (std::int64_t n = 0; n < all; ++n) {
    const auto i = static_cast<std::size_t>(n);
    const auto base = static_cast<double>(n);
    const double other = -3 * static_cast<double>(n - 200);
    BOOST_TEST(block.volts(1)[i] == base + 1000);  // not replaced
    BOOST_TEST(block.amperes(0)[i] == base + 3000);
    if (n < 200 || n >= 500) BOOST_TEST(block.volts(0)[i] == base);
    if (n >= 250 && n < 450) BOOST_TEST(block.volts(0)[i] == other);
    // (1 - cos(pi x)) / 2 in the middle of each sample.
    const double x = n < 250 ? (base - 200 + 0.5) / 50 : (500 - base - 0.5) / 50;
    const double w = (1 - std::cos(std::numbers::pi * x)) / 2;
    if ((n >= 200 && n < 250) || (n >= 450 && n < 500)) {
      BOOST_TEST(std::abs(block.volts(0)[i] - ((1 - w) * base + w * other)) < 1e-12);
      BOOST_TEST(std::abs(block.volts(2)[i] - ((1 - w) * (base + 2000) + w * (other - 3 * 2000))) <
                 1e-11);
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_fade_the_border_is_between_two_samples) {
  SplicePlace at = place;
  at.fade = 0;
  Splice splice = make(at);
  const SampleBlock block = read(splice, 199, 2);
  BOOST_TEST(block.volts(0)[0] == 199.0);
  BOOST_TEST(block.volts(0)[1] == 0.0);
  BOOST_TEST(read(splice, 499, 2).volts(0)[0] == -3.0 * 299);
  BOOST_TEST(read(splice, 499, 2).volts(0)[1] == 500.0);
}

BOOST_AUTO_TEST_CASE(a_sample_has_the_same_bits_in_whichever_block_it_is_asked_for) {
  Splice splice = make();
  const SampleBlock whole = read(splice, 0, all);
  for (const auto& [first, count] : {std::pair{0, 200},
                                     {199, 1},
                                     {200, 1},
                                     {210, 7},
                                     {0, 1000},
                                     {240, 30},
                                     {440, 61},
                                     {499, 2},
                                     {500, 10},
                                     {199, 302}}) {
    const SampleBlock part = read(splice, first, static_cast<std::size_t>(count));
    for (std::size_t p = 0; p < phase_count; ++p) {
      const auto expected = whole.volts(p).subspan(static_cast<std::size_t>(first), part.count());
      BOOST_TEST(std::ranges::equal(part.volts(p), expected), first << " + " << count);
    }
  }
}

BOOST_AUTO_TEST_CASE(signals_of_two_rates_and_places_without_sense_are_refused) {
  const auto other = Splice::create(std::make_unique<Ramp>(1, all),
                                    std::make_unique<Ramp>(1, 300, Rational{6400, 1}), place);
  BOOST_TEST_REQUIRE(!other.has_value());
  BOOST_TEST((other.error().code == ErrorCode::invalid_argument));
  BOOST_TEST(other.error().message ==
             "a signal of 6400 samples a second in one of 8000; expected the same rate");
  const auto with = [](std::int64_t first, std::int64_t length, std::int64_t fade) {
    return refused(rate, {.first = first, .length = length, .fade = fade});
  };
  BOOST_TEST((with(-1, 300, 0) == ErrorCode::out_of_range));
  BOOST_TEST((with(0, 0, 0) == ErrorCode::out_of_range));
  BOOST_TEST((with(0, 300, -1) == ErrorCode::out_of_range));
  BOOST_TEST((with(0, 300, 151) == ErrorCode::out_of_range));
  BOOST_TEST((with(INT64_MAX, 300, 0) == ErrorCode::out_of_range));
  Splice whole = make({.first = 0, .length = 300, .fade = 150});
  BOOST_TEST(read(whole, 0, 300).count() == 300U);
}

BOOST_AUTO_TEST_CASE(what_the_signals_refuse_is_refused) {
  Splice splice = make();
  SampleBlock beyond(rate, all - 1, 2);
  BOOST_TEST((splice.read(beyond).error().code == ErrorCode::out_of_range));
  // Longer than the other one really is.
  auto longer =
      Splice::create(std::make_unique<Ramp>(1, all), std::make_unique<Ramp>(1, 10), place);
  BOOST_TEST_REQUIRE(longer.has_value());
  SampleBlock block(rate, 205, 20);
  BOOST_TEST((longer->read(block).error().code == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_SUITE_END()
