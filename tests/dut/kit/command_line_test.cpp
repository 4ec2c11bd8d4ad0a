// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>

#include "meterrig/kit/serve.h"

using namespace meterrig;

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(an_option_is_taken_out_with_its_value) {
  std::vector<std::string> arguments{"--listen", "unix:a", "--gain=12", "rest"};
  BOOST_TEST(kit::take_option(arguments, "--gain").value_or("").value_or("") == "12");
  BOOST_TEST(kit::take_option(arguments, "--listen").value_or("").value_or("") == "unix:a");
  BOOST_TEST(arguments == (std::vector<std::string>{"rest"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_option_that_is_not_there_is_none_and_one_without_a_value_is_an_error) {
  std::vector<std::string> arguments{"--listening", "x", "--key"};
  const auto none = kit::take_option(arguments, "--listen");
  BOOST_REQUIRE(none.has_value());
  BOOST_TEST(!none->has_value());
  const auto wrong = kit::take_option(arguments, "--key");
  BOOST_REQUIRE(!wrong.has_value());
  BOOST_TEST((wrong.error().code == ErrorCode::invalid_argument));
  BOOST_TEST(wrong.error().message.find("--key") != std::string::npos);
  BOOST_TEST(arguments.size() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
