// SPDX-License-Identifier: GPL-3.0-or-later
// Small records written by hand, each with one thing that is not as it should be.
#include <fmt/format.h>
#include <bit>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "comtrade/channel_guess.h"
#include "comtrade/moment.h"
#include "recording_files.h"

using namespace meterrig;
using namespace meterrig::playback;
using namespace meterrig::playback::test;

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

const std::string cfg =
    "Station,Relay,1999\r\n"
    "3,2A,1D\r\n"
    "1,Ua,A,Line 1,V,0.5,0,0,-99999,99998,100,1,S\r\n"
    "2,Ia,A,Line 1,kA,0.01,1,25,-99999,99998,200,5,P\r\n"
    "1,Trip,,,0\r\n"
    "50\r\n"
    "1\r\n"
    "1000,3\r\n"
    "01/02/2020,10:00:00.000000\r\n"
    "01/02/2020,10:00:00.001000\r\n"
    "ASCII\r\n"
    "1\r\n";
const std::string dat =
    "1,0,2,100,0\r\n"
    "2,1000,4,200,0\r\n"
    "3,2000,-6,-300,1\r\n";
const std::vector<std::vector<double>> values{{1, 2, -3}, {2, 3, -2}};

struct Edit {
  std::string from;
  std::string to;
};

std::string edited(std::string text, const std::vector<Edit>& edits) {
  for (const Edit& edit : edits) {
    const std::size_t at = text.find(edit.from);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, edit.from);
    text.replace(at, edit.from.size(), edit.to);
  }
  return text;
}

void add(const Folder& folder, const std::string& data) {
  BOOST_REQUIRE(std::filesystem::exists(folder.write("x.dat", data)));
}

struct Opened {
  RecordingDescription description;
  std::vector<std::vector<double>> rows;
  std::vector<std::string> warnings;
};

Opened read(const std::string& configuration, const std::string& data,
            const OpenOptions& options = {}) {
  const Folder folder;
  add(folder, data);
  const auto recording = opened(folder.write("x.cfg", configuration), options);
  Opened result;
  result.description = recording->description();
  result.rows = samples_of(*recording);
  for (const std::string& warning : recording->warnings())
    result.warnings.push_back(folder.bare(warning));
  return result;
}

std::string refusal(const std::string& configuration, const std::string& data) {
  const Folder folder;
  add(folder, data);
  return folder.bare(error_of(folder.write("x.cfg", configuration)));
}

void same(const std::vector<std::vector<double>>& found,
          const std::vector<std::vector<double>>& expected) {
  BOOST_REQUIRE(found.size() == expected.size());
  for (std::size_t c = 0; c < found.size(); ++c) {
    BOOST_REQUIRE(found[c].size() == expected[c].size());
    for (std::size_t i = 0; i < found[c].size(); ++i) {
      // One product and one sum of numbers below 10: 2 ulp of 8.
      BOOST_TEST(
          (std::isnan(expected[c][i]) ? std::isnan(found[c][i])
                                      : std::abs(found[c][i] - expected[c][i]) < 2e-15),
          "channel " << c << ", scan " << i << ": " << found[c][i] << " is not " << expected[c][i]);
    }
  }
}

template <class T>
void put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Records of any width; every code a channel of its own.
template <class Code>
std::string binary(const std::vector<std::vector<Code>>& scans, std::size_t status_words,
                   std::uint32_t period = 1000) {
  std::string bytes;
  for (std::size_t n = 0; n < scans.size(); ++n) {
    put(bytes, static_cast<std::uint32_t>(n + 1));
    put(bytes, static_cast<std::uint32_t>(n) * period);
    for (const Code code : scans[n]) put(bytes, code);
    for (std::size_t w = 0; w < status_words; ++w) put(bytes, std::uint16_t{0xA5C3});
  }
  return bytes;
}

using Strings = std::vector<std::string>;

struct Oddity {
  const char* what;
  std::vector<Edit> configuration;
  std::vector<Edit> data;
  Strings warnings;
};

const std::string few_fields = "11,22,33,44,55";

