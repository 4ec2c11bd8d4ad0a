// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "meterrig/playback/open.h"
#include "recording_files.h"

using namespace meterrig;
using namespace meterrig::playback;
using namespace meterrig::playback::test;

namespace {

const std::string table = "t [s],DAQ_Ua,DAQ_I [A]\n0,10,1\n1,20,2\n2,30,3\n";

OpenOptions hinted(std::vector<ChannelHint> hints) {
  OpenOptions options;
  options.hints = std::move(hints);
  return options;
}

ChannelHint hint(std::string name) {
  return {.name = std::move(name), .rename = "", .unit = "", .phase = "", .scale = 1, .offset = 0};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(open_recording)

BOOST_AUTO_TEST_CASE(a_hint_finds_its_channel_by_name_short_name_or_place) {
  const Folder folder;
  const auto file = folder.write("a.csv", table);
  for (const std::string name : {"DAQ_I", "I", "2"}) {
    ChannelHint one = hint(name);
    one.rename = "current";
    one.unit = "mA";
    one.phase = "L2";
    one.scale = -2;
    one.offset = 0.5;
    const auto recording = opened(file, hinted({one}));
    const RecordedChannel& channel = recording->description().channels.at(1);
    BOOST_TEST(channel.name == "current");
    BOOST_TEST(channel.unit == "mA");
    BOOST_TEST(channel.phase == "L2");
    BOOST_TEST(channel.to_si == 1e-3);
    BOOST_TEST((channel.kind == ChannelKind::current));
    BOOST_TEST(recording->description().channels.at(0).name == "DAQ_Ua");
    const auto rows = samples_of(*recording);
    const std::vector<double> untouched{10, 20, 30};
    const std::vector<double> expected{-1.5, -3.5, -5.5};
    BOOST_TEST(rows[0] == untouched, boost::test_tools::per_element());
    BOOST_TEST(rows[1] == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(hints_that_fit_nothing_are_refused) {
  const Folder folder;
  const auto file = folder.write("a.csv", table);
  BOOST_TEST(folder.bare(error_of(file, hinted({hint("U")}))) ==
             "a.csv: no channel 'U'; expected one of 'DAQ_Ua' (Ua), 'DAQ_I' (I), or its place from "
             "1 to 2");
  BOOST_TEST(folder.bare(error_of(file, hinted({hint("0")}))).starts_with("a.csv: no channel '0'"));
  BOOST_TEST(folder.bare(error_of(file, hinted({hint("3")}))).starts_with("a.csv: no channel '3'"));
  BOOST_TEST(folder.bare(error_of(file, hinted({hint("2"), hint("DAQ_I")}))) ==
             "a.csv: channel 'DAQ_I' is described twice; expected it once");
  ChannelHint flat = hint("1");
  flat.scale = 0;
  BOOST_TEST(
      folder.bare(error_of(file, hinted({flat}))) ==
      "a.csv: channel '1' with scale 0 and offset 0; expected finite numbers, the scale not 0");
}

BOOST_AUTO_TEST_CASE(a_rate_beside_the_file_is_taken_instead_of_its_own) {
  const Folder folder;
  OpenOptions options;
  options.rate = Rational{6400, 1};
  const auto recording = opened(folder.write("a.csv", table), options);
  BOOST_TEST((recording->description().segments.at(0).rate == Rational{6400, 1}));
  BOOST_TEST(recording->description().count() == 3);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_says_why) {
  const Folder folder;
  const auto code = [](const std::filesystem::path& file) {
    const auto recording = playback::open(file);
    BOOST_REQUIRE(!recording.has_value());
    return recording.error().code;
  };
  BOOST_TEST((code(folder / "none.csv") == ErrorCode::not_found));
  BOOST_TEST(folder.bare(error_of(folder / "none.csv")) == "none.csv: No such file or directory");
  std::filesystem::create_directory(folder / "f.csv");
  BOOST_TEST((code(folder / "f.csv") == ErrorCode::invalid_argument));
  BOOST_TEST(folder.bare(error_of(folder / "f.csv")) == "f.csv: a folder; expected a file");
  BOOST_TEST((code("/dev/null") == ErrorCode::invalid_argument));
  const auto unknown = folder.write("a.bin", std::string("\x01\x02\x03\0", 4));
  BOOST_TEST((code(unknown) == ErrorCode::unimplemented));
  BOOST_TEST(
      folder.bare(error_of(unknown)) ==
      "a.bin: a format that I do not know; expected COMTRADE (.cfg, .dat or .cff), WAV, FLAC, "
      "CSV, or an encoding of raw samples beside the file");
}

BOOST_AUTO_TEST_CASE(files_of_one_time_base_become_one_recording) {
  const Folder folder;
  RecordingSource source;
  source.files = {folder.write("left.csv", "t [s],U [V]\n0,1\n1,2\n"),
                  folder.write("right.csv", "t [s],U [V],I [A]\n0,3,\n1,4,6\n")};
  source.hints = {hint("right:U")};
  source.hints[0].scale = 10;
  const auto recording = playback::open(source);
  BOOST_REQUIRE_MESSAGE(recording.has_value(), why(recording));
  const auto& channels = (*recording)->description().channels;
  BOOST_REQUIRE(channels.size() == 3);
  BOOST_TEST(channels[0].name == "left:U");
  BOOST_TEST(channels[1].name == "right:U");
  BOOST_TEST(channels[2].name == "I");
  const auto rows = samples_of(**recording);
  BOOST_TEST(rows[0][1] == 2.0);
  BOOST_TEST(rows[1][1] == 40.0);
  BOOST_TEST(rows[2][1] == 6.0);
  BOOST_REQUIRE((*recording)->warnings().size() == 1);
  BOOST_TEST(folder.bare((*recording)->warnings()[0]) ==
             "right.csv: 1 values are empty, first in line 2, column 3; read as missing");
}

BOOST_AUTO_TEST_CASE(files_of_different_time_bases_are_refused) {
  const Folder folder;
  RecordingSource source;
  source.files = {folder.write("left.csv", "t [s],U [V]\n0,1\n1,2\n"),
                  folder.write("right.csv", "t [ms],I [A]\n0,3\n1,4\n2,5\n")};
  const auto recording = playback::open(source);
  BOOST_REQUIRE(!recording.has_value());
  BOOST_TEST((recording.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(folder.bare(recording.error().message) ==
             "right.csv: 3 scans, 3 at 1000 a second; expected 2 scans, 2 at 1 a second as in "
             "left.csv");
}

BOOST_AUTO_TEST_SUITE_END()
