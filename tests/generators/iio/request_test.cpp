// SPDX-License-Identifier: GPL-3.0-or-later
#include "request.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace meterrig::iio_server;

namespace {

Request parsed(std::string_view line) {
  const auto request = parse_request(line);
  BOOST_REQUIRE_MESSAGE(request.has_value(), line);
  return *request;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_request)

BOOST_AUTO_TEST_CASE(every_command_of_the_protocol) {
  BOOST_TEST((parsed("VERSION").verb == Verb::version));
  BOOST_TEST((parsed("PRINT").verb == Verb::print));
  BOOST_TEST((parsed("EXIT").verb == Verb::exit));
  BOOST_TEST((parsed("TIMEOUT 2500").count == 2500));
  BOOST_TEST((parsed("CLOSE iio:device0").verb == Verb::close));
  BOOST_TEST((parsed("GETTRIG iio:device0").verb == Verb::get_trigger));
  BOOST_TEST((parsed("SETTRIG iio:device0").verb == Verb::set_trigger));
  BOOST_TEST((parsed("SETTRIG iio:device0 trigger0").attribute == "trigger0"));
  const Request buffers = parsed("SET iio:device0 BUFFERS_COUNT 4");
  BOOST_TEST((buffers.verb == Verb::set_buffers_count));
  BOOST_TEST(buffers.count == 4);
  BOOST_TEST(parsed("READBUF iio:device3 4096").count == 4096);
  const Request write = parsed("WRITEBUF iio:device3 8");
  BOOST_TEST((write.verb == Verb::write_buffer));
  BOOST_TEST(write.device == "iio:device3");
}

BOOST_AUTO_TEST_CASE(lower_case_is_taken_too) {
  BOOST_TEST((parsed("version").verb == Verb::version));
  BOOST_TEST((parsed("read iio:device0 input voltage0 raw").place == Place::input_channel));
}

BOOST_AUTO_TEST_CASE(attributes_are_of_a_device_a_channel_the_driver_or_the_buffer) {
  const Request device = parsed("READ iio:device0 sampling_frequency");
  BOOST_TEST((device.place == Place::device));
  BOOST_TEST((device.attribute == "sampling_frequency"));
  const Request channel = parsed("READ iio:device0 OUTPUT voltage1 raw");
  BOOST_TEST((channel.place == Place::output_channel));
  BOOST_TEST(channel.channel == "voltage1");
  BOOST_TEST((channel.attribute == "raw"));
  BOOST_TEST((parsed("READ iio:device0 DEBUG direct_reg_access").place == Place::debug));
  BOOST_TEST((parsed("READ iio:device0 BUFFER watermark").place == Place::buffer));
  for (const char* all : {"READ iio:device0", "READ iio:device0 INPUT voltage0",
                          "READ iio:device0 DEBUG", "WRITE iio:device0 12"})
    BOOST_TEST(!parsed(all).attribute.has_value());
  const Request write = parsed("WRITE iio:device0 INPUT voltage0 raw 5");
  BOOST_TEST((write.attribute == "raw"));
  BOOST_TEST(write.count == 5);
}

BOOST_AUTO_TEST_CASE(a_mask_has_the_first_channel_in_its_last_bit) {
  const Request open = parsed("OPEN iio:device0 1024 00000005");
  BOOST_TEST(open.count == 1024);
  BOOST_TEST(!open.cyclic);
  BOOST_REQUIRE(open.mask.size() == 32);
  for (std::size_t i = 0; i < 32; ++i) BOOST_TEST(open.mask[i] == (i == 0 || i == 2));
  const Request wide = parsed("OPEN iio:device0 1 0000000180000000 CYCLIC");
  BOOST_TEST(wide.cyclic);
  BOOST_REQUIRE(wide.mask.size() == 64);
  BOOST_TEST(wide.mask[31]);
  BOOST_TEST(wide.mask[32]);
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (const char* line : {"",
                           " ",
                           "ZPRINT",
                           "HELLO",
                           "VERSION 1",
                           "TIMEOUT",
                           "TIMEOUT x",
                           "TIMEOUT -1",
                           "READ",
                           "READ d INPUT",
                           "READ d a b",
                           "WRITE d",
                           "WRITE d a",
                           "WRITE d a x",
                           "WRITE d a 99999999999",
                           "OPEN d",
                           "OPEN d 5",
                           "OPEN d 5 123",
                           "OPEN d 5 0000000g",
                           "OPEN d 5 00000001 TWICE",
                           "OPEN d 5 00000001 CYCLIC 1",
                           "READBUF d",
                           "READBUF d 18446744073709551616",
                           "WRITEBUF d 1 2",
                           "CLOSE",
                           "CLOSE d e",
                           "SET d",
                           "SET d BUFFERS_COUNT",
                           "SET d BUFFERS_COUNT 100000",
                           "SET d OTHER 1"})
    BOOST_TEST(!parse_request(line).has_value(), line);
}

BOOST_AUTO_TEST_SUITE_END()
