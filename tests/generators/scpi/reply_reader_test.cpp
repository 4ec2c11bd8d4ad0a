// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/reply_reader.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace meterrig;
using namespace meterrig::scpi;

namespace {

std::vector<std::string> lines_of(ReplyReader& reader, std::string_view bytes) {
  reader.take({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  std::vector<std::string> lines;
  while (auto line = reader.next())
    lines.push_back(*line ? **line : "refused: " + line->error().message);
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(reply_reader)

BOOST_AUTO_TEST_CASE(lines_end_as_the_instrument_ends_them_however_they_are_cut) {
  ReplyReader lf(LineEnd::lf, 20);
  BOOST_TEST(lines_of(lf, "a b\nsec") == Lines{"a b"});
  BOOST_TEST(lf.amid_line());
  BOOST_TEST(lines_of(lf, "ond\r\n\n  third \n") == (Lines{"second", "third"}));
  BOOST_TEST(!lf.amid_line());
  ReplyReader cr(LineEnd::cr, 20);
  BOOST_TEST(lines_of(cr, "OK\r\nER\r") == (Lines{"OK", "ER"}));
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_refused_once_and_the_next_line_is_right) {
  ReplyReader reader(LineEnd::lf, 5);
  BOOST_TEST(lines_of(reader, "12345\n") == Lines{"12345"});
  const Lines lines = lines_of(reader, "1234567890123456789\nok\n");
  BOOST_REQUIRE(lines.size() == 2U);
  BOOST_TEST(lines[0] == "refused: a reply of more than 5 characters; expected a shorter one");
  BOOST_TEST(lines[1] == "ok");
  BOOST_TEST(lines_of(reader, "123456\n")[0] ==
             "refused: a reply of 6 characters; expected at most 5");
}

BOOST_AUTO_TEST_CASE(what_does_not_print_is_refused) {
  ReplyReader reader(LineEnd::lf, 20);
  BOOST_TEST(lines_of(reader,
                      "23\xB0"
                      "C\n")[0] == "refused: a reply with the byte 0xB0; expected printable ASCII");
  BOOST_TEST(lines_of(reader, std::string_view("a\0b\n", 4))[0] ==
             "refused: a reply with the byte 0x00; expected printable ASCII");
  BOOST_TEST(lines_of(reader, "ok\n") == Lines{"ok"});
}

BOOST_AUTO_TEST_SUITE_END()
