// SPDX-License-Identifier: GPL-3.0-or-later
// Tables written by hand, one spelling each.
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "recording_files.h"

using namespace meterrig;
using namespace meterrig::playback;
using namespace meterrig::playback::test;

namespace {

// "name|id|unit|kind|phase" of every channel.
std::string channels_of(const RecordingDescription& description) {
  std::string text;
  for (const RecordedChannel& channel : description.channels) {
    const char* const kind = channel.kind == ChannelKind::voltage   ? "u"
                             : channel.kind == ChannelKind::current ? "i"
                                                                    : "-";
    text += fmt::format("{}{}|{}|{}|{}|{}", text.empty() ? "" : " ", channel.name, channel.id,
                        channel.unit, kind, channel.phase);
  }
  return text;
}

// What a table is read as: "COUNT at RATE: channels", then its warnings a line each.
std::string summary(const std::string& text, const OpenOptions& options = {}) {
  const Folder folder;
  const auto recording = opened(folder.write("a.csv", text), options);
  samples_of(*recording);
  const RecordingDescription& description = recording->description();
  const Rational rate = description.segments.at(0).rate;
  std::string result =
      rate.denominator == 1
          ? fmt::format("{} at {}: ", description.count(), rate.numerator)
          : fmt::format("{} at {}/{}: ", description.count(), rate.numerator, rate.denominator);
  result += channels_of(description);
  for (const std::string& warning : recording->warnings())
    result.append("\n").append(folder.bare(warning));
  return result;
}

std::string refusal(const std::string& text, const OpenOptions& options = {}) {
  const Folder folder;
  return folder.bare(error_of(folder.write("a.csv", text), options));
}

std::vector<std::vector<double>> values(const std::string& text, std::size_t piece = 1000,
                                        const OpenOptions& options = {}) {
  const Folder folder;
  return samples_of(*opened(folder.write("a.csv", text), options), piece);
}

OpenOptions at_rate(std::int64_t rate) {
  OpenOptions options;
  options.rate = Rational{rate, 1};
  return options;
}

const std::vector<double> one_two_three{1, 2, 3};

}  // namespace

BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(units_are_read_from_every_usual_spelling_of_the_header) {
  const std::string rows = "0,1,2\n0.001,2,3\n0.002,3,4\n";
  const std::string two = "3 at 1000: U1|U1|V|u|L1 I1|I1|A|i|L1";
  BOOST_TEST(summary("t [s],U1 [V],I1 [A]\n" + rows) == two);
  BOOST_TEST(summary("Time (s),U1 (V),I1 (A)\n" + rows) == two);
  BOOST_TEST(summary("t/s,U1/V,I1/A\n" + rows) == two);
  BOOST_TEST(summary("Time(s),CH1(V),CH2(mA)\n" + rows) == "3 at 1000: CH1|CH1|V|u| CH2|CH2|mA|i|");
  BOOST_TEST(summary("time_s,V1_V,I1_A\n" + rows) == "3 at 1000: V1_V|V1|V|u|L1 I1_A|I1|A|i|L1");
  BOOST_TEST(summary("t_s,DAQ_Va_V,DAQ_Ia_I\n" + rows) ==
             "3 at 1000: DAQ_Va_V|Va|V|u|A DAQ_Ia_I|Ia|A|i|A");
  BOOST_TEST(summary("Time,U1,I1\n(s),(V),(A)\n" + rows) == two);
  BOOST_TEST(summary("Time,U1,I1\ns,V,A\n" + rows) == two);
  BOOST_TEST(summary("Source,CH1,CH2\nSecond,Volt,Ampere\n" + rows) ==
             "3 at 1000: CH1|Volt|Volt|u| CH2|Ampere|Ampere|i|");
}

BOOST_AUTO_TEST_CASE(an_ending_that_tells_phases_apart_is_no_unit) {
  BOOST_TEST(summary("t [s],U_A,U_B\n0,1,2\n1,2,3\n") == "2 at 1: U_A|A|1|-| U_B|B|1|-|");
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_missing_is_taken_from_a_plain_name_and_said_so) {
  BOOST_TEST(summary("t [s],Va,temperature\n0,1,2\n1,2,3\n") ==
             "2 at 1: Va|Va|V|u|A temperature|temperature|1|-|\n"
             "a.csv: column 'Va' has no unit; taken as V from its name");
}

