// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/inject/frame.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string_view>

#include "meterrig_encoding.h"

namespace meterrig::inject {
namespace {

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

std::vector<Frame> all_of(FrameReader& reader) {
  std::vector<Frame> frames;
  while (auto frame = reader.next()) frames.push_back(std::move(*frame));
  return frames;
}

BOOST_AUTO_TEST_SUITE(frame)

BOOST_AUTO_TEST_CASE(check_sums_are_those_of_the_catalogue_at_both_ends) {
  const auto check = bytes_of("123456789");
  BOOST_TEST(crc16(check) == 0x29B1);
  BOOST_TEST(crc32(check) == 0xCBF43926U);
  BOOST_TEST(mr_crc16(check.data(), check.size()) == 0x29B1);
  BOOST_TEST(mr_crc32(check.data(), check.size()) == 0xCBF43926U);
}

BOOST_AUTO_TEST_CASE(an_advance_has_the_bytes_of_the_readme) {
  // AdvanceRequest {until_ns: 20000000}
  const Frame advance{.kind = request_kind(Kind::advance),
                      .sequence = 7,
                      .payload = {0x08, 0x80, 0xDA, 0xC4, 0x09}};
  const std::vector<std::uint8_t> expected{0xA5, 0x5A, 0x06, 0x07, 0x05, 0x00, 0x3C, 0xD9, 0x08,
                                           0x80, 0xDA, 0xC4, 0x09, 0xAA, 0x40, 0xF6, 0xFA};
  BOOST_TEST(encode(advance) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(frames_come_out_as_they_went_in_however_they_are_cut) {
  const std::vector<Frame> sent{
      {.kind = 0x81, .sequence = 1, .payload = {}},
      {.kind = 0x85, .sequence = 255, .payload = {0xA5, 0x5A, 0xA5, 0x5A, 0x00}},
      {.kind = 0xC6, .sequence = 0, .payload = std::vector<std::uint8_t>(largest_payload, 0xA5)}};
  std::vector<std::uint8_t> line;
  for (const Frame& frame : sent) {
    const auto bytes = encode(frame);
    line.insert(line.end(), bytes.begin(), bytes.end());
  }
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, line.size()}) {
    FrameReader reader;
    std::vector<Frame> found;
    for (std::size_t at = 0; at < line.size(); at += piece) {
      reader.take(std::span(line).subspan(at, std::min(piece, line.size() - at)));
      for (Frame& frame : all_of(reader)) found.push_back(std::move(frame));
    }
    BOOST_TEST((found == sent));
    BOOST_TEST(reader.damaged() == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_false_beginning_swallows_no_frame) {
  const Frame good{.kind = 0x86, .sequence = 9, .payload = {1, 2, 3}};
  const auto bytes = encode(good);
  // A header whose check sum fits, of a frame that goes on over the good one; and one of none.
  auto false_frame = encode({.kind = 0x86, .sequence = 8, .payload = bytes});
  false_frame.back() ^= 1;
  for (const auto& noise : {std::vector<std::uint8_t>{0xA5}, std::vector<std::uint8_t>{0xA5, 0x5A},
                            std::vector<std::uint8_t>{0xA5, 0xA5},
                            std::vector<std::uint8_t>{0xA5, 0x5A, 1, 2, 3, 4, 5, 6}}) {
    FrameReader reader;
    reader.take(noise);
    reader.take(bytes);
    const auto found = all_of(reader);
    BOOST_TEST_REQUIRE(found.size() == 1U);
    BOOST_TEST((found.front() == good));
  }
  FrameReader reader;
  reader.take(false_frame);
  const auto found = all_of(reader);
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found.front() == good));
  BOOST_TEST(reader.damaged() == 1);
}

BOOST_AUTO_TEST_CASE(a_frame_that_will_not_be_completed_is_given_up_and_what_followed_it_found) {
  const Frame good{.kind = 0x82, .sequence = 3, .payload = {7}};
  auto cut = encode({.kind = 0x85, .sequence = 2, .payload = std::vector<std::uint8_t>(1000, 1)});
  cut.resize(500);
  FrameReader reader;
  reader.take(cut);
  reader.take(encode(good));
  BOOST_TEST(!reader.next().has_value());
  BOOST_TEST(reader.give_up());
  const auto found = all_of(reader);
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found.front() == good));
  BOOST_TEST(!reader.give_up());
}

BOOST_AUTO_TEST_CASE(every_change_of_a_byte_is_noticed) {
  const auto bytes = encode({.kind = 0x86, .sequence = 9, .payload = {1, 2, 3, 4}});
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = bytes;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << bit));
      FrameReader reader;
      reader.take(changed);
      BOOST_TEST(!reader.next().has_value());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::inject
