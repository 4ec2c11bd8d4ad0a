// SPDX-License-Identifier: GPL-3.0-or-later
#include "answer.h"

#include <boost/test/unit_test.hpp>
#include <string_view>

using namespace meterrig::modbus;

namespace {

using Bytes = std::vector<std::uint8_t>;

void check_kind(const Answer& answer, AnswerKind kind, std::string_view detail) {
  BOOST_TEST((answer.kind == kind), answer.detail);
  BOOST_TEST(answer.detail == detail);
  BOOST_TEST(answer.registers.empty());
}

constexpr Request voltage{
    .unit = 1, .table = Table::input, .address = 0, .count = 2, .transaction = 0x1502};

Bytes with_checksum(Bytes body) {
  const std::uint16_t sum = crc16(body);
  body.push_back(static_cast<std::uint8_t>(sum & 0xFF));
  body.push_back(static_cast<std::uint8_t>(sum >> 8));
  return body;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answer)

// The published check value of CRC-16/MODBUS, and frames with their sums as sent: low byte first.
BOOST_AUTO_TEST_CASE(the_check_sum_agrees_with_published_frames) {
  const std::string_view digits = "123456789";
  BOOST_TEST(crc16(Bytes(digits.begin(), digits.end())) == 0x4B37);
  BOOST_TEST(crc16(Bytes{0x01, 0x03, 0x00, 0x00, 0x00, 0x02}) == 0x0BC4);
  BOOST_TEST(crc16(Bytes{0x01, 0x03, 0x04, 0x00, 0x00, 0x00, 0x00}) == 0x33FA);
  BOOST_TEST(crc16(Bytes{0x01, 0x04, 0x00, 0x0A, 0x00, 0x01}) == 0xC811);
  BOOST_TEST(crc16(Bytes{0x11, 0x03, 0x00, 0x6B, 0x00, 0x03}) == 0x8776);
  BOOST_TEST(crc16(Bytes{0x11, 0x01, 0x00, 0x13, 0x00, 0x25}) == 0x840E);
  BOOST_TEST(crc16(Bytes{0x01, 0x06, 0x00, 0x01, 0x00, 0x17}) == 0x0498);
  BOOST_TEST(crc16(Bytes{0x01, 0x04, 0x00, 0x00, 0x00, 0x02}) == 0xCB71);
}

BOOST_AUTO_TEST_CASE(an_rtu_answer_gives_its_registers) {
  const Answer got =
      interpret_rtu(Bytes{0x01, 0x04, 0x04, 0x43, 0x66, 0x00, 0x00, 0x0E, 0x1F}, voltage);
  BOOST_TEST((got.kind == AnswerKind::registers));
  BOOST_TEST(got.registers == (std::vector<std::uint16_t>{0x4366, 0x0000}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_single_bit_error_is_found) {
  const Bytes good{0x01, 0x04, 0x04, 0x43, 0x66, 0x00, 0x00, 0x0E, 0x1F};
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1U << (bit % 8)));
    BOOST_TEST((interpret_rtu(bad, voltage).kind == AnswerKind::damaged), "bit " << bit);
  }
}

BOOST_AUTO_TEST_CASE(what_an_rtu_answer_lacks_is_told) {
  check_kind(interpret_rtu(Bytes{0x01, 0x04, 0x04, 0x43, 0x66, 0x00, 0x01, 0x0E, 0x1F}, voltage),
             AnswerKind::damaged, "check sum 0x1F0E, expected 0xDFCF");
  check_kind(interpret_rtu(with_checksum({0x02, 0x04, 0x04, 0, 0, 0, 0}), voltage),
             AnswerKind::wrong_unit, "answer of unit 2, expected 1");
  check_kind(interpret_rtu(with_checksum({0x01, 0x03, 0x04, 0, 0, 0, 0}), voltage),
             AnswerKind::foreign, "answer to function 3, expected 4");
  check_kind(interpret_rtu(with_checksum({0x01, 0x04, 0x02, 0, 0}), voltage), AnswerKind::foreign,
             "answer with 2 data bytes, expected 4");
  check_kind(interpret_rtu(with_checksum({0x01, 0x83, 0x02}), voltage), AnswerKind::foreign,
             "answer to function 131, expected 4");
  check_kind(interpret_rtu(Bytes{0x01, 0x04}, voltage), AnswerKind::damaged, "frame of 2 bytes");
}

BOOST_AUTO_TEST_CASE(an_exception_has_its_number_and_name) {
  const Answer got = interpret_rtu(with_checksum({0x01, 0x84, 0x02}), voltage);
  check_kind(got, AnswerKind::exception, "exception 2 (illegal data address)");
  BOOST_TEST(got.exception == 2);
  check_kind(interpret_rtu(with_checksum({0x01, 0x84, 0x63}), voltage), AnswerKind::exception,
             "exception 99 (unknown)");
}

BOOST_AUTO_TEST_CASE(a_tcp_answer_is_judged_by_its_header) {
  const auto answer_with = [](std::size_t at, std::uint8_t value) {
    Bytes frame{0x15, 0x02, 0, 0, 0, 7, 1, 4, 4, 0x43, 0x66, 0, 0};
    frame[at] = value;
    return interpret_tcp(frame, voltage);
  };
  BOOST_TEST(answer_with(12, 5).registers == (std::vector<std::uint16_t>{0x4366, 0x0005}),
             boost::test_tools::per_element());
  check_kind(answer_with(1, 0x01), AnswerKind::late, "answer to transaction 5377, expected 5378");
  check_kind(answer_with(1, 0x03), AnswerKind::foreign,
             "answer to transaction 5379, expected 5378");
  check_kind(answer_with(3, 1), AnswerKind::foreign,
             "header with protocol 1 and length 7, expected 0 and 7");
  check_kind(answer_with(5, 9), AnswerKind::foreign,
             "header with protocol 0 and length 9, expected 0 and 7");
  check_kind(answer_with(6, 9), AnswerKind::wrong_unit, "answer of unit 9, expected 1");
  check_kind(answer_with(7, 3), AnswerKind::foreign, "answer to function 3, expected 4");
}

BOOST_AUTO_TEST_SUITE_END()