BOOST_AUTO_TEST_CASE(separators_marks_quotes_and_line_ends_do_not_matter) {
  const std::string expected = "3 at 1000: U|U|V|u|";
  for (std::string text : {
           "t [s],U [V]\n0,1\n0.001,2\n0.002,3\n",
           "t [s];U [V]\n0;1\n0.001;2\n0.002;3\n",
           "t [s]\tU [V]\n0\t1\n0.001\t2\n0.002\t3",
           "t [s];U [V]\r\n0,000;1,0\r\n0,001;2,0\r\n0,002;3,0\r\n",
           "\xEF\xBB\xBF't [s]','U [V]'\r\n'0','1'\r\n'0.001','2'\r\n'0.002','3'\r\n",
           "# made by hand\n\nt [s],U [V]\n# units above\n0, +1\n0.001, 2\n\n0.002, 3\n\n",
           "t [ms],U [V]\n0,1\n1,2\n2,3\n",
           "t [us],U [V]\n0,1\n1e3,2\n2e3,3\n",
           "t [\xC2\xB5s],U [V]\n-1000,1\n0,2\n1000,3\n",
           "t [ns],U [V],\n0,1,\n1000000,2,\n2000000,3,\n",
       }) {
    std::ranges::replace(text, '\'', '"');
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(summary(text) == expected);
      BOOST_TEST(values(text)[0] == one_two_three, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(headers_of_other_alphabets_are_read_with_a_warning) {
  struct Table {
    std::string header;
    std::string encoding;
    std::string expected;
  };
  // "voltage [V]; current [mA]" in Russian; "busbar voltage", "transformer high side current" in
  // Chinese
  for (const Table& table : std::vector<Table>{
           {"t [\xF1];\xED\xE0\xEF\xF0\xFF\xE6\xE5\xED\xE8\xE5 [\xC2];\xF2\xEE\xEA [\xEC\xC0]\n",
            "WINDOWS-1251",
            "\xD0\xBD\xD0\xB0\xD0\xBF\xD1\x80\xD1\x8F\xD0\xB6\xD0\xB5\xD0\xBD\xD0\xB8"
            "\xD0\xB5|\xD0\xBD\xD0\xB0\xD0\xBF\xD1\x80\xD1\x8F\xD0\xB6\xD0\xB5\xD0\xBD\xD0\xB8\xD0"
            "\xB5|\xD0\x92|u| \xD1\x82\xD0\xBE\xD0\xBA|\xD1\x82\xD0\xBE\xD0\xBA|\xD0\xBC\xD0\x90|"
            "i|"},
           {"t [s];\xC4\xB8\xCF\xDF\xB5\xE7\xD1\xB9 "
            "[V];\xB1\xE4\xD1\xB9\xC6\xF7\xB8\xDF\xD1\xB9\xB2\xE0\xB5\xE7\xC1\xF7 [mA]\n",
            "GB18030",
            "\xE6\xAF\x8D\xE7\xBA\xBF\xE7\x94\xB5\xE5\x8E\x8B|"
            "\xE6\xAF\x8D\xE7\xBA\xBF\xE7\x94\xB5\xE5\x8E\x8B|V|u| "
            "\xE5\x8F\x98\xE5\x8E\x8B\xE5\x99\xA8\xE9\xAB\x98\xE5\x8E\x8B\xE4\xBE\xA7\xE7\x94\xB5"
            "\xE6\xB5\x81|"
            "\xE5\x8F\x98\xE5\x8E\x8B\xE5\x99\xA8\xE9\xAB\x98\xE5\x8E\x8B\xE4\xBE\xA7\xE7\x94\xB5"
            "\xE6\xB5\x81|mA|i|"},
       }) {
    const Folder folder;
    const auto recording =
        opened(folder.write("a.csv", table.header + "0;1;10\n0.001;2;20\n0.002;3;30\n"));
    const auto warnings = recording->warnings();
    BOOST_REQUIRE(warnings.size() == 1u);
    BOOST_TEST(warnings[0].find("read as " + table.encoding) != std::string::npos, warnings[0]);
    BOOST_TEST(recording->description().channels.at(1).to_si == 1e-3);
    BOOST_TEST(channels_of(recording->description()) == table.expected);
  }
}

BOOST_AUTO_TEST_CASE(dates_and_clock_times_give_the_rate_and_the_first_time) {
  for (const auto& [first, second] : std::vector<std::pair<std::string, std::string>>{
           {"2020-02-24 18:15:21.500000000", "2020-02-24 18:15:21.500020000"},
           {"2020-02-24T23:59:59.99999Z", "2020-02-25T00:00:00.00001Z"},
           {"2020/02/29 23:59:59.99999", "2020/03/01 00:00:00.00001"},
           {"2020-02-24T18:00:00.00000+01:00", "2020-02-24T18:00:00.00002+01:00"},
           {"2020-02-24 12:00:00.00000+0000", "2020-02-24 12:00:00.00002+0000"},
           {"18:15:21.50000", "18:15:21.50002"},
       }) {
    BOOST_TEST_CONTEXT(first) {
      const Folder folder;
      const auto recording =
          opened(folder.write("a.csv", fmt::format("Time_UTC,U [V]\n{},1\n{},2\n", first, second)));
      BOOST_TEST((recording->description().segments.at(0).rate == Rational{50000, 1}));
      BOOST_TEST(recording->description().first_time == first);
      BOOST_TEST(recording->warnings().empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(seconds_since_1970_keep_their_nanoseconds) {
  std::string text = "timestamp [s],U [V]\n";
  for (int n = 0; n < 100; ++n)
    text += fmt::format("1582568121.{:09},{}\n", 499998208 + n * 20000, n);
  BOOST_TEST(summary(text) == "100 at 50000: U|U|V|u|");
}

BOOST_AUTO_TEST_CASE(the_rate_is_the_simple_one_that_the_rounded_times_leave) {
  // Steps of 1/7680 s = 130.2083... us and of 1/3000 s, rounded to a microsecond and to 6 digits.
  std::string text = "t [s],U [V]\n";
  for (int n = 0; n < 1000; ++n) text += fmt::format("{:.6f},{}\n", n / 7680.0, n);
  BOOST_TEST(summary(text) == "1000 at 7680: U|U|V|u|");
  text = "t [s],U [V]\n";
  for (int n = 0; n < 1000; ++n) text += fmt::format("{:.6g},{}\n", n / 3000.0, n);
  BOOST_TEST(summary(text) == "1000 at 3000: U|U|V|u|");
  // A step of 0.13 s is meant as such.
  text = "t [s],U [V]\n";
  for (int n = 0; n < 10; ++n) text += fmt::format("{:.2f},{}\n", n * 0.13, n);
  BOOST_TEST(summary(text) == "10 at 100/13: U|U|V|u|");
}

BOOST_AUTO_TEST_CASE(jitter_below_half_a_step_is_read_with_a_warning) {
  BOOST_TEST(summary("t [ms],U [V]\n0,1\n1.20,2\n1.90,3\n3.10,4\n4,5\n") ==
             "5 at 1000: U|U|V|u|\n"
             "a.csv: times differ by up to 200 us from even steps; read as 1000 scans a second");
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_off_by_some_parts_in_a_million_still_means_the_round_rate) {
  std::string text = "Time_UTC,U [V]\n";
  for (int n = 0; n < 100; ++n)
    text += fmt::format("2020-02-24 18:15:21.{:010},{}\n", n * std::int64_t{200005}, n);
  BOOST_TEST(summary(text) ==
             "100 at 50000: U|U|V|u|\n"
             "a.csv: the times make 49998.75 scans a second; read as 50000, which a clock that is "
             "off by 25 ppm shows like that");
}

BOOST_AUTO_TEST_CASE(uneven_times_are_refused_with_the_line) {
  const std::string beside = " (a rate given beside the file is taken instead of its times)";
  BOOST_TEST(refusal("t [ms],U [V]\n0,1\n1,2\n2,3\n3,4\n4,5\n7,6\n8,7\n") ==
             "a.csv: line 7: the time goes on by 3 ms where other rows make steps of 1 ms; "
             "expected evenly rising times" +
                 beside);
  BOOST_TEST(refusal("t [s],U [V]\n0,1\n0,2\n0,3\n") ==
             "a.csv: line 2: the times do not rise; expected evenly rising times" + beside);
  BOOST_TEST(refusal("t [s],U [V]\n0,1\n") ==
             "a.csv: line 2: no two times from which a rate follows; expected evenly rising times" +
                 beside);
  BOOST_TEST(summary("t [ms],U [V]\n0,1\n1,2\n4,3\n", at_rate(500)) == "3 at 500: U|U|V|u|");
}

BOOST_AUTO_TEST_CASE(a_table_without_times_needs_a_rate) {
  BOOST_TEST(refusal("U [V],I [A]\n1,2\n2,2\n1,3\n") ==
             "a.csv: line 2: no time column; expected one, such as \"Time (s)\", or a rate beside "
             "the file");
  BOOST_TEST(summary("U [V],I [A]\n1,2\n2,2\n1,3\n", at_rate(8000)) ==
             "3 at 8000: U|U|V|u| I|I|A|i|");
  BOOST_TEST(summary("1,2\n2,2\n1,3\n", at_rate(8000)) == "3 at 8000: 1||1|-| 2||1|-|");
  BOOST_TEST(summary("0,2\n0.5,2\n1,3\n") ==
             "3 at 2: 2||1|-|\n"
             "a.csv: line 1: column 1 rises evenly and is taken as the time in seconds");
  BOOST_TEST(summary("time,U [V]\n0,2\n0.5,2\n1,3\n") ==
             "3 at 2: U|U|V|u|\n"
             "a.csv: line 2: the time column 'time' has no unit; taken as seconds");
}

BOOST_AUTO_TEST_CASE(values_that_are_not_there_are_missing_and_counted_once) {
  const std::string text =
      "t [s],U [V],I [A]\n0,1,2\n1,,3\n2,abc,4\n3,5\n4,nan,6\n5,7,-inf\n6,,8\n";
  const Folder folder;
  const auto recording = opened(folder.write("a.csv", text));
  BOOST_TEST(recording->warnings().empty());
  for (int again = 0; again < 2; ++again) {
    const auto rows = samples_of(*recording, 2);
    std::string seen;
    for (std::size_t n = 0; n < 7; ++n) seen += fmt::format("{}/{} ", rows[0][n], rows[1][n]);
    BOOST_TEST(seen == "1/2 nan/3 nan/4 5/nan nan/6 7/nan nan/8 ");
    std::string warnings;
    for (const std::string& warning : recording->warnings())
      warnings.append(folder.bare(warning)).append("\n");
    BOOST_TEST(
        warnings ==
        "a.csv: 2 values are empty, first in line 3, column 2; read as missing\n"
        "a.csv: 2 values are no numbers ('abc'), first in line 4, column 2; read as missing\n"
        "a.csv: 1 rows have fewer values than columns, first in line 5, column 3; read as "
        "missing\n");
  }
}

BOOST_AUTO_TEST_CASE(a_column_of_text_and_one_that_counts_rows_are_no_channels) {
  BOOST_TEST(summary("No.,t [s],U [V],state\n1,0,5,on\n2,1,6,off\n3,2,7,on\n") ==
             "3 at 1: U|U|V|u|\n"
             "a.csv: line 2: column 4 'state' holds no numbers and is left out");
}

BOOST_AUTO_TEST_CASE(a_row_without_a_time_counts_as_one_step) {
  BOOST_TEST(
      summary("t [s],U [V]\n0,5\n?,6\n2,7\n3,8\n") ==
      "4 at 1: U|U|V|u|\n"
      "a.csv: 1 rows have no time that can be read, first in line 3; taken as one step after "
      "the row before");
}

BOOST_AUTO_TEST_CASE(settings_beside_the_table_name_and_scale_the_channel) {
  const std::string text =
      "Record Length,4.000000e+00,,-0.000020,  1.0,\n"
      "Sample Interval,2.000000e-05,, 00.000000, 1.2,\n"
      "Source,CH3,, 00.000020, 1.4,\n"
      "Vertical Units,A,, 00.000040, 1.6,\n"
      "Vertical Scale,5.000000e+00,, 00.000060, 1.6,\n"
      "Model Number,M1,, 00.000080, 1.6,\n";
  const Folder folder;
  const auto recording = opened(folder.write("a.csv", text));
  BOOST_TEST(channels_of(recording->description()) == "CH3||A|i|");
  BOOST_TEST(recording->description().channels[0].resolution == 0.2);  // 25 steps a division
  BOOST_TEST(recording->description().device == "M1");
  BOOST_TEST((recording->description().segments.at(0).rate == Rational{50000, 1}));
  BOOST_REQUIRE(recording->warnings().size() == 1);
  BOOST_TEST(folder.bare(recording->warnings()[0]) ==
             "a.csv: the settings promise 4 scans; the 6 that are there are read");
  const std::vector<double> expected{1.0, 1.2, 1.4, 1.6, 1.6, 1.6};
  BOOST_TEST(samples_of(*recording)[0] == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(settings_above_the_table_give_what_its_header_lacks) {
  BOOST_TEST(summary("Model Number,M1\nSample Interval,3.333333e-05,\nVertical Units,V,A\n"
                     "TIME,CH1,CH2\n0.0,1,2\n3.333e-05,2,1\n6.667e-05,1,2\n") ==
             "3 at 30000: CH1|CH1|V|u| CH2|CH2|A|i|\n"
             "a.csv: line 5: the time column 'TIME' has no unit; taken as seconds");
}

BOOST_AUTO_TEST_CASE(what_is_no_table_is_refused_with_line_and_column) {
  BOOST_TEST(refusal("") == "a.csv: line 1: nothing but empty lines; expected a table of numbers");
  BOOST_TEST(refusal("t [s],U [V]\n") ==
             "a.csv: line 1: column 1: 't [s]' is no number and no time, and no row of numbers "
             "follows; expected a table of numbers");
  BOOST_TEST(refusal("t [s],U [V]\n24.02.2020 18:15:21,5\n") ==
             "a.csv: line 2: column 1: '24.02.2020 18:15:21' is no number and no time, and no row "
             "of numbers follows; expected a table of numbers");
  BOOST_TEST(refusal(std::string("t\0,U\n0,1\n", 9)) ==
             "a.csv: line 1: a byte 0; expected a table of numbers as text in UTF-8");
  BOOST_TEST(refusal("t [s]\n0\n1\n2\n") ==
             "a.csv: line 2: no column of numbers beside the time; expected at least one");
  BOOST_TEST(refusal(std::string(1100000, '1')) ==
             "a.csv: line 1: more than 1048576 bytes; expected a table of numbers as text");
}

BOOST_AUTO_TEST_CASE(any_piece_of_a_long_table_reads_as_in_one_run) {
  std::string text = "t [s],U [V]\n";
  for (int n = 0; n < 10000; ++n) {
    if (n % 1000 == 7) text += "# a remark\n\n";
    text += fmt::format("{},{}\n", n, n * n);
  }
  const Folder folder;
  const auto recording = opened(folder.write("a.csv", text));
  BOOST_TEST(recording->description().count() == 10000);
  ScanBlock block;
  for (const auto& [first, count] :
       {std::pair{0, 5}, {5, 4000}, {9999, 1}, {4095, 3}, {8192, 1000}, {4098, 1}}) {
    BOOST_REQUIRE(recording->read(first, static_cast<std::size_t>(count), block).has_value());
    for (int n = 0; n < count; ++n)
      BOOST_REQUIRE(block.row(0)[static_cast<std::size_t>(n)] ==
                    static_cast<double>(first + n) * (first + n));
  }
  const auto beyond = recording->read(9999, 2, block);
  BOOST_REQUIRE(!beyond.has_value());
  BOOST_TEST((beyond.error().code == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_SUITE_END()
