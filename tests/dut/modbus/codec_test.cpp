// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/modbus/codec.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using namespace meterrig::modbus;

namespace {

using Words = std::array<std::uint16_t, 2>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

Words encoded(double value, Type type, WordOrder order = WordOrder::high_first) {
  Words words{0xDEAD, 0xDEAD};
  encode(value, type, order, words);
  return words;
}

void check_words(Words got, Words expected) {
  BOOST_TEST(got == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(codec)

// 230.0 = 0x43660000, as in the SDM120's manual; 7.0 and 230.5 are those that libmodbus 3.1.6
// swaps.
BOOST_AUTO_TEST_CASE(floats_are_packed_high_word_first) {
  check_words(encoded(230.0, Type::float32), {0x4366, 0x0000});
  check_words(encoded(7.0, Type::float32), {0x40E0, 0x0000});
  check_words(encoded(230.5, Type::float32), {0x4366, 0x8000});
  check_words(encoded(230.5, Type::float32, WordOrder::low_first), {0x8000, 0x4366});
  BOOST_TEST(decode(Words{0x4366, 0x8000}, Type::float32, WordOrder::high_first) == 230.5);
  BOOST_TEST(decode(Words{0x8000, 0x4366}, Type::float32, WordOrder::low_first) == 230.5);
}

BOOST_AUTO_TEST_CASE(integers_keep_their_sign_and_order) {
  BOOST_TEST(decode(Words{0x1234, 0x5678}, Type::uint32, WordOrder::high_first) == 0x12345678);
  BOOST_TEST(decode(Words{0x1234, 0x5678}, Type::uint32, WordOrder::low_first) == 0x56781234);
  BOOST_TEST(decode(Words{0xFFFF, 0xFFFE}, Type::int32, WordOrder::high_first) == -2);
  BOOST_TEST(decode(Words{0xFFFF, 0xFFFE}, Type::uint32, WordOrder::high_first) == 4294967294.0);
  BOOST_TEST(decode(Words{0xFFFE, 0}, Type::int16, WordOrder::high_first) == -2);
  BOOST_TEST(decode(Words{0xFFFE, 0}, Type::uint16, WordOrder::high_first) == 65534);
  check_words(encoded(-2, Type::int32), {0xFFFF, 0xFFFE});
  check_words(encoded(-2, Type::int16), {0xFFFE, 0xDEAD});
}

BOOST_AUTO_TEST_CASE(what_is_encoded_decodes_to_the_same) {
  for (const Type type : {Type::float32, Type::int16, Type::int32}) {
    for (const WordOrder order : {WordOrder::high_first, WordOrder::low_first}) {
      for (const double value : {0.0, 1.0, -1.0, 12345.0, -32768.0}) {
        Words words{};
        encode(value, type, order, words);
        BOOST_TEST(decode(words, type, order) == value);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(integers_round_and_saturate) {
  check_words(encoded(2.5, Type::uint16), {3, 0xDEAD});
  check_words(encoded(-2.5, Type::int16), {0xFFFD, 0xDEAD});
  check_words(encoded(-1, Type::uint16), {0, 0xDEAD});
  check_words(encoded(1e9, Type::uint16), {0xFFFF, 0xDEAD});
  check_words(encoded(1e12, Type::int32), {0x7FFF, 0xFFFF});
  check_words(encoded(-infinity, Type::int32), {0x8000, 0x0000});
  check_words(encoded(1e12, Type::uint32), {0xFFFF, 0xFFFF});
  check_words(encoded(nan_value, Type::uint32), {0, 0});
}

BOOST_AUTO_TEST_CASE(floats_beyond_their_range_become_infinite) {
  check_words(encoded(1e300, Type::float32), {0x7F80, 0});
  check_words(encoded(-1e300, Type::float32), {0xFF80, 0});
  check_words(encoded(0x1.fffffep127, Type::float32), {0x7F7F, 0xFFFF});
  BOOST_TEST(
      std::isnan(decode(encoded(nan_value, Type::float32), Type::float32, WordOrder::high_first)));
}

// 24 bits of significand: an ulp of [128, 256) is 2^(7 - 23); of [65536, 131072), 2^(16 - 23).
BOOST_AUTO_TEST_CASE(the_resolution_of_a_float_is_one_ulp) {
  BOOST_TEST(resolution(230.0, Type::float32) == 0x1p-16);
  BOOST_TEST(resolution(-230.0, Type::float32) == 0x1p-16);
  BOOST_TEST(resolution(99999.9, Type::float32) == 0.0078125);
  BOOST_TEST(resolution(0.0, Type::float32) == 0x1p-149);
  BOOST_TEST(resolution(0x1.fffffep127, Type::float32) == 0x1p104);
  BOOST_TEST(std::isnan(resolution(nan_value, Type::float32)));
  BOOST_TEST(std::isnan(resolution(infinity, Type::float32)));
  BOOST_TEST(resolution(12345, Type::uint32) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
