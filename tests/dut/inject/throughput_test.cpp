// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/inject/throughput.h"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "meterrig/v1/dut.pb.h"

namespace meterrig::inject {
namespace {

BOOST_AUTO_TEST_SUITE(throughput)

BOOST_AUTO_TEST_CASE(a_frame_of_the_longest_codes_fits_the_payload) {
  for (const int bits : {2, 7, 8, 14, 16, 21, 24, 31, 32}) {
    for (const std::size_t payload : {200U, 500U, 4084U, 65535U}) {
      v1::SampleBlock block;
      block.set_first_sample(std::numeric_limits<std::int64_t>::min());
      block.mutable_rate()->set_numerator(1'000'000'000);
      block.mutable_rate()->set_denominator(999'999'999);
      const auto lowest = static_cast<std::int32_t>(-(std::int64_t{1} << (bits - 1)));
      const std::size_t scans = scans_a_frame(bits, payload);
      for (int phase = 0; phase < 3; ++phase) {
        auto& volts = *block.add_volt_codes();
        auto& amperes = *block.add_ampere_codes();
        for (std::size_t i = 0; i < scans; ++i) {
          volts.add_codes(lowest);
          amperes.add_codes(lowest);
        }
      }
      BOOST_TEST(block.ByteSizeLong() <= payload);
      // And hardly more would.
      BOOST_TEST(block.ByteSizeLong() + 2 * bytes_a_scan(bits) + 40 > payload);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_line_carries_what_its_bytes_allow) {
  // 24 bytes a scan of 24 bits, 10 bits each on the line, and a little for the frames.
  const double scans = scans_a_second(24, 4084, {.baud_rate = 115'200});
  BOOST_TEST(scans < 115'200 / 240.0);
  BOOST_TEST(scans > 0.95 * 115'200 / 240.0);
  BOOST_TEST(scans_a_second(16, 4084, {.baud_rate = 115'200}) > 1.3 * scans);
  BOOST_TEST(scans_a_second(24, 4084, {.baud_rate = 230'400}) == 2 * scans);
  BOOST_TEST(scans_a_second(24, 4084,
                            {.baud_rate = 115'200, .parity = ports::Parity::even, .stop_bits = 2}) <
             0.85 * scans);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::inject
