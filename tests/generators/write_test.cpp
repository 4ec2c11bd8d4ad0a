// SPDX-License-Identifier: GPL-3.0-or-later
// What is written is read back within the resolution of its format; other programs open it too.
#include "meterrig/playback/write.h"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <random>
#include <string>

#include "recording_files.h"

using namespace meterrig;
using namespace meterrig::playback;
using namespace meterrig::playback::test;
namespace fs = std::filesystem;

namespace {

RecordedChannel channel(std::string name, std::string unit, ChannelKind kind, double to_si = 1) {
  RecordedChannel result;
  result.name = std::move(name);
  result.unit = std::move(unit);
  result.kind = kind;
  result.to_si = to_si;
  return result;
}

RecordingDescription describe(std::vector<RecordedChannel> channels, Rational rate,
                              std::int64_t count) {
  RecordingDescription description;
  description.channels = std::move(channels);
  description.segments = {{.first = 0, .count = count, .rate = rate, .start = 0}};
  return description;
}

RecordingDescription three_channels(Rational rate, std::int64_t count) {
  return describe({channel("Ua", "V", ChannelKind::voltage),
                   channel("U, beside", "kV", ChannelKind::voltage, 1e3),
                   channel("Ia", "A", ChannelKind::current)},
                  rate, count);
}

using Rows = std::vector<std::vector<double>>;

Rows random_rows(std::uint64_t seed, const std::vector<double>& full_scale, std::size_t count) {
  std::mt19937_64 random(seed);
  Rows rows;
  for (const double limit : full_scale) {
    std::uniform_real_distribution<double> uniform(-limit, limit);
    rows.emplace_back(count);
    for (double& sample : rows.back()) sample = uniform(random);
    rows.back().front() = limit;  // the ends are in reach
    rows.back().back() = -limit;
  }
  return rows;
}

ScanBlock block_of(const Rows& rows, std::size_t first, std::size_t count) {
  ScanBlock block;
  block.resize(rows.size(), count);
  block.first = static_cast<std::int64_t>(first);
  for (std::size_t c = 0; c < rows.size(); ++c)
    for (std::size_t n = 0; n < count; ++n) block.row(c)[n] = rows[c][first + n];
  return block;
}

Result<void> write(const fs::path& file, const RecordingDescription& description, const Rows& rows,
                   const std::vector<double>& full_scale, const WriteOptions& options) {
  auto writer = create(file, description, full_scale, options);
  if (!writer) return tl::unexpected(writer.error());
  const std::size_t count = rows.at(0).size();
  for (std::size_t first = 0; first < count; first += 1000) {
    auto done =
        (*writer)->append(block_of(rows, first, std::min<std::size_t>(1000, count - first)));
    if (!done) return done;
  }
  return (*writer)->finish();
}

WriteOptions options_of(FileFormat format, Encoding encoding) {
  WriteOptions options;
  options.format = format;
  options.encoding = encoding;
  return options;
}

const WriteOptions csv = options_of(FileFormat::csv, Encoding::ascii);

bool have(const char* program) {
  if (std::system(fmt::format("command -v {} >/dev/null 2>&1", program).c_str()) == 0) return true;
  std::cout << "SKIPPED: " << program << " is not installed\n";
  return false;
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  char buffer[256];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
  const int status = ::pclose(pipe);
  BOOST_TEST(status == 0, command + ": " + text);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(write_recording)

BOOST_AUTO_TEST_CASE(sound_files_come_back_within_half_a_code_and_floats_exactly) {
  const std::vector<double> full_scale{325.3, 0.0123, 7};
  for (const auto& [name, format, encoding, largest] :
       {std::tuple{"a.wav", FileFormat::wav, Encoding::pcm16, 32767.0},
        {"b.wav", FileFormat::wav, Encoding::pcm24, 8388607.0},
        {"c.wav", FileFormat::wav, Encoding::float32, 0.0},
        {"d.wav", FileFormat::wav, Encoding::float64, 0.0},
        {"e.flac", FileFormat::flac, Encoding::pcm16, 32767.0},
        {"f.flac", FileFormat::flac, Encoding::pcm24, 8388607.0}}) {
    for (const std::uint64_t seed : {1UL, 2UL, 3UL}) {
      BOOST_TEST_CONTEXT(name << ", seed " << seed) {
        const Folder folder;
        const Rows rows = random_rows(seed, full_scale, 3001);
        const auto written = write(folder / name, three_channels({8000, 1}, 3001), rows, full_scale,
                                   options_of(format, encoding));
        BOOST_REQUIRE_MESSAGE(written.has_value(), why(written));
        const auto recording = opened(folder / name);
        BOOST_TEST(recording->warnings().empty());
        const RecordingDescription& description = recording->description();
        BOOST_TEST(description.count() == 3001);
        BOOST_TEST((description.segments[0].rate == Rational{8000, 1}));
        BOOST_TEST(description.channels.at(1).name == "U, beside");
        BOOST_TEST(description.channels[1].unit == "kV");
        BOOST_TEST(description.channels[1].to_si == 1e3);
        BOOST_TEST((description.channels[2].kind == ChannelKind::current));
        const Rows back = samples_of(*recording, 777);
        double worst = 0;
        for (std::size_t c = 0; c < 3; ++c) {
          // Half a code and three roundings of the value in double, 2^-53 each.
          const double bound = largest > 0 ? full_scale[c] * (0.5 / largest + 4e-16) : 0;
          if (largest > 0)
            BOOST_TEST(description.channels[c].resolution == full_scale[c] / largest,
                       boost::test_tools::tolerance(1e-15));
          for (std::size_t n = 0; n < 3001; ++n) {
            const double sample = rows[c][n];
            const double expected = encoding == Encoding::float32
                                        ? static_cast<double>(static_cast<float>(sample))
                                        : sample;
            worst = std::max(worst, std::abs(back[c][n] - expected) - bound);
          }
        }
        BOOST_TEST(worst <= 0.0);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_table_comes_back_to_the_last_bit_with_its_rate) {
  std::mt19937_64 random(5);
  for (const Rational rate : {Rational{8000, 1},
                              {50000, 1},
                              {10000, 3},
                              {7862767, 1024},
                              {2401509521, 1000000},
                              {44100, 1},
                              {1, 1},
                              {400, 7}}) {
    BOOST_TEST_CONTEXT("rate " << rate.numerator << "/" << rate.denominator) {
      const Folder folder;
      Rows rows = random_rows(9, {400, 1e-7, 3e5}, 2500);
      rows[0][1] = std::numeric_limits<double>::quiet_NaN();
      rows[1][2] = std::numeric_limits<double>::denorm_min();
      rows[2][3] = std::numeric_limits<double>::max();
      const auto written =
          write(folder / "a.csv", three_channels(rate, 2500), rows, {400, 1e-7, 3e5}, csv);
      BOOST_REQUIRE_MESSAGE(written.has_value(), why(written));
      const auto recording = opened(folder / "a.csv");
      BOOST_TEST((recording->description().segments[0].rate == rate));
      BOOST_TEST(recording->description().channels.at(1).name == "U, beside");
      BOOST_TEST(recording->description().channels[1].unit == "kV");
      const Rows back = samples_of(*recording);
      for (const std::string& warning : recording->warnings()) BOOST_TEST(warning == "");
      for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t n = 0; n < 2500; ++n)
          BOOST_REQUIRE(
              (back[c][n] == rows[c][n] || (std::isnan(back[c][n]) && std::isnan(rows[c][n]))));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_table_begins_with_names_and_units) {
  const Folder folder;
  BOOST_REQUIRE(write(folder / "a.csv", three_channels({8000, 1}, 2),
                      {{1, 2}, {0.1, -3}, {5, 6e-9}}, {9, 9, 9}, csv)
                    .has_value());
  std::ifstream file(folder / "a.csv");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  BOOST_TEST(text ==
             "t [s],Ua [V],\"U, beside [kV]\",Ia [A]\n"
             "0,1,0.1,5\n"
             "0.000125,2,-3,6e-09\n");
}

BOOST_AUTO_TEST_CASE(nothing_is_left_before_a_file_is_complete) {
  const Folder folder;
  const auto count = [&] {
    const fs::directory_iterator all((folder / "x").parent_path());
    return std::distance(fs::begin(all), fs::end(all));
  };
  for (const auto& [name, format, encoding] :
       {std::tuple{"a.csv", FileFormat::csv, Encoding::ascii},
        {"a.wav", FileFormat::wav, Encoding::pcm16},
        {"a.flac", FileFormat::flac, Encoding::pcm16}}) {
    auto writer = create(folder / name, three_channels({8000, 1}, 3), {9, 9, 9},
                         options_of(format, encoding));
    BOOST_REQUIRE_MESSAGE(writer.has_value(), why(writer));
    BOOST_REQUIRE((*writer)->append(block_of({{1, 2}, {1, 2}, {1, 2}}, 0, 2)).has_value());
    BOOST_TEST(!fs::exists(folder / name));
    const auto early = (*writer)->finish();
    BOOST_REQUIRE(!early.has_value());
    BOOST_TEST((early.error().code == ErrorCode::failed_precondition));
    BOOST_TEST(folder.bare(early.error().message) ==
               std::string(name) + ": 2 scans; expected 3 as described");
    writer->reset();
    BOOST_TEST(count() == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_value_beyond_the_range_is_named_with_channel_and_scan) {
  const Folder folder;
  const auto error = [&](double value) {
    const auto written =
        write(folder / "a.wav", three_channels({8000, 1}, 2), {{0, 0}, {0, value}, {0, 0}},
              {325, 2.5, 7}, options_of(FileFormat::wav, Encoding::pcm24));
    BOOST_REQUIRE(!written.has_value());
    BOOST_TEST((written.error().code == ErrorCode::out_of_range));
    return folder.bare(written.error().message);
  };
  BOOST_TEST(error(-2.5001) ==
             "a.wav: channel 'U, beside', scan 1: -2.5001 kV; expected from -2.5 to 2.5 kV");
  BOOST_TEST(error(std::numeric_limits<double>::quiet_NaN()) ==
             "a.wav: channel 'U, beside', scan 1: a missing value; expected a number (a file of "
             "floats or CSV holds missing values)");
}

BOOST_AUTO_TEST_CASE(what_a_format_does_not_have_is_refused) {
  const Folder folder;
  const auto error = [&](const char* name, const RecordingDescription& description,
                         const std::vector<double>& full_scale, const WriteOptions& options) {
    const auto writer = create(folder / name, description, full_scale, options);
    return writer ? "created" : folder.bare(writer.error().message);
  };
  const WriteOptions wav = options_of(FileFormat::wav, Encoding::pcm16);
  const WriteOptions flac = options_of(FileFormat::flac, Encoding::pcm24);
  const RecordingDescription three = three_channels({8000, 1}, 2);
  const std::vector<double> limits{1, 1, 1};
  BOOST_TEST(
      error("a.wav", three_channels({2401509521, 1000000}, 2), limits, wav) ==
      "a.wav: 2401.509521 scans a second (2401509521/1000000); WAV holds whole numbers up to "
      "2147483647: expected such a rate, or a CSV or COMTRADE file");
  BOOST_TEST(error("a.flac", three, limits, options_of(FileFormat::flac, Encoding::float32)) ==
             "a.flac: an encoding that FLAC does not have; expected pcm16 or pcm24");
  BOOST_TEST(
      error("a.wav", three, limits, options_of(FileFormat::wav, Encoding::binary16)) ==
      "a.wav: an encoding that WAV does not have; expected pcm16, pcm24, float32 or float64");
  BOOST_TEST(error("a.wav", three, {1, 1}, wav) ==
             "a.wav: 2 full-scale values; expected one for each of 3 channels");
  BOOST_TEST(error("a.wav", three, {1, -1, 1}, wav) ==
             "a.wav: channel 'U, beside': a full scale of -1; expected one of at least 0");
  std::vector<RecordedChannel> nine(9, channel("x", "V", ChannelKind::voltage));
  BOOST_TEST(error("a.flac", describe(nine, {8000, 1}, 2), std::vector<double>(9, 1), flac) ==
             "a.flac: 9 channels; expected at most 8");
  RecordingDescription two = three;
  two.segments.push_back({.first = 2, .count = 2, .rate = {50, 1}, .start = 1});
  BOOST_TEST(error("a.csv", two, limits, csv) ==
             "a.csv: 2 sampling rates; expected one, or a COMTRADE file");
  BOOST_TEST(error("a.csv", describe({}, {50, 1}, 2), {}, csv) ==
             "a.csv: no channel; expected at least one");
  BOOST_TEST(error("a.csv", three_channels({50, 1}, 0), limits, csv) ==
             "a.csv: no scans; expected at least one");
  std::vector<RecordedChannel> many(100, channel("a name of a channel", "V", ChannelKind::voltage));
  BOOST_TEST(error("a.wav", describe(many, {8000, 1}, 2), std::vector<double>(100, 1), wav)
                 .starts_with("a.wav: names and units of 100 channels take "));
  const auto lost = create(folder / "none/a.csv", three, limits, csv);
  BOOST_REQUIRE(!lost.has_value());
  BOOST_TEST((lost.error().code == ErrorCode::not_found));
}

BOOST_AUTO_TEST_CASE(scans_out_of_order_or_of_other_width_are_refused) {
  const Folder folder;
  auto writer = create(folder / "a.csv", three_channels({50, 1}, 3), {1, 1, 1}, csv);
  BOOST_REQUIRE(writer.has_value());
  const auto error = [&](const ScanBlock& block) {
    const auto done = (*writer)->append(block);
    return done ? "appended" : folder.bare(done.error().message);
  };
  BOOST_TEST(error(block_of({{1}, {1}}, 0, 1)) == "a.csv: scans of 2 channels; expected 3");
  BOOST_TEST(error(block_of({{1, 2}, {1, 2}, {1, 2}}, 1, 1)) == "a.csv: scan 1; expected scan 0");
  BOOST_TEST(error(block_of(Rows(3, std::vector<double>(4, 1)), 0, 4)) ==
             "a.csv: 4 scans; expected 3 as described");
}

BOOST_AUTO_TEST_CASE(an_extension_asks_for_its_format) {
  BOOST_TEST((options_for("a.WAV")->format == FileFormat::wav));
  BOOST_TEST((options_for("a.flac")->encoding == Encoding::pcm24));
  BOOST_TEST((options_for("a.csv")->format == FileFormat::csv));
  BOOST_TEST(!options_for("a.cfg")->single_file);
  BOOST_TEST(options_for("a.cff")->single_file);
  BOOST_TEST(options_for("a.mp3").error().message ==
             "a.mp3: the extension '.mp3'; expected .cfg or .cff (COMTRADE), .wav, .flac or .csv");
}

BOOST_AUTO_TEST_CASE(other_programs_open_sound_files_of_ours) {
  const Folder folder;
  const Rows rows = random_rows(4, {10, 10, 10}, 500);
  for (const auto& [name, format, encoding] :
       {std::tuple{"a.wav", FileFormat::wav, Encoding::pcm16},
        {"b.wav", FileFormat::wav, Encoding::float32},
        {"c.flac", FileFormat::flac, Encoding::pcm24}}) {
    const auto written = write(folder / name, three_channels({12800, 1}, 500), rows, {10, 10, 10},
                               options_of(format, encoding));
    BOOST_REQUIRE_MESSAGE(written.has_value(), why(written));
  }
  if (have("sndfile-info")) {
    for (const char* name : {"a.wav", "b.wav", "c.flac"}) {
      const std::string text = output_of("sndfile-info " + (folder / name).string());
      BOOST_TEST(text.find("Sample Rate : 12800\n") != std::string::npos, text);
      BOOST_TEST(text.find("Frames      : 500\n") != std::string::npos, text);
      BOOST_TEST(text.find("Channels    : 3\n") != std::string::npos, text);
    }
  }
  if (have("python3")) {
    // The code of scan 7 of channel 2, by another reader and its own arithmetic.
    const std::string text = output_of(
        "python3 -c \"import wave, struct, sys; w = wave.open(sys.argv[1]); "
        "f = w.readframes(w.getnframes()); "
        "print(w.getframerate(), w.getnframes(), struct.unpack_from('<h', f, (7 * 3 + 1) * "
        "2)[0])\" " +
        (folder / "a.wav").string());
    BOOST_TEST(text == fmt::format("12800 500 {:.0f}\n", std::round(rows[1][7] / 10 * 32767)));
  }
}

BOOST_AUTO_TEST_CASE(pulseview_opens_tables_of_ours) {
  if (!have("sigrok-cli")) {
    std::cout << "SKIPPED: sigrok-cli is not there\n";
    return;
  }
  const Folder folder;
  const Rows rows = random_rows(4, {10, 10, 10}, 20);
  RecordingDescription description = three_channels({12800, 1}, 20);
  description.channels[1].name = description.channels[1].id = "Ub";  // it knows no quotes
  const auto written = write(folder / "a.csv", description, rows, {10, 10, 10}, csv);
  BOOST_REQUIRE_MESSAGE(written.has_value(), why(written));
  // libsigrok, with which PulseView reads: the rate is found from the times, names from the header.
  const std::string text =
      output_of("sigrok-cli -I csv:column_formats=t,3a:header=true -O analog -i " +
                (folder / "a.csv").string() + " ; true");  // 0.7.2 stumbles when it ends
  BOOST_TEST(text.find("META samplerate: 12800\n") != std::string::npos, text);
  for (const double value : {rows[0][0], rows[1][7], rows[2][19]})
    BOOST_TEST(text.find(fmt::format(": {:.3f} ", value)) != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