const std::vector<Oddity> harmless{
    {"nothing odd", {}, {}, {}},
    {"a year of 1997 to 2001", {{"1999", "2000"}}, {}, {}},
    {"a year between two revisions",
     {{"1999", "2005"}},
     {},
     {"x.cfg: line 1: revision 2005 is not one of 1991, 1999 and 2013; read by the rules of 1999"}},
    {"a word for a year",
     {{"1999", "V2"}},
     {},
     {"x.cfg: line 1: 'V2' for the year of the revision; read by the rules of 1999"}},
    {"a comma in the station's name",
     {{"Station", "North, Station"}},
     {},
     {"x.cfg: line 1: 4 fields; the last was read as the year of the revision"}},
    {"a sum of channels that is none",
     {{"3,2A", "4,2A"}},
     {},
     {"x.cfg: line 2: '4' channels in all, but 2 analogue and 1 status; the sum is not used"}},
    {"lower-case letters of the counts", {{"2A,1D", "2a, 1d "}}, {}, {}},
    {"status channels counted first", {{"2A,1D", "1D,2A"}}, {}, {}},
    {"a lower-case data type with blanks", {{"ASCII", " ascii  "}}, {}, {}},
    {"blanks around fields", {{"2,Ia,A,Line 1,kA,0.01", " 2 , Ia,A ,Line 1, kA , 0.01 "}}, {}, {}},
    {"line feeds alone", {{"1999\r\n", "1999\n"}}, {{"0\r\n", "0\n"}}, {}},
    {"carriage returns doubled", {{"1999\r\n", "1999\r\r\n"}}, {{"0\r\n", "0\r\r\n"}}, {}},
    {"a byte order mark", {{"Station", "\xEF\xBB\xBFStation"}}, {}, {}},
    {"control Z at the ends",
     {{"ASCII\r\n1\r\n", "ASCII\r\n1\r\n\x1A"}},
     {{",1\r\n", ",1\r\n\x1A"}},
     {}},
    {"control Z for the last line end", {}, {{",1\r\n", ",1\x1A"}}, {}},
    {"empty lines between the channels",
     {{"2,Ia", "\r\n\r\n2,Ia"}},
     {},
     {"x.cfg: empty lines between the channels; passed over"}},
    {"an empty line before the line frequency", {{"50\r\n", "\r\n50\r\n"}}, {}, {}},
    {"empty lines in the data", {}, {{"0\r\n2", "0\r\n\r\n \r\n2"}}, {}},
    {"sample numbers from 0",
     {},
     {{"1,0,2", "0,0,2"}, {"2,1000", "1,1000"}, {"3,2000", "2,2000"}},
     {}},
    {"time stamps from below 0",
     {},
     {{"1,0,", "1,-1000,"}, {",1000,", ",0,"}, {",2000,", ",1000,"}},
     {}},
    {"no time stamps", {}, {{"1,0,", "1,,"}, {",1000,", ",,"}, {",2000,", ",,"}}, {}},
    {"time stamps that lie",
     {},
     {{"2000", "1500"}},
     {"x.dat: 1 of 2 steps of the time stamps are not the period; the configuration's rate was "
      "used"}},
    {"time stamps that run slow",
     {{"1000,3", "1005,3"}},
     {},
     {"x.dat: the time stamps rise by 1000 on average where the period is 995.025; the "
      "configuration's rate was used"}},
    {"a sample number that jumps",
     {},
     {{"3,2000", "9,2000"}},
     {"x.dat: 1 sample numbers do not follow the one before; read as if they did"}},
    {"more samples than promised",
     {{"1000,3", "1000,2"}},
     {},
     {"x.dat: 3 scans where the configuration promises 2"}},
    {"fewer samples than promised",
     {{"1000,3", "1000,5"}},
     {},
     {"x.dat: 3 scans where the configuration promises 5"}},
    {"leading zeros and a point in the count", {{"1000,3", "1000.00,0003.0"}}, {}, {}},
    {"a multiplier that is none",
     {{"\r\n1\r\n1000,3", "\r\n1\r\n1000,3"}, {"ASCII\r\n1", "ASCII\r\nx"}},
     {},
     {"x.cfg: line 12: 'x' for the time stamp's multiplier; read as 1"}},
    {"no multiplier", {{"ASCII\r\n1\r\n", "ASCII"}}, {}, {}},
    {"codes with a point and an exponent", {}, {{"100", "1.0e2"}, {",4,", ",+4.0,"}}, {}},
    {"blanks in the data", {}, {{"2,1000,4,200", "  2 ,\t1000 , 4 ,   200 "}}, {}},
    {"another number of status bits",
     {},
     {{"0\r\n", "0,1,1\r\n"}},
     {"x.dat: line 1: 7 fields; expected 5, so that status channels may be missing or more"}},
    {"a last line that is cut off",
     {},
     {{"-300,1\r\n", "-300,1\r\n4,3000,7"}},
     {"x.dat: line 4: 3 fields; expected 5, the cut off line was not read"}},
    {"field 8 that is no number",
     {{",0,0,-99999", ",0,none,-99999"}},
     {},
     {"x.cfg: line 3, field 8 (skew): 'none'; read as 0"}},
    {"a side that is none",
     {{"100,1,S", "100,1,X"}},
     {},
     {"x.cfg: line 3, field 13 (PS): 'X'; expected P or S, read as unknown"}},
    {"more fields than there are",
     {{"100,1,S", "100,1,S,more"}},
     {},
     {"x.cfg: line 3: 14 fields; expected 13, the rest is not read"}},
    {"channels without a number each",
     {{"2,Ia", "1,Ia"}},
     {},
     {"x.cfg: the analogue channels do not bear a number each; counted from 1"}},
    {"a line frequency that is none",
     {{"50\r\n", "fifty\r\n"}},
     {},
     {"x.cfg: line 6: 'fifty' for the line frequency; read as unknown"}},
    {"no dates",
     {{"01/02/2020,10:00:00.000000\r\n01/02/2020,10:00:00.001000\r\n", ""}},
     {},
     {"x.cfg: line 9: a data type where a date should be; the dates are unknown"}},
    {"BINARY where the data is text",
     {{"ASCII", "BINARY"}},
     {},
     {"x.dat: the data is not BINARY as the configuration says; read as ASCII"}},
    {"a name in Latin-1",
     {{"Relay", "Rel\xE9 de protecci\xF3n de l\xEDnea"}},
     {},
     {"x.cfg: the text is not UTF-8; read as ISO-8859-1, which it looks most like"}},
};

