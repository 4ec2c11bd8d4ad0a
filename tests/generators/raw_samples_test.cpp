// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <random>
#include <string>

#include "recording_files.h"

using namespace meterrig;
using namespace meterrig::playback;
using namespace meterrig::playback::test;

namespace {

OpenOptions plain(std::string encoding, int channels = 0) {
  OpenOptions options;
  options.rate = Rational{8000, 1};
  options.encoding = std::move(encoding);
  options.channels = channels;
  return options;
}

std::string bytes_of(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text += static_cast<char>(byte);
  return text;
}

void check(const std::string& encoding, const std::string& bytes,
           const std::vector<double>& expected) {
  BOOST_TEST_CONTEXT(encoding) {
    const Folder folder;
    // By the option, and by the extension.
    const auto recording = opened(folder.write("a", bytes), plain(encoding));
    BOOST_TEST(samples_of(*recording)[0] == expected, boost::test_tools::per_element());
    const auto named = opened(folder.write("a." + encoding, bytes), plain(""));
    BOOST_TEST(samples_of(*named)[0] == expected, boost::test_tools::per_element());
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(raw_samples)

BOOST_AUTO_TEST_CASE(every_encoding_gives_the_numbers_that_its_bytes_mean) {
  check("s16le", bytes_of({0xFF, 0x7F, 0x00, 0x80, 0xFE, 0xFF}), {32767, -32768, -2});
  check("s16be", bytes_of({0x7F, 0xFF, 0x80, 0x00, 0xFF, 0xFE}), {32767, -32768, -2});
  check("s24le", bytes_of({0xFF, 0xFF, 0x7F, 0x00, 0x00, 0x80, 0xFE, 0xFF, 0xFF}),
        {8388607, -8388608, -2});
  check("s32le", bytes_of({0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0x80, 0xFE, 0xFF, 0xFF, 0xFF}),
        {2147483647.0, -2147483648.0, -2});
  check("f32le", bytes_of({0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0}), {1, -2.5});
  check("f64le", bytes_of({0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0x04, 0xC0}), {1, -2.5});
}

BOOST_AUTO_TEST_CASE(interleaved_channels_come_apart_and_a_tail_is_left_out_with_a_warning) {
  const Folder folder;
  const auto recording =
      opened(folder.write("a.s16le", bytes_of({1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6})), plain("", 2));
  BOOST_TEST(recording->description().format == "raw samples, s16le");
  const auto rows = samples_of(*recording);
  const std::vector<double> first{1, 3};
  const std::vector<double> second{2, 4};
  BOOST_TEST(rows[0] == first, boost::test_tools::per_element());
  BOOST_TEST(rows[1] == second, boost::test_tools::per_element());
  BOOST_REQUIRE(recording->warnings().size() == 1);
  BOOST_TEST(folder.bare(recording->warnings()[0]) ==
             "a.s16le: the last 3 bytes are no whole scan of 4 and are left out");
}

BOOST_AUTO_TEST_CASE(raw_samples_without_what_they_need_are_refused) {
  const Folder folder;
  const auto file = folder.write("a.s16le", bytes_of({1, 0}));
  BOOST_TEST(folder.bare(error_of(file)) ==
             "a.s16le: the file does not say how many scans a second it holds; expected a rate "
             "beside it");
  BOOST_TEST(
      folder.bare(error_of(file, plain("s12"))) ==
      "a.s16le: the encoding 's12' is none that I know; expected one of s16le, s16be, s24le, "
      "s32le, f32le, f64le, hex16");
  BOOST_TEST(folder.bare(error_of(file, plain("", 2))) ==
             "a.s16le: 2 bytes; expected at least one scan of 4 bytes");
  BOOST_TEST(folder.bare(error_of(file, plain("", 5000))) ==
             "a.s16le: 5000 interleaved channels; expected from 1 to 1024");
  OpenOptions still = plain("");
  still.rate = Rational{0, 1};
  BOOST_TEST(folder.bare(error_of(file, still)) ==
             "a.s16le: a rate of 0/1 scans a second; expected one above 0");
}

BOOST_AUTO_TEST_CASE(hexadecimal_words_run_over_line_ends_and_an_odd_tail_is_left_out) {
  const Folder folder;
  // 0x0001, 0xFFFE, 0x7FFF, 0x8000, then a word and a half.
  const auto recording =
      opened(folder.write("a.txt", "FFFFFFFF\r\n0100feF\r\nFFF7F00\r\n80AAAAB\r\n"), plain(""));
  BOOST_TEST(recording->description().format == "hexadecimal text, 16 bit");
  const auto rows = samples_of(*recording);
  const std::vector<double> first{1, 32767};
  const std::vector<double> second{-2, -32768};
  BOOST_TEST(rows[0] == first, boost::test_tools::per_element());
  BOOST_TEST(rows[1] == second, boost::test_tools::per_element());
  BOOST_REQUIRE(recording->warnings().size() == 1);
  BOOST_TEST(folder.bare(recording->warnings()[0]) ==
             "a.txt: the last 5 hexadecimal digits are no whole scan of 8 and are left out");
}

BOOST_AUTO_TEST_CASE(hexadecimal_words_need_no_mark_when_the_encoding_is_said) {
  const Folder folder;
  const auto recording = opened(folder.write("a", "0100 0200"), plain("hex16", 1));
  const std::vector<double> expected{1, 2};
  BOOST_TEST(samples_of(*recording)[0] == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_no_hexadecimal_digit_is_refused_with_its_byte) {
  const Folder folder;
  BOOST_TEST(folder.bare(error_of(folder.write("a.hex.txt", "FFFFFFFF\n0100XX00"), plain(""))) ==
             "a.hex.txt: byte 13: no hexadecimal digit; expected 0-9, A-F or a line end");
  BOOST_TEST(folder.bare(error_of(folder.write("b.hex.txt", "FFFFFFFF\n0100"), plain(""))) ==
             "b.hex.txt: 1 words of 16 bits; expected at least one scan of 2");
}

BOOST_AUTO_TEST_CASE(any_piece_of_hexadecimal_words_reads_as_in_one_run) {
  std::string text = "FFFFFFFF\n";
  std::mt19937_64 random(3);
  std::vector<double> words;
  for (int n = 0; n < 200000; ++n) {
    const auto word = static_cast<std::uint16_t>(random());
    words.push_back(static_cast<std::int16_t>(word));
    text += fmt::format("{:02X}{:02X}", word & 0xFFU, word >> 8U);
    if (random() % 50 == 0) text += "\r\n";
  }
  const Folder folder;
  const auto recording = opened(folder.write("a.hex.txt", text), plain("", 1));
  ScanBlock block;
  for (const auto& [first, count] :
       {std::pair{0, 10}, {10, 70000}, {65535, 2}, {199999, 1}, {131072, 5}, {131077, 100}}) {
    BOOST_REQUIRE(recording->read(first, static_cast<std::size_t>(count), block).has_value());
    for (int n = 0; n < count; ++n)
      BOOST_REQUIRE(block.row(0)[static_cast<std::size_t>(n)] ==
                    words[static_cast<std::size_t>(first + n)]);
  }
}

BOOST_AUTO_TEST_SUITE_END()
