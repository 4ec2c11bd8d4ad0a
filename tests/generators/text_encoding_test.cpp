// SPDX-License-Identifier: GPL-3.0-or-later
#include "text_encoding.h"

#include <boost/test/unit_test.hpp>
#include <string>

using meterrig::playback::decoded;
using meterrig::playback::encoding_of;
using meterrig::playback::encoding_warning;

BOOST_AUTO_TEST_SUITE(text_encoding)

BOOST_AUTO_TEST_CASE(utf8_is_left_as_it_is) {
  const std::string text = "U\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80";
  BOOST_TEST(encoding_of(text) == "UTF-8");
  BOOST_TEST(decoded(text, "UTF-8") == text);
  BOOST_TEST(encoding_warning("UTF-8").empty());
  // Overlong, a surrogate, beyond Unicode, cut off
  for (const char* wrong : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
    BOOST_TEST(encoding_of(wrong) != "UTF-8");
}

BOOST_AUTO_TEST_CASE(what_makers_write_is_recognised) {
  struct Sample {
    std::string bytes;
    std::string encoding;
    std::string text;
  };
  const Sample samples[]{
      // "terminal, voltage of the busbar" in Russian, in two encodings; busbars and
      // transformers in Chinese
      {"\xF2\xE5\xF0\xEC\xE8\xED\xE0\xEB, \xED\xE0\xEF\xF0\xFF\xE6\xE5\xED\xE8\xE5 \xF8\xE8\xED",
       "WINDOWS-1251",
       "\xD1\x82\xD0\xB5\xD1\x80\xD0\xBC\xD0\xB8\xD0\xBD\xD0\xB0\xD0\xBB, "
       "\xD0\xBD\xD0\xB0\xD0\xBF\xD1\x80\xD1\x8F\xD0\xB6\xD0\xB5\xD0\xBD\xD0\xB8\xD0\xB5 "
       "\xD1\x88\xD0\xB8\xD0\xBD"},
      {"\xE2\xA5\xE0\xAC\xA8\xAD\xA0\xAB, \xAD\xA0\xAF\xE0\xEF\xA6\xA5\xAD\xA8\xA5 \xE8\xA8\xAD",
       "IBM866",
       "\xD1\x82\xD0\xB5\xD1\x80\xD0\xBC\xD0\xB8\xD0\xBD\xD0\xB0\xD0\xBB, "
       "\xD0\xBD\xD0\xB0\xD0\xBF\xD1\x80\xD1\x8F\xD0\xB6\xD0\xB5\xD0\xBD\xD0\xB8\xD0\xB5 "
       "\xD1\x88\xD0\xB8\xD0\xBD"},
      {"220kV\xC4\xB8\xCF\xDFI_Ua, 2\xBA\xC5\xD6\xF7\xB1\xE4_\xB8\xDF\xD1\xB9\xB2\xE0_Ia, "
       "1\xBA\xC5\xD6\xF7\xB1\xE4_\xB8\xDF\xD1\xB9\xB2\xE0_Ib",
       "GB18030",
       "220kV\xE6\xAF\x8D\xE7\xBA\xBFI_Ua, "
       "2\xE5\x8F\xB7\xE4\xB8\xBB\xE5\x8F\x98_\xE9\xAB\x98\xE5\x8E\x8B\xE4\xBE\xA7_Ia, "
       "1\xE5\x8F\xB7\xE4\xB8\xBB\xE5\x8F\x98_\xE9\xAB\x98\xE5\x8E\x8B\xE4\xBE\xA7_Ib"},
  };
  for (const Sample& sample : samples) {
    const std::string encoding = encoding_of(sample.bytes);
    BOOST_TEST(encoding == sample.encoding);
    BOOST_TEST(decoded(sample.bytes, encoding) == sample.text);
    BOOST_TEST(encoding_warning(encoding).find(sample.encoding) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(signs_of_units_alone_are_not_taken_for_letters) {
  BOOST_TEST(encoding_of("U [\xB5V]") == "ISO-8859-1");
  BOOST_TEST(decoded("U [\xB5V]", "ISO-8859-1") == "U [\xC2\xB5V]");
  BOOST_TEST(encoding_of("T [\xB0"
                         "C]") == "ISO-8859-1");
}

BOOST_AUTO_TEST_CASE(nothing_reaches_a_terminal_that_it_obeys) {
  BOOST_TEST(decoded("\x91\x1B[2J\x7F", "ISO-8859-1") == "%91%1B[2J%7F");
  BOOST_TEST(decoded("\xC2\x9B"
                     "31m",
                     "UTF-8") == "%9B31m");
  BOOST_TEST(decoded(std::string("a\0\t\r\n", 5), "UTF-8") == "a \t\r\n");
}

BOOST_AUTO_TEST_CASE(a_byte_that_is_no_character_is_shown_as_its_number) {
  BOOST_TEST(decoded("a\xFF"
                     "b",
                     "UTF-8") == "a%FFb");
  BOOST_TEST(decoded("\xC4\xB8\xFF"
                     "b",
                     "GB18030") == "\xE6\xAF\x8D%FFb");
  BOOST_TEST(decoded("a\xFF", "no such encoding") == "a%FF");
}

BOOST_AUTO_TEST_SUITE_END()
