// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/serial_settings.h"

#include <boost/test/unit_test.hpp>

using namespace meterrig;
using namespace meterrig::ports;

BOOST_AUTO_TEST_SUITE(serial_settings)

BOOST_AUTO_TEST_CASE(a_character_takes_its_bits_over_the_baud_rate) {
  constexpr double ulp = 1e-15;
  const auto seconds = [](int baud, Parity parity, int stop) {
    return character_time({.baud_rate = baud, .parity = parity, .stop_bits = stop}).in(second);
  };
  const auto close = boost::test_tools::tolerance(ulp);
  BOOST_TEST(seconds(9600, Parity::none, 1) == 10.0 / 9600, close);
  BOOST_TEST(seconds(9600, Parity::none, 2) == 11.0 / 9600, close);
  BOOST_TEST(seconds(2400, Parity::even, 1) == 11.0 / 2400, close);
  BOOST_TEST(seconds(38400, Parity::odd, 2) == 12.0 / 38400, close);
}

BOOST_AUTO_TEST_CASE(settings_are_shown_as_people_write_them) {
  BOOST_TEST(to_string({.baud_rate = 9600, .parity = Parity::none, .stop_bits = 1}) == "9600 8N1");
  BOOST_TEST(to_string({.baud_rate = 2400, .parity = Parity::even, .stop_bits = 1}) == "2400 8E1");
  BOOST_TEST(to_string({.baud_rate = 38400, .parity = Parity::odd, .stop_bits = 2}) == "38400 8O2");
}

BOOST_AUTO_TEST_CASE(settings_that_no_uart_has_are_refused) {
  BOOST_TEST(check({}).has_value());
  BOOST_TEST(check({.baud_rate = 0}).error().message == "baud rate 0: expected a number above 0");
  BOOST_TEST(check({.stop_bits = 3}).error().message == "3 stop bits: expected 1 or 2");
  BOOST_TEST(!check({.stop_bits = 0}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
