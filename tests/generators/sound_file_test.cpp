// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "recording_files.h"

using namespace meterrig;
using namespace meterrig::playback;
using namespace meterrig::playback::test;

namespace {

void append_number(std::string& bytes, std::uint64_t number, int width) {
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
}

// A WAV file as RIFF says it is laid out, whatever the library would write. Format 1 is whole
// numbers, 3 floats.
std::string wav(int format, int channels, int rate, int bits, const std::string& data,
                std::size_t promised) {
  std::string bytes = "RIFF";
  append_number(bytes, 36 + promised, 4);
  bytes += "WAVEfmt ";
  append_number(bytes, 16, 4);
  append_number(bytes, static_cast<std::uint64_t>(format), 2);
  append_number(bytes, static_cast<std::uint64_t>(channels), 2);
  append_number(bytes, static_cast<std::uint64_t>(rate), 4);
  append_number(bytes, static_cast<std::uint64_t>(rate * channels * bits / 8), 4);
  append_number(bytes, static_cast<std::uint64_t>(channels * bits / 8), 2);
  append_number(bytes, static_cast<std::uint64_t>(bits), 2);
  bytes += "data";
  append_number(bytes, promised, 4);
  return bytes + data;
}

std::string wav(int format, int channels, int rate, int bits, const std::string& data) {
  return wav(format, channels, rate, bits, data, data.size());
}

template <class Number>
std::string little_endian(const std::vector<Number>& numbers, int width) {
  std::string bytes;
  for (const Number number : numbers)
    append_number(bytes, static_cast<std::uint64_t>(static_cast<std::int64_t>(number)), width);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sound_file)

BOOST_AUTO_TEST_CASE(a_foreign_file_of_whole_numbers_gives_its_codes) {
  const Folder folder;
  const auto check = [&](int bits, const std::vector<std::int64_t>& stored,
                         const std::vector<double>& expected) {
    BOOST_TEST_CONTEXT(bits) {
      const auto recording =
          opened(folder.write("a.wav", wav(1, 2, 12345, bits, little_endian(stored, bits / 8))));
      const RecordingDescription& description = recording->description();
      BOOST_TEST(description.format == fmt::format("WAV, {} bit", bits));
      BOOST_TEST((description.segments.at(0).rate == Rational{12345, 1}));
      BOOST_REQUIRE(description.channels.size() == 2);
      BOOST_TEST(description.channels[0].name == "1");
      BOOST_TEST(description.channels[1].name == "2");
      BOOST_TEST(description.channels[1].unit == "count");
      BOOST_TEST((description.channels[1].kind == ChannelKind::other));
      BOOST_TEST(description.channels[1].resolution == 1.0);
      const auto rows = samples_of(*recording, 1);
      std::vector<double> interleaved;
      for (std::size_t n = 0; n < rows[0].size(); ++n)
        interleaved.insert(interleaved.end(), {rows[0][n], rows[1][n]});
      BOOST_TEST(interleaved == expected, boost::test_tools::per_element());
    }
  };
  check(16, {-32768, 32767, 0, 1, -1, 258}, {-32768, 32767, 0, 1, -1, 258});
  check(24, {-8388608, 8388607, 5, -5}, {-8388608, 8388607, 5, -5});
  check(32, {-2147483648, 2147483647, 5, -5}, {-2147483648.0, 2147483647.0, 5, -5});
  check(8, {0, 255, 128, 127}, {-128, 127, 0, -1});  // stored with 128 added
}

BOOST_AUTO_TEST_CASE(a_foreign_file_of_floats_gives_its_numbers) {
  const Folder folder;
  std::string data;
  for (const double number : {0.1, -325.25, 1e300})
    data.append(reinterpret_cast<const char*>(&number), sizeof number);
  const auto recording = opened(folder.write("a.wav", wav(3, 1, 8000, 64, data)));
  BOOST_TEST(recording->description().format == "WAV, 64 bit float");
  BOOST_TEST(recording->description().channels.at(0).name == "1");
  BOOST_TEST(recording->description().channels.at(0).unit == "1");
  const std::vector<double> expected{0.1, -325.25, 1e300};
  BOOST_TEST(samples_of(*recording)[0] == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_header_that_promises_too_much_is_read_as_far_as_the_file_goes) {
  const Folder folder;
  const std::string data = little_endian<int>({1, 2, 3, 4, 5}, 2);
  const auto recording =
      opened(folder.write("a.wav", wav(1, 1, 8000, 16, data, std::size_t{1000})));
  BOOST_TEST(recording->description().count() == 5);
  BOOST_REQUIRE(recording->warnings().size() == 1);
  BOOST_TEST(folder.bare(recording->warnings()[0]) ==
             "a.wav: the header promises another length than the file has; the 5 scans that are "
             "there are read");
  const std::vector<double> expected{1, 2, 3, 4, 5};
  BOOST_TEST(samples_of(*recording)[0] == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_no_sound_file_is_refused) {
  const Folder folder;
  BOOST_TEST(folder.bare(error_of(folder.write("a.wav", "U,I\n1,2\n"))) ==
             "a.wav: byte 0: no WAV or FLAC file; expected RIFF, RF64 or fLaC");
  BOOST_TEST(folder.bare(error_of(folder.write("b.flac", ""))) ==
             "b.flac: byte 0: no WAV or FLAC file; expected RIFF, RF64 or fLaC");
  BOOST_TEST(folder.bare(error_of(folder.write("c.wav", wav(1, 1, 8000, 16, "")))) ==
             "c.wav: no scans that can be decoded; expected at least one");
  const std::string cut = folder.bare(error_of(folder.write("d.wav", "RIFF1234WAVE")));
  BOOST_TEST(cut.starts_with("d.wav: libsndfile: "));
  BOOST_TEST(cut.ends_with("; expected a WAV or FLAC file"));
}

BOOST_AUTO_TEST_SUITE_END()
