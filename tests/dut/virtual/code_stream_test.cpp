// SPDX-License-Identifier: GPL-3.0-or-later
#include "code_stream.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <memory>

#include "meterrig/reference/front_end.h"

namespace {

using namespace meterrig;
using twin::block_samples;
using twin::CodeStream;

constexpr Rational rate{8000, 1};

// A sine on all channels, which ends at a sample.
class Sine final : public Signal {
 public:
  explicit Sine(std::int64_t end) : end_(end) {}
  Rational rate() const override { return ::rate; }
  Result<void> read(SampleBlock& block) override {
    const std::int64_t behind = block.first_sample + static_cast<std::int64_t>(block.count());
    if (behind > end_) return fail(ErrorCode::out_of_range, "the sine has ended");
    for (std::size_t p = 0; p < phase_count; ++p)
      for (std::size_t i = 0; i < block.count(); ++i) {
        const double turn =
            0.04 * static_cast<double>(block.first_sample) + 0.04 * static_cast<double>(i);
        block.volts(p)[i] = 300 * std::sin(turn + static_cast<double>(p));
        block.amperes(p)[i] = 7 * std::sin(turn - static_cast<double>(p));
      }
    return {};
  }

 private:
  std::int64_t end_;
};

reference::FrontEnd noisy_front_end() {
  reference::FrontEndModel model;
  model.nominal_rate = rate;
  model.adc_bits = 24;
  model.voltage_full_scale = volt(500);
  model.current_full_scale = ampere(20);
  for (auto* channels : {&model.voltage, &model.current})
    for (auto& channel : *channels) channel.noise = percent(0.01);
  model.transformer = {
      {.current = ampere(5), .ratio_error = percent(0.2), .phase_error = degree(0.3)}};
  return {model, 7};
}

std::unique_ptr<CodeStream> stream(std::int64_t end, CodeStream::Pace pace) {
  return std::make_unique<CodeStream>(std::make_unique<Sine>(end), noisy_front_end(), hertz(50),
                                      pace);
}

constexpr std::int64_t endless = std::int64_t{1} << 40;

}  // namespace

BOOST_AUTO_TEST_CASE(a_stream_that_runs_ahead_gives_the_same_codes) {
  const auto asked = stream(endless, CodeStream::Pace::as_asked);
  const auto ahead = stream(endless, CodeStream::Pace::ahead);
  for (int block = 0; block < 40; ++block) {
    const auto expected = asked->next();
    const auto found = ahead->next();
    BOOST_TEST_REQUIRE(expected.has_value());
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST((*found)->first_sample == block * static_cast<std::int64_t>(block_samples));
    BOOST_TEST((*found)->volts[0].size() == block_samples);
    BOOST_TEST(((*found)->volts == (*expected)->volts));
    BOOST_TEST(((*found)->amperes == (*expected)->amperes));
  }
}

BOOST_AUTO_TEST_CASE(a_block_stands_until_the_next_is_asked_for) {
  const auto ahead = stream(endless, CodeStream::Pace::ahead);
  for (int block = 0; block < 100; ++block) {
    const auto found = ahead->next();
    BOOST_TEST_REQUIRE(found.has_value());
    const auto copy = (*found)->amperes;
    // The thread goes on meanwhile.
    for (int look = 0; look < 20; ++look) BOOST_TEST(((*found)->amperes == copy));
  }
}

BOOST_AUTO_TEST_CASE(the_end_of_a_signal_is_told_at_its_block) {
  for (const auto pace : {CodeStream::Pace::as_asked, CodeStream::Pace::ahead}) {
    const auto codes = stream(3 * static_cast<std::int64_t>(block_samples), pace);
    for (int block = 0; block < 3; ++block) BOOST_TEST(codes->next().has_value());
    for (int again = 0; again < 20; ++again) {
      const auto none = codes->next();
      BOOST_TEST_REQUIRE(!none.has_value());
      BOOST_TEST(none.error().message == "the sine has ended");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stream_may_go_at_any_time) {
  for (int blocks = 0; blocks < 12; ++blocks) {
    const auto ahead = stream(endless, CodeStream::Pace::ahead);
    for (int block = 0; block < blocks; ++block) BOOST_TEST(ahead->next().has_value());
  }
}
