// SPDX-License-Identifier: GPL-3.0-or-later
#include "envelope.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "results.h"

using namespace meterrig;
using namespace meterrig::soapy;
using namespace meterrig::test;

namespace {

std::vector<std::complex<float>> filled(const Envelope& envelope, std::int64_t first,
                                        std::size_t count) {
  std::vector<std::complex<float>> samples(count);
  envelope.fill(first, samples);
  return samples;
}

constexpr Rational million{1'000'000, 1};

}  // namespace

BOOST_AUTO_TEST_SUITE(envelope)

// A frequency whose samples repeat after 1000, and one whose do not for ten million.
BOOST_AUTO_TEST_CASE(am_is_the_closed_form_in_every_sample) {
  for (const double frequency : {1000.0, 999.9}) {
    const Envelope am = right(Envelope::create(
        AmplitudeModulation{.depth = percent(80), .frequency = hertz(frequency)}, 0.5, million));
    const auto samples = filled(am, 0, 5000);
    float greatest = 0;
    for (std::size_t n = 0; n < samples.size(); ++n) {
      const double angle = 2 * std::numbers::pi * frequency * static_cast<double>(n) / 1e6;
      BOOST_REQUIRE(std::abs(samples[n].real() - 0.5 * (1 + 0.8 * std::sin(angle))) < 1e-7);
      BOOST_REQUIRE(samples[n].imag() == 0);
      greatest = std::max(greatest, samples[n].real());
    }
    BOOST_TEST(greatest == 0.9F, boost::test_tools::tolerance(1e-5F));  // 1.8 x 0.5
  }
}

BOOST_AUTO_TEST_CASE(a_sample_does_not_depend_on_where_filling_began) {
  for (const double frequency : {1000.0, 999.9}) {
    const Envelope am = right(Envelope::create(
        AmplitudeModulation{.depth = percent(80), .frequency = hertz(frequency)}, 0.5, million));
    const auto whole = filled(am, 0, 10'000);
    const auto part = filled(am, 4567, 3000);
    for (std::size_t n = 0; n < part.size(); ++n) BOOST_REQUIRE(part[n] == whole[4567 + n]);
  }
}

BOOST_AUTO_TEST_CASE(pulses_are_on_for_their_duty_and_a_carrier_always) {
  const Envelope pulses = right(Envelope::create(
      PulseModulation{.duty = percent(25), .frequency = kilohertz(1)}, 0.5, million));
  const auto samples = filled(pulses, 0, 2000);
  for (std::size_t n = 0; n < samples.size(); ++n)
    BOOST_REQUIRE(samples[n].real() == (n % 1000 < 250 ? 0.5F : 0.0F));
  for (const auto& sample : filled(right(Envelope::create(ContinuousWave(), 0.5, million)), 7, 99))
    BOOST_REQUIRE(sample == std::complex<float>(0.5F, 0));
}

BOOST_AUTO_TEST_CASE(the_peak_of_80_percent_am_is_1_8) {
  BOOST_TEST(right(peak_of(AmplitudeModulation{.depth = percent(80), .frequency = kilohertz(1)})) ==
             1.8);
  BOOST_TEST(right(peak_of(ContinuousWave())) == 1.0);
  BOOST_TEST(right(peak_of(PulseModulation{.duty = percent(50), .frequency = hertz(1)})) == 1.0);
  check_refused(peak_of(AmplitudeModulation{.depth = percent(80), .frequency = Frequency()}),
                ErrorCode::invalid_argument, "a modulation frequency of unknown");
  check_refused(peak_of(AmplitudeModulation{.depth = Percent(), .frequency = hertz(1)}),
                ErrorCode::invalid_argument, "depth");
}

BOOST_AUTO_TEST_SUITE_END()