struct Refused {
  const char* what;
  std::vector<Edit> configuration;
  std::vector<Edit> data;
  std::string error;
};

const std::vector<Refused> hopeless{
    {"a thousand million channels",
     {{"3,2A,1D", "1000000001,1000000000A,1D"}},
     {},
     "x.cfg: line 2, field 2 (analogue channels): '1000000000A'; expected at most 10, as the file "
     "has no more lines"},
    {"more channels than a number holds",
     {{"2A", "99999999999999999999A"}},
     {},
     "x.cfg: line 2, field 2 (analogue channels): '99999999999999999999A'; expected a number and a "
     "letter such as 4A"},
    {"no channels",
     {{"3,2A,1D", "0,0A,0D"}},
     {},
     "x.cfg: line 2: '0,0A,0D'; expected at least one analogue channel, such as 8,4A,4D"},
    {"half a line of counts",
     {{"3,2A,1D", "3"}},
     {},
     "x.cfg: line 2: '3'; expected the numbers of channels, such as 8,4A,4D"},
    {"a multiplier a that is no number",
     {{"0.01", "0_01"}},
     {},
     "x.cfg: line 4, field 6 (a): '0_01'; expected a number"},
    {"no multiplier a", {{"0.01", ""}}, {}, "x.cfg: line 4, field 6 (a): ''; expected a number"},
    {"an offset b that is infinite",
     {{"0.01,1,25", "0.01,inf,25"}},
     {},
     "x.cfg: line 4, field 7 (b): 'inf'; expected a number"},
    {"a channel of five fields",
     {{"2,Ia,A,Line 1,kA,0.01,1,25,-99999,99998,200,5,P", few_fields}},
     {},
     "x.cfg: line 4: 5 fields; expected at least 6 of an analogue channel "
     "(An,ch_id,ph,ccbm,uu,a,b,skew,min,max,primary,secondary,PS)"},
    {"a number of rates that is none",
     {{"50\r\n1\r\n", "50\r\nx\r\n"}},
     {},
     "x.cfg: line 7, field 1 (number of sampling rates): 'x'; expected a whole number from 0 on"},
    {"a million rates",
     {{"50\r\n1\r\n", "50\r\n1000000\r\n"}},
     {},
     "x.cfg: line 7, field 1 (number of sampling rates): '1000000'; expected at most 5, as the "
     "file has no more lines"},
    {"a rate below 0",
     {{"1000,3", "-1000,3"}},
     {},
     "x.cfg: line 8, field 1 (sampling rate): '-1000'; expected a number of hertz from 0 on"},
    {"a rate of 25 digits",
     {{"1000,3", "1e25,3"}},
     {},
     "x.cfg: line 8, field 1 (sampling rate): '1e25'; expected a number of hertz of 18 digits"},
    {"a last sample that is no number",
     {{"1000,3", "1000,three"}},
     {},
     "x.cfg: line 8, field 2 (last sample): 'three'; expected a whole number from 0 on"},
    {"rates that run backwards",
     {{"50\r\n1\r\n1000,3", "50\r\n2\r\n1000,3\r\n50,2"}},
     {},
     "x.cfg: line 9, field 2 (last sample): '2'; expected at least 3, where the rate before ends"},
    {"another data type",
     {{"ASCII", "EXCEL"}},
     {},
     "x.cfg: line 11, field 1 (data type): 'EXCEL'; expected one of ASCII, BINARY, BINARY32, "
     "FLOAT32"},
    {"an end before the dates",
     {{cfg.substr(cfg.find("01/02")), ""}},
     {},
     "x.cfg: ends after line 8; expected the date and time of the first sample and of the trigger"},
    {"nothing at all",
     {{cfg, ""}},
     {},
     "x.cfg: ends after line 0; expected station, device and year of the revision"},
    {"data of words",
     {},
     {{"1,0,2,100", "1,0,two,100"}},
     "x.dat: line 1, field 3 (A1 Ua): 'two'; expected a number"},
    {"no data", {}, {{dat, "\r\n\x1A"}}, "x.dat: no scan; expected at least one"},
    {"no rate and uneven time stamps",
     {{"1\r\n1000,3", "0\r\n0,3"}},
     {{"2000", "2500"}},
     "x.dat: line 3, field 2 (time stamp): 2500; expected 2000, as the configuration says no rate "
     "and time stamps must then be evenly spaced"},
    {"no rate and no time stamps",
     {{"1000,3", "0,3"}},
     {{"1,0,2", "1,,2"}},
     "x.dat: line 1, field 2 (time stamp): missing; expected 1, as the configuration says no rate "
     "and time stamps must then be evenly spaced"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(comtrade_reader)

BOOST_AUTO_TEST_CASE(what_the_configuration_says_is_in_the_description) {
  const Opened record = read(cfg, dat);
  const RecordingDescription& description = record.description;
  BOOST_TEST(description.format == "COMTRADE 1999 ASCII");
  BOOST_TEST(description.station == "Station");
  BOOST_TEST(description.device == "Relay");
  BOOST_TEST(description.first_time == "01/02/2020,10:00:00.000000");
  BOOST_TEST(description.trigger_time == "01/02/2020,10:00:00.001000");
  BOOST_TEST((description.nominal_frequency == 50.0));
  BOOST_TEST(description.status_channels == Strings{"Trip"});
  BOOST_REQUIRE(description.segments.size() == 1);
  BOOST_TEST((description.segments[0].rate == Rational{1000, 1}));
  BOOST_TEST(description.count() == 3);
  BOOST_REQUIRE(description.channels.size() == 2);
  const RecordedChannel& current = description.channels[1];
  BOOST_TEST(current.name == "A2");
  BOOST_TEST(current.id == "Ia");
  BOOST_TEST(current.phase == "A");
  BOOST_TEST(current.circuit == "Line 1");
  BOOST_TEST(current.unit == "kA");
  BOOST_TEST((current.kind == ChannelKind::current));
  BOOST_TEST(current.to_si == 1000.0);
  BOOST_TEST(current.resolution == 0.01);
  BOOST_TEST(current.skew == 25e-6, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(current.primary == 200.0);
  BOOST_TEST(current.secondary == 5.0);
  BOOST_TEST((current.side == TransformerSide::primary));
  BOOST_TEST((description.channels[0].side == TransformerSide::secondary));
}

BOOST_AUTO_TEST_CASE(odd_records_are_read_and_say_what_was_assumed) {
  for (const Oddity& oddity : harmless) {
    BOOST_TEST_CONTEXT(oddity.what) {
      const Opened record = read(edited(cfg, oddity.configuration), edited(dat, oddity.data));
      BOOST_TEST(record.warnings == oddity.warnings, boost::test_tools::per_element());
      same(record.rows, values);
    }
  }
}

BOOST_AUTO_TEST_CASE(carriage_returns_alone_end_the_lines_of_a_configuration) {
  std::string text = cfg;
  std::erase(text, '\n');
  const Opened record = read(text, dat);
  BOOST_TEST(record.warnings.empty());
  same(record.rows, values);
}

BOOST_AUTO_TEST_CASE(hopeless_records_are_refused_with_line_and_field) {
  for (const Refused& refused : hopeless) {
    BOOST_TEST_CONTEXT(refused.what) {
      BOOST_TEST(refusal(edited(cfg, refused.configuration), edited(dat, refused.data)) ==
                 refused.error);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_word_further_on_is_refused_when_it_is_read) {
  const Folder folder;
  add(folder, edited(dat, {{"-300", "high"}}));
  const auto recording = opened(folder.write("x.cfg", cfg));
  ScanBlock block;
  BOOST_TEST(recording->read(0, 2, block).has_value());
  const auto failed = recording->read(2, 1, block);
  BOOST_REQUIRE(!failed.has_value());
  BOOST_TEST((failed.error().code == ErrorCode::data_loss));
  BOOST_TEST(folder.bare(failed.error().message) ==
             "x.dat: line 3, field 4 (A2 Ia): 'high'; expected a number");
  BOOST_TEST((recording->read(2, 2, block).error().code == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_CASE(the_first_revision_has_shorter_lines) {
  const Opened record = read(
      "Station,Relay\n3,2A,1D\n1,Ua,A,,V,0.5,0,0,-9999,9999\n2,Ia,A,,A,0.01,1,0,-9999,9999\n"
      "1,Trip,0\n50\n1\n1000,3\n02/01/20,10:00:00.000000\n02/01/20,10:00:00.001000\nASCII\n",
      dat);
  BOOST_TEST(record.warnings.empty());
  BOOST_TEST(record.description.format == "COMTRADE 1991 ASCII");
  BOOST_TEST(record.description.channels[0].primary == 1.0);
  BOOST_TEST((record.description.channels[0].side == TransformerSide::unknown));
  same(record.rows, values);
}

BOOST_AUTO_TEST_CASE(missing_values_of_text_are_nan_and_counted_once) {
  // 99999 in 1999, an empty field in all; a line that ends early
  const Opened record = read(cfg, edited(dat, {{"2,100,0", "99999,,0"}, {"-6,-300,1", "-6"}}));
  same(record.rows, {{nothing, 2, -3}, {nothing, 3, nothing}});
  BOOST_TEST(record.warnings == (Strings{"x.dat: 3 missing values",
                                         "x.dat: 1 lines end before their last value; what is not "
                                         "there is missing"}),
             boost::test_tools::per_element());

  const Folder folder;
  add(folder, edited(dat, {{"2,100,0", "99999,,0"}}));
  const auto recording = opened(folder.write("x.cfg", cfg));
  BOOST_TEST(recording->warnings().empty());
  for (int again = 0; again < 3; ++again) samples_of(*recording, 1);
  BOOST_TEST(recording->warnings().size() == 1U);
  BOOST_TEST(folder.bare(recording->warnings()[0]) == "x.dat: 2 missing values");
}

BOOST_AUTO_TEST_CASE(a_code_of_99999_is_a_value_where_other_revisions_declare_it) {
  const std::vector<Edit> year{{"1999", "2013"}};
  const std::string data = edited(dat, {{"2,100", "99999,100"}});
  same(read(edited(cfg, year), data).rows, {{nothing, 2, -3}, {2, 3, -2}});
  const std::string wide = edited(cfg, {{"1999", "2013"}, {"-99999,99998", "0,999900"}});
  same(read(wide, data).rows, {{49999.5, 2, -3}, {2, 3, -2}});
}

BOOST_AUTO_TEST_CASE(binary_codes_of_all_widths_are_scaled_and_their_missing_codes_are_nan) {
  const std::vector<std::vector<double>> expected{{1, nothing, -3}, {2, 3, nothing}};
  const Strings warnings{"x.dat: 2 missing values"};
  constexpr std::int16_t none16 = INT16_MIN;
  const Opened narrow = read(edited(cfg, {{"ASCII", "BINARY"}}),
                             binary<std::int16_t>({{2, 100}, {none16, 200}, {-6, none16}}, 1));
  same(narrow.rows, expected);
  BOOST_TEST(narrow.warnings == warnings, boost::test_tools::per_element());

  constexpr std::int32_t none32 = INT32_MIN;
  const Opened wide = read(edited(cfg, {{"ASCII", "Binary32"}, {"1999", "2013"}}),
                           binary<std::int32_t>({{2, 100}, {none32, 200}, {-6, none32}}, 1));
  same(wide.rows, expected);
  BOOST_TEST(wide.warnings == warnings, boost::test_tools::per_element());

  constexpr float lowest = std::numeric_limits<float>::lowest();
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const Opened floats = read(edited(cfg, {{"ASCII", "FLOAT32"}, {"1999", "2013"}}),
                             binary<float>({{2, 100}, {lowest, 200}, {-6, nan}}, 1));
  same(floats.rows, expected);
  BOOST_TEST(floats.warnings == warnings, boost::test_tools::per_element());
  BOOST_TEST(floats.description.channels[0].resolution == 0.0);
}

BOOST_AUTO_TEST_CASE(the_first_revision_marks_missing_binary_values_with_minus_one) {
  const std::string first = edited(cfg, {{",1999", ""}, {"ASCII", "BINARY"}});
  const auto data = binary<std::int16_t>({{2, 100}, {-1, 200}, {4, -300}}, 1);
  // Codes to 4095 do not hold -1; those from -2048 on do.
  same(read(edited(first, {{"-99999,99998", "0,4095"}}), data).rows, {{1, nothing, 2}, {2, 3, -2}});
  same(read(edited(first, {{"-99999,99998", "-2048,2047"}}), data).rows,
       {{1, -0.5, 2}, {2, 3, -2}});
}

BOOST_AUTO_TEST_CASE(codes_from_0_to_65535_are_read_as_unsigned) {
  const std::string unsigned_codes =
      edited(cfg, {{"ASCII", "BINARY"}, {"-99999,99998", "0,65535"}});
  const Opened record = read(unsigned_codes, binary<std::uint16_t>({{2, 100}, {65535, 200}}, 1));
  same(record.rows, {{1, 32767.5}, {2, 3}});
  BOOST_REQUIRE(record.warnings.size() == 2U);
  BOOST_TEST(record.warnings[1] == "x.dat: 2 scans where the configuration promises 3");
  BOOST_TEST(record.warnings[0] ==
             "x.dat: A1 (Ua) and those like it: codes from 0 to 65535; read as unsigned");
}

BOOST_AUTO_TEST_CASE(status_words_of_any_number_of_channels_are_passed_over) {
  for (const std::size_t channels : {0U, 1U, 16U, 17U, 32U, 33U}) {
    std::string configuration =
        edited(cfg, {{"1,Trip,,,0\r\n", ""}, {"3,2A,1D", fmt::format("9,2A,{}D", channels)}});
    std::string lines;
    for (std::size_t d = 1; d <= channels; ++d) lines += fmt::format("{},D,,,0\r\n", d);
    configuration =
        edited(configuration, {{"50\r\n", lines.append("50\r\n")}, {"ASCII", "BINARY"}});
    const Opened record = read(configuration, binary<std::int16_t>({{2, 100}, {4, 200}, {-6, -300}},
                                                                   (channels + 15) / 16));
    BOOST_TEST(record.description.status_channels.size() == channels);
    same(record.rows, values);
  }
}

BOOST_AUTO_TEST_CASE(binary_time_stamps_wrap_at_32_bits_and_may_all_be_missing) {
  const std::string configuration = edited(cfg, {{"ASCII", "BINARY"}});
  std::string data = binary<std::int16_t>({{2, 100}, {4, 200}, {-6, -300}}, 1);
  const auto stamp = [&data](std::size_t scan, std::uint32_t value) {
    std::memcpy(data.data() + scan * 14 + 4, &value, 4);
  };
  stamp(0, 0U - 1500U);
  stamp(1, 0U - 500U);
  stamp(2, 500);
  BOOST_TEST(read(configuration, data).warnings.empty());
  for (std::size_t n = 0; n < 3; ++n) stamp(n, 0xFFFFFFFF);
  const Opened record = read(configuration, data);
  BOOST_TEST(record.warnings.empty());
  same(record.rows, values);
}

BOOST_AUTO_TEST_CASE(bytes_after_the_last_whole_scan_are_not_read) {
  const std::string data = binary<std::int16_t>({{2, 100}, {4, 200}, {-6, -300}}, 1);
  const std::string configuration = edited(cfg, {{"ASCII", "BINARY"}});
  BOOST_TEST(read(configuration, data + "\x1A").warnings.empty());
  const Opened record = read(configuration, data + "12345");
  BOOST_TEST(
      record.warnings == Strings{"x.dat: 5 bytes after the last whole scan of 14 bytes; not read"},
      boost::test_tools::per_element());
  same(record.rows, values);
}

BOOST_AUTO_TEST_CASE(without_a_rate_even_time_stamps_say_it) {
  for (const char* none : {"0\r\n0,3", "0", "1\r\n0,3"}) {
    const std::string configuration =
        edited(cfg, {{"1\r\n1000,3\r\n", std::string(none) + "\r\n"}});
    const Opened record = read(configuration, dat);
    BOOST_TEST((record.description.segments.at(0).rate == Rational{1000, 1}));
    same(record.rows, values);
  }
}

BOOST_AUTO_TEST_CASE(stamps_rounded_to_their_unit_say_the_rate_they_were_rounded_from) {
  std::string data;
  for (int n = 0; n < 4800; ++n)  // 208.333 us
    data += fmt::format("{},{},1,2,0\r\n", n + 1, std::llround(n * 1e6 / 4800));
  const Opened record = read(edited(cfg, {{"1\r\n1000,3", "0\r\n0,4800"}}), data);
  BOOST_TEST((record.description.segments.at(0).rate == Rational{4800, 1}));
  BOOST_TEST(record.warnings ==
                 Strings{"x.dat: the configuration says no rate; by the time stamps, which are "
                         "evenly spaced, it is 4800 scans a second"},
             boost::test_tools::per_element());

  OpenOptions options;
  options.rate = Rational{4801, 1};
  const Opened asked = read(edited(cfg, {{"1\r\n1000,3", "0\r\n0,4800"}}), data, options);
  BOOST_TEST((asked.description.segments.at(0).rate == Rational{4801, 1}));
}

BOOST_AUTO_TEST_CASE(the_unit_of_the_time_stamps_is_that_of_the_date_times_the_multiplier) {
  const std::string by_stamps = edited(cfg, {{"1\r\n1000,3", "0\r\n0,3"}});
  const auto rate = [&](const std::vector<Edit>& edits) {
    return read(edited(by_stamps, edits), dat).description.segments.at(0).rate;
  };
  BOOST_TEST((rate({}) == Rational{1000, 1}));
  BOOST_TEST((rate({{"ASCII\r\n1", "ASCII\r\n0.5"}}) == Rational{2000, 1}));
  BOOST_TEST((rate({{"1999", "2013"}, {".000000", ".000000000"}}) == Rational{1000000, 1}));
  BOOST_TEST((rate({{".000000", ".000000000"}}) == Rational{1000, 1}));  // 1999 has no nanoseconds
}

BOOST_AUTO_TEST_CASE(files_are_found_whatever_the_case_of_their_extensions) {
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"x.CFG", "x.DAT"}, {"x.cfg", "x.DAT"}, {"x.Cfg", "x.dat"}, {"x.CFG", "x.dAt"}}) {
    const Folder folder;
    const auto configuration = folder.write(one, cfg);
    const auto data = folder.write(other, dat);
    BOOST_TEST(opened(configuration)->description().count() == 3);
    BOOST_TEST(opened(data)->description().count() == 3);
  }
  const Folder folder;
  const auto alone = folder.write("alone.cfg", cfg);
  BOOST_TEST(folder.bare(error_of(alone)) == "alone.dat: not there; expected it beside alone.cfg");
  BOOST_TEST((playback::open(alone).error().code == ErrorCode::not_found));
}

BOOST_AUTO_TEST_CASE(a_single_file_has_its_sections) {
  const std::string text = edited(cfg, {{"1999", "2013"}});
  const std::string sections = "--- file type: CFG ---\r\n" + text +
                               "--- file type: INF ---\r\n[Public]\r\n"
                               "--- file type: HDR ---\r\nA note, with --- dashes\r\n";
  const Folder folder;
  const auto whole = folder.write("a.cff", sections + "--- file type: DAT ASCII ---\r\n" + dat);
  const auto recording = opened(whole);
  BOOST_TEST(recording->warnings().empty());
  BOOST_TEST(recording->description().format == "COMTRADE 2013 ASCII");
  same(samples_of(*recording), values);

  const auto upper = folder.write(
      "b.CFF", sections + "--- FILE TYPE: dat ascii---\n" + dat + "--- file type: INF ---\r\nmore");
  const auto with_more = opened(upper);
  BOOST_TEST(with_more->warnings().empty());
  same(samples_of(*with_more), values);

  const std::string binary_sections = edited(sections, {{"ASCII", "BINARY"}});
  const std::string data = binary<std::int16_t>({{2, 100}, {4, 200}, {-6, -300}}, 1);
  const auto header = [](const std::string& bytes) {
    return "--- file type: DAT BINARY" + bytes + " ---\r\n";
  };
  const auto counted =
      opened(folder.write("c.cff", binary_sections + header(": 42") + data + "after it"));
  BOOST_TEST(counted->warnings().empty());
  same(samples_of(*counted), values);

  const auto uncounted = opened(folder.write("d.cff", binary_sections + header("") + data));
  BOOST_REQUIRE(uncounted->warnings().size() == 1U);
  BOOST_TEST(folder.bare(uncounted->warnings()[0]) ==
             "d.cff: line 18: no number of bytes; the data was read to the end of the file");
  same(samples_of(*uncounted), values);

  const auto cut = opened(
      folder.write("e.cff", binary_sections + header(": 42") + data.substr(0, data.size() - 3)));
  BOOST_REQUIRE(cut->warnings().size() == 3U);
  BOOST_TEST(folder.bare(cut->warnings()[0]) ==
             "e.cff: line 18: 42 bytes of data, of which 39 are there; the file is cut off");
  BOOST_TEST(folder.bare(cut->warnings()[1]) ==
             "e.cff: 11 bytes after the last whole scan of 14 bytes; not read");
  BOOST_TEST(folder.bare(cut->warnings()[2]) ==
             "e.cff: 2 scans where the configuration promises 3");
  same(samples_of(*cut), {{1, 2}, {2, 3}});

  const auto wrong = folder.write(
      "f.cff", edited(sections, {{"0.01", "x"}}) + "--- file type: DAT ASCII ---\r\n" + dat);
  BOOST_TEST(folder.bare(error_of(wrong)) == "f.cff: line 5, field 6 (a): 'x'; expected a number");
  const auto wrong_data = folder.write(
      "g.cff", sections + "--- file type: DAT ASCII ---\r\n" + edited(dat, {{"100", "x"}}));
  BOOST_TEST(folder.bare(error_of(wrong_data)) ==
             "g.cff: line 19, field 4 (A2 Ia): 'x'; expected a number");
  BOOST_TEST(folder.bare(error_of(folder.write("h.cff", sections))) ==
             "h.cff: ends after line 17; expected a section --- file type: DAT ---");
  BOOST_TEST(folder.bare(error_of(folder.write("i.cff", cfg))) ==
             "i.cff: ends after line 12; expected a section --- file type: CFG ---");
  BOOST_TEST(
      folder.bare(error_of(folder.write("j.cff", "--- file type: DAT ASCII ---\r\n" + dat))) ==
      "j.cff: line 1: the section of data; expected --- file type: CFG --- before");
}

BOOST_AUTO_TEST_CASE(units_say_the_kind_in_any_spelling) {
  struct Unit {
    const char* text;
    ChannelKind kind;
    double to_si;
  };
  for (const Unit& unit : std::vector<Unit>{{"V", ChannelKind::voltage, 1},
                                            {" v ", ChannelKind::voltage, 1},
                                            {"KV", ChannelKind::voltage, 1000},
                                            {"kv", ChannelKind::voltage, 1000},
                                            {"mV", ChannelKind::voltage, 1e-3},
                                            {"MV", ChannelKind::voltage, 1e6},
                                            {"a", ChannelKind::current, 1},
                                            {"ka", ChannelKind::current, 1000},
                                            {"mA", ChannelKind::current, 1e-3},
                                            {"MA", ChannelKind::current, 1e-3},
                                            {"Hz", ChannelKind::other, 1},
                                            {"%", ChannelKind::other, 1}}) {
    const Opened record =
        read(edited(cfg, {{"Line 1,V", std::string("Line 1,") + unit.text}}), dat);
    BOOST_TEST_CONTEXT(unit.text) {
      BOOST_TEST((record.description.channels[0].kind == unit.kind));
      BOOST_TEST(record.description.channels[0].to_si == unit.to_si);
      BOOST_TEST(record.warnings.size() == (std::string(unit.text) == "MA" ? 1U : 0U));
    }
  }
  const Opened record =
      read(edited(cfg, {{"Ua,A,Line 1,V", "3U0,,,"}, {"Ia,A,Line 1,kA", "Temp,,,"}}), dat);
  BOOST_TEST((record.description.channels[0].kind == ChannelKind::voltage));
  BOOST_TEST((record.description.channels[1].kind == ChannelKind::other));
  BOOST_TEST(
      record.warnings == Strings{"x.cfg: no unit: A1 (3U0); read as volts or amperes by the name"},
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_phase_that_is_not_said_is_taken_from_the_id) {
  using comtrade::phase_in_id;
  for (const auto& [id, phase] :
       std::vector<std::pair<std::string, std::string>>{{"Ia", "A"},        {"UB", "B"},
                                                        {"VC(kV)", "C"},    {"IL1", "L1"},
                                                        {"U2", "L2"},       {"LINE ULA", "A"},
                                                        {"IA_G1", "A"},     {"REM1 SUM IN", "N"},
                                                        {"Current C", "C"}, {"220kV Bus_Ua", "A"},
                                                        {"L3", "L3"},       {"UR", "R"},
                                                        {"Uab", ""},        {"U21", ""},
                                                        {"V1MEM", ""},      {"VDC", ""},
                                                        {"FREQ", ""},       {"", ""},
                                                        {"  ", ""},         {"(a)", ""},
                                                        {"I\xC2\xA2", ""}})
    BOOST_TEST(phase_in_id(id) == phase, id);
  std::vector<RecordedChannel> channels(3);
  channels[0].id = "VS";
  channels[1].id = "VT";
  channels[2].id = "VA";
  for (RecordedChannel& channel : channels) channel.unit = "V";
  BOOST_TEST(comtrade::interpret_channels(channels).empty());
  BOOST_TEST(channels[0].phase == "");  // a synchronising voltage
  channels[2].id = "VR";
  channels[2].phase = "";
  BOOST_TEST(comtrade::interpret_channels(channels).empty());
  BOOST_TEST(channels[0].phase == "S");
  BOOST_TEST(channels[1].phase == "T");
}

BOOST_AUTO_TEST_CASE(moments_are_read_in_the_spellings_of_records) {
  using comtrade::moment_text;
  using comtrade::parse_moment;
  const auto as_1999 = [](const char* text) {
    const auto moment = parse_moment(text);
    return moment ? moment_text(*moment, ComtradeRevision::r1999, 6) : "none";
  };
  BOOST_TEST(as_1999("25/06/2007,19:13:57.789757") == "25/06/2007,19:13:57.789757");
  BOOST_TEST(as_1999("06/25/07,19:13:57.789757") == "25/06/2007,19:13:57.789757");
  BOOST_TEST(as_1999("06/05/91,9:3:7.5") == "05/06/1991,09:03:07.500000");
  BOOST_TEST(as_1999("06/25/2007,19:13:57") == "25/06/2007,19:13:57.000000");
  BOOST_TEST(as_1999("2020-02-24 18:15:21.499998208") == "24/02/2020,18:15:21.499998");
  BOOST_TEST(as_1999("2020-02-24T18:15:21Z") == "24/02/2020,18:15:21.000000");
  BOOST_TEST(as_1999("24/02/2020, 18:15:21.4") == "24/02/2020,18:15:21.400000");
  for (const char* wrong : {"", "yesterday", "32/01/2020,00:00:00", "13/13/2020,00:00:00",
                            "01/01/2020", "01/01/2020,25:00:00", "-1/01/2020,00:00:00"})
    BOOST_TEST(as_1999(wrong) == "none");
  const auto fine = parse_moment("24/02/2020,18:15:21.499998208");
  BOOST_REQUIRE(fine.has_value());
  if (!fine) return;  // for those who do not know the line before
  BOOST_TEST(moment_text(*fine, ComtradeRevision::r2013, 9) == "24/02/2020,18:15:21.499998208");
  BOOST_TEST(moment_text(*fine, ComtradeRevision::r1991, 6) == "02/24/20,18:15:21.499998");
}

// Longer than the reader's buffers of a mebibyte, read in pieces from random places on.
BOOST_AUTO_TEST_CASE(scans_are_the_same_from_wherever_they_are_read) {
  constexpr std::int64_t count = 150000;
  std::string text;
  std::string bytes;
  for (std::int64_t n = 0; n < count; ++n) {
    const auto code = static_cast<std::int16_t>(n * 7919 % 30011);
    const auto other = static_cast<std::int16_t>(-n * 104729 % 30011);
    text += fmt::format("{},{},{},{},0\r\n{}", n + 1, n * 1000, code, other,
                        n % 1000 == 0 ? "\r\n" : "");
    put(bytes, static_cast<std::uint32_t>(n + 1));
    put(bytes, static_cast<std::uint32_t>(n * 1000));
    put(bytes, code);
    put(bytes, other);
    put(bytes, std::uint16_t{1});
  }
  const std::string promised = edited(cfg, {{"1000,3", "1000,150000"}});
  for (const bool is_text : {true, false}) {
    const Folder folder;
    add(folder, is_text ? text : bytes);
    const auto recording =
        opened(folder.write("x.cfg", is_text ? promised : edited(promised, {{"ASCII", "BINARY"}})));
    std::mt19937_64 random(5);
    ScanBlock block;
    for (int round = 0; round < 60; ++round) {
      const auto first = static_cast<std::int64_t>(random() % count);
      const auto n = static_cast<std::size_t>(
          std::min<std::int64_t>(static_cast<std::int64_t>(random() % 5000), count - first));
      BOOST_REQUIRE(recording->read(first, n, block).has_value());
      BOOST_REQUIRE(block.count() == n);
      BOOST_REQUIRE(block.first == first);
      for (std::size_t i = 0; i < n; ++i) {
        const std::int64_t scan = first + static_cast<std::int64_t>(i);
        if (block.row(0)[i] != 0.5 * static_cast<double>(scan * 7919 % 30011) ||
            block.row(1)[i] != 0.01 * static_cast<double>(-scan * 104729 % 30011) + 1)
          BOOST_FAIL("scan " << scan << " is another");
      }
    }
    samples_of(*recording, 4096);
    BOOST_TEST(recording->warnings().empty());
  }
}

BOOST_AUTO_TEST_CASE(a_line_without_an_end_is_refused_in_bounded_memory) {
  const Folder folder;
  add(folder, "1,0," + std::string(std::size_t{5} << 20U, '7'));
  BOOST_TEST(folder.bare(error_of(folder.write("x.cfg", cfg))) ==
             "x.dat: line 1: more than 4356 characters; expected numbers of 2 channels");
}

BOOST_AUTO_TEST_SUITE_END()
