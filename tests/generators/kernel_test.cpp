// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/resample/kernel.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "meterrig/resample/place.h"

using namespace meterrig;
using resample::Kernel;
using resample::place_of;

namespace {

// Greatest |value - truth| over places at which exp(2 pi i f n) is read, f in cycles a sample.
double greatest_error(const Kernel& kernel, double frequency, double gain_wanted = 1) {
  std::vector<double> weights(kernel.taps());
  double worst = 0;
  for (int step = 0; step < 997; ++step) {
    const double fraction = step / 997.0;
    kernel.weigh(fraction, weights);
    std::complex<double> value;
    const std::size_t half = kernel.taps() / 2;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const double n = static_cast<double>(k) - static_cast<double>(half - 1);
      value += weights[k] * std::polar(1.0, 2 * std::numbers::pi * frequency * (n - fraction));
    }
    worst = std::max(worst, std::abs(value - gain_wanted));
  }
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kernel)

BOOST_AUTO_TEST_CASE(a_component_up_to_0_4_of_the_rate_comes_out_within_3e_7) {
  const Kernel near({8000, 1}, {800004, 100});
  // Harmonics 1 to 63 of 50 Hz at 8 kS/s, and off nominal: 63 * 50.7 Hz is 0.3993 of the rate.
  for (int h = 1; h <= 63; ++h) {
    BOOST_TEST(greatest_error(near, h * 50.0 / 8000) < 3e-7, "harmonic " << h << " of 50 Hz");
    BOOST_TEST(greatest_error(near, h * 50.7 / 8000) < 3e-7, "harmonic " << h << " of 50.7 Hz");
  }
  // Twenty times as many samples as there were: the images are gone as well.
  const Kernel up({400, 1}, {8000, 1});
  for (int h = 1; h <= 3; ++h) BOOST_TEST(greatest_error(up, h * 50.0 / 400) < 3e-7, h);
}

BOOST_AUTO_TEST_CASE(a_direct_component_comes_out_to_rounding) {
  BOOST_TEST(greatest_error(Kernel({8000, 1}, {8001, 1}), 0) < 1e-14);
  BOOST_TEST(greatest_error(Kernel({50000, 1}, {8000, 1}), 0) < 1e-14);
}

BOOST_AUTO_TEST_CASE(to_a_lower_rate_what_would_fold_back_is_gone) {
  const Kernel down({50000, 1}, {8000, 1});
  for (const double hertz : {50.0, 1000.0, 3000.0, 3200.0})
    BOOST_TEST(greatest_error(down, hertz / 50000) < 3e-7, hertz << " Hz");
  for (const double hertz : {4800.0, 5000.0, 7999.0, 8000.0, 15950.0, 24000.0})
    BOOST_TEST(greatest_error(down, hertz / 50000, 0) < 3e-7, hertz << " Hz");
}

BOOST_AUTO_TEST_CASE(half_is_left_at_half_the_rate) {
  const Kernel down({16000, 1}, {8000, 1});
  BOOST_TEST(std::abs(greatest_error(down, 4000.0 / 16000, 0) - 0.5) < 0.01);
}

BOOST_AUTO_TEST_CASE(a_place_is_exact_far_from_the_start_and_before_it) {
  // A day at 8 kS/s, read by a clock 5 ppm fast: n * 8000 / 8000.04 = n - n / 200001.
  const std::int64_t n = 691'200'000;
  const auto there = place_of(n, {200000, 200001});
  BOOST_TEST(there.whole == n - n / 200001 - 1);
  BOOST_TEST(std::abs(there.fraction - (1 - static_cast<double>(n % 200001) / 200001)) < 1e-15);
  const auto before = place_of(-1, {1, 3});
  BOOST_TEST(before.whole == -1);
  BOOST_TEST(std::abs(before.fraction - 2.0 / 3) < 1e-15);
}

BOOST_AUTO_TEST_SUITE_END()
