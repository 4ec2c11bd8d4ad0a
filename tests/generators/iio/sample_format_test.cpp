// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio_server/sample_format.h"

#include <array>
#include <boost/test/unit_test.hpp>

using namespace meterrig::iio_server;

namespace {

constexpr SampleFormat u16_big{.big_endian = true, .is_signed = false, .fully_defined = true};
constexpr SampleFormat s24_32{.bits = 24, .storage = 32};
constexpr SampleFormat s24_32_up{.bits = 24, .storage = 32, .shift = 8};
constexpr SampleFormat s12{.bits = 12, .storage = 16};
constexpr SampleFormat s64{.bits = 64, .storage = 64};

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_sample_format)

BOOST_AUTO_TEST_CASE(text_is_that_of_the_kernel) {
  BOOST_TEST(to_string(u16_big) == "be:U16/16>>0");
  BOOST_TEST(to_string(s24_32) == "le:s24/32>>0");
  BOOST_TEST(to_string(s24_32_up) == "le:s24/32>>8");
  BOOST_TEST(to_string(s12) == "le:s12/16>>0");
}

BOOST_AUTO_TEST_CASE(bytes_have_their_order_and_place) {
  std::array<std::uint8_t, 2> two{};
  encode(u16_big, 0x1234, two);
  BOOST_TEST(two == (std::array<std::uint8_t, 2>{0x12, 0x34}), boost::test_tools::per_element());
  std::array<std::uint8_t, 4> four{};
  encode(s24_32, -2, four);
  BOOST_TEST(four == (std::array<std::uint8_t, 4>{0xFE, 0xFF, 0xFF, 0xFF}),
             boost::test_tools::per_element());
  encode(s24_32_up, -2, four);
  BOOST_TEST(four == (std::array<std::uint8_t, 4>{0x00, 0xFE, 0xFF, 0xFF}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_format_returns_its_ends) {
  for (const SampleFormat& format : {u16_big, s24_32, s24_32_up, s12, s64}) {
    std::array<std::uint8_t, 8> bytes{};
    for (const std::int64_t code : {format.lowest(), std::int64_t{0}, std::int64_t{1},
                                    format.highest() - 1, format.highest()}) {
      encode(format, code, bytes);
      BOOST_TEST(decode(format, bytes) == code);
    }
  }
  BOOST_TEST(s24_32.lowest() == -8'388'608);
  BOOST_TEST(s24_32.highest() == 8'388'607);
  BOOST_TEST(u16_big.lowest() == 0);
  BOOST_TEST(u16_big.highest() == 65'535);
  BOOST_TEST(s64.lowest() == INT64_MIN);
}

BOOST_AUTO_TEST_CASE(bits_beside_the_code_do_not_count) {
  const std::array<std::uint8_t, 2> bytes{0xFF, 0x57};  // 0x7FF below four bits of anything
  BOOST_TEST(decode(s12, bytes) == 2047);
}

BOOST_AUTO_TEST_SUITE_END()
