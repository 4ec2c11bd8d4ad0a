// SPDX-License-Identifier: GPL-3.0-or-later
// Random recordings written, read and written again.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cfloat>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "meterrig/playback/write.h"
#include "recording_files.h"

using namespace meterrig;
using namespace meterrig::playback;
using namespace meterrig::playback::test;
namespace fs = std::filesystem;

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Kind {
  ComtradeRevision revision;
  Encoding encoding;
  bool single_file;
  const char* format;  // when read
};

const std::vector<Kind> kinds{
    {ComtradeRevision::r1991, Encoding::ascii, false, "COMTRADE 1991 ASCII"},
    {ComtradeRevision::r1991, Encoding::binary16, false, "COMTRADE 1991 BINARY"},
    {ComtradeRevision::r1999, Encoding::ascii, false, "COMTRADE 1999 ASCII"},
    {ComtradeRevision::r1999, Encoding::binary16, false, "COMTRADE 1999 BINARY"},
    {ComtradeRevision::r2013, Encoding::ascii, false, "COMTRADE 2013 ASCII"},
    {ComtradeRevision::r2013, Encoding::binary16, false, "COMTRADE 2013 BINARY"},
    {ComtradeRevision::r2013, Encoding::binary32, false, "COMTRADE 2013 BINARY32"},
    {ComtradeRevision::r2013, Encoding::float32, false, "COMTRADE 2013 FLOAT32"},
    {ComtradeRevision::r2013, Encoding::ascii, true, "COMTRADE 2013 ASCII"},
    {ComtradeRevision::r2013, Encoding::binary16, true, "COMTRADE 2013 BINARY"},
    {ComtradeRevision::r2013, Encoding::binary32, true, "COMTRADE 2013 BINARY32"},
    {ComtradeRevision::r2013, Encoding::float32, true, "COMTRADE 2013 FLOAT32"},
};

struct Sample {
  RecordingDescription description;
  std::vector<double> full_scale;
  std::vector<std::vector<double>> rows;
};

Sample random_sample(std::mt19937_64& random) {
  const auto pick = [&random](const auto& from) { return from[random() % from.size()]; };
  std::uniform_real_distribution<double> uniform(-1, 1);
  const std::vector<std::string> texts{"",
                                       "Ua",
                                       "Line 1",
                                       "Umspannwerk S\xC3\xBC"
                                       "d",
                                       "I L2",
                                       "50 % \"load\""};
  Sample sample;
  RecordingDescription& description = sample.description;
  description.station = pick(texts);
  description.device = pick(texts);
  description.first_time =
      pick(std::vector<std::string>{"", "25/06/2007,19:13:57.789757", "06/25/07,19:13:57.789757",
                                    "2020-02-24 18:15:21.499998208"});
  description.trigger_time = pick(std::vector<std::string>{"", "25/06/2007,19:13:58.000001"});
  if (random() % 2 != 0) description.nominal_frequency = pick(std::vector<double>{50, 60, 16.7});
  const std::size_t channels = 1 + random() % 5;
  for (std::size_t c = 0; c < channels; ++c) {
    RecordedChannel channel;
    channel.name = fmt::format("A{}", 2 * c + 3);
    channel.id = pick(texts);
    channel.phase = pick(std::vector<std::string>{"", "A", "L3"});
    channel.circuit = pick(texts);
    channel.unit = pick(std::vector<std::string>{"V", "kA", "", "count"});
    channel.skew = pick(std::vector<double>{0, 12.5e-6, -1.0 / 3e6});
    channel.primary = pick(std::vector<double>{1, 110000, 2500.5});
    channel.secondary = pick(std::vector<double>{1, 57.735, 5});
    channel.side = pick(std::vector{TransformerSide::unknown, TransformerSide::primary,
                                    TransformerSide::secondary});
    description.channels.push_back(channel);
    sample.full_scale.push_back(std::exp(12 * uniform(random)) * static_cast<double>(c != 3));
  }
  const std::vector<Rational> rates{
      {1000, 1}, {5760, 1}, {12800, 3}, {76784833984375, 10000000000}};
  const std::size_t segments = 1 + random() % 3;
  double start = 0;
  for (std::size_t s = 0; s < segments; ++s) {
    const auto count = static_cast<std::int64_t>(1 + random() % 2000);
    const Rational rate = pick(rates);
    description.segments.push_back(
        {.first = description.count(), .count = count, .rate = rate, .start = start});
    start += static_cast<double>(count) / rate.value();
  }
  for (const double full_scale : sample.full_scale) {
    std::vector<double> row(static_cast<std::size_t>(description.count()));
    for (double& value : row) value = random() % 50 == 0 ? nothing : full_scale * uniform(random);
    row.front() = full_scale;
    row.back() = -full_scale;
    sample.rows.push_back(row);
  }
  return sample;
}

ScanBlock block_of(const std::vector<std::vector<double>>& rows, std::size_t first,
                   std::size_t count) {
  ScanBlock block;
  block.resize(rows.size(), count);
  block.first = static_cast<std::int64_t>(first);
  for (std::size_t c = 0; c < rows.size(); ++c)
    std::copy_n(rows[c].begin() + static_cast<std::ptrdiff_t>(first), count, block.row(c).begin());
  return block;
}

Result<void> write(const fs::path& file, const Sample& sample, const WriteOptions& options) {
  auto writer = create(file, sample.description, sample.full_scale, options);
  if (!writer) return tl::unexpected(writer.error());
  const std::size_t count = sample.rows.front().size();
  for (std::size_t first = 0; first < count; first += 1500) {
    const ScanBlock block =
        block_of(sample.rows, first, std::min<std::size_t>(1500, count - first));
    if (auto done = (*writer)->append(block); !done) return done;
  }
  return (*writer)->finish();
}

WriteOptions options_of(const Kind& kind) {
  return {.format = FileFormat::comtrade,
          .revision = kind.revision,
          .encoding = kind.encoding,
          .single_file = kind.single_file};
}

// Half a step; of a float its rounding. The products of codes and steps are exact to 2 ulp of the
// full scale, and of its double in 1991.
double tolerance(const Kind& kind, double full_scale, double value, double resolution) {
  if (kind.encoding == Encoding::float32) return std::abs(value) * 6e-8 + FLT_MIN;
  return resolution / 2 * (1 + 1e-9) + 1e-15 * full_scale;
}

double least_resolution(const Kind& kind, double full_scale) {
  switch (kind.encoding) {
    case Encoding::binary16:
      return full_scale / (kind.revision == ComtradeRevision::r1991 ? 16383 : 32767);
    case Encoding::binary32:
      return full_scale / 2147483647;
    case Encoding::ascii:
      return full_scale / (kind.revision == ComtradeRevision::r2013 ? 99999999 : 99998);
    default:
      return 0;
  }
}

void check_round_trip(const Kind& kind, const Sample& sample) {
  const Folder folder;
  const fs::path file = folder / (kind.single_file ? "x.cff" : "x.cfg");
  const auto written = write(file, sample, options_of(kind));
  BOOST_REQUIRE_MESSAGE(written.has_value(), why(written));
  const auto recording = opened(file);
  const RecordingDescription& read = recording->description();
  const RecordingDescription& said = sample.description;
  BOOST_TEST(read.format == kind.format);
  BOOST_TEST(read.station == said.station);
  BOOST_TEST(read.device == said.device);
  BOOST_TEST((read.nominal_frequency == said.nominal_frequency));
  BOOST_REQUIRE(read.channels.size() == said.channels.size());
  Sample again{
      .description = read, .full_scale = sample.full_scale, .rows = samples_of(*recording)};
  for (std::size_t c = 0; c < read.channels.size(); ++c) {
    const RecordedChannel& a = read.channels[c];
    const RecordedChannel& b = said.channels[c];
    BOOST_TEST(a.name == b.name);
    BOOST_TEST(a.id == b.id);
    BOOST_TEST(a.circuit == b.circuit);
    BOOST_TEST(a.unit == b.unit);
    BOOST_TEST(a.skew == b.skew, boost::test_tools::tolerance(1e-11));
    if (kind.revision != ComtradeRevision::r1991) {
      BOOST_TEST(a.primary == b.primary);
      BOOST_TEST(a.secondary == b.secondary);
      BOOST_TEST(
          (a.side == (b.side == TransformerSide::secondary ? b.side : TransformerSide::primary)));
    }
    const double full_scale = sample.full_scale[c];
    if (full_scale > 0)
      BOOST_TEST(a.resolution == least_resolution(kind, full_scale),
                 boost::test_tools::tolerance(1e-7));
    for (std::size_t i = 0; i < again.rows[c].size(); ++i) {
      const double x = again.rows[c][i];
      const double y = sample.rows[c][i];
      if (std::isnan(y) ? !std::isnan(x)
                        : !(std::abs(x - y) <= tolerance(kind, full_scale, y, a.resolution)))
        BOOST_FAIL("channel " << c << ", scan " << i << ": " << x << " is not " << y);
    }
  }
  BOOST_REQUIRE(read.segments.size() == said.segments.size());
  for (std::size_t s = 0; s < read.segments.size(); ++s) {
    BOOST_TEST(read.segments[s].first == said.segments[s].first);
    BOOST_TEST(read.segments[s].count == said.segments[s].count);
    // 15 digits of the rate
    BOOST_TEST(read.segments[s].rate.value() == said.segments[s].rate.value(),
               boost::test_tools::tolerance(1e-14));
    BOOST_TEST(read.segments[s].start == said.segments[s].start,
               boost::test_tools::tolerance(1e-12));
  }
  // The reader's check of the time stamps is the oracle of those written.
  for (const std::string& warning : recording->warnings())
    BOOST_TEST((warning.find("missing values") != std::string::npos ||
                warning.find("no unit") != std::string::npos),
               warning);

  const fs::path second = folder / (kind.single_file ? "y.cff" : "y.cfg");
  const auto rewritten = write(second, again, options_of(kind));
  BOOST_REQUIRE_MESSAGE(rewritten.has_value(), why(rewritten));
  BOOST_TEST((bytes_of(file) == bytes_of(second)),
             bytes_of(file).substr(0, 600) + bytes_of(second).substr(0, 600));
  if (!kind.single_file) BOOST_TEST((bytes_of(folder / "x.dat") == bytes_of(folder / "y.dat")));
}

Sample plain(std::int64_t count, Rational rate = {1000, 1}) {
  Sample sample;
  sample.description.station = "S";
  sample.description.device = "D";
  sample.description.first_time = "25/06/2007,19:13:57.789757";
  sample.description.channels.resize(1);
  sample.description.channels[0].name = "A1";
  sample.description.channels[0].id = "Ua";
  sample.description.channels[0].unit = "V";
  sample.description.segments = {{.first = 0, .count = count, .rate = rate, .start = 0}};
  sample.full_scale = {32.767};
  sample.rows = {std::vector<double>(static_cast<std::size_t>(count), 1.0)};
  return sample;
}

constexpr WriteOptions text_1999{.format = FileFormat::comtrade,
                                 .revision = ComtradeRevision::r1999,
                                 .encoding = Encoding::ascii,
                                 .single_file = false};

}  // namespace

BOOST_AUTO_TEST_SUITE(comtrade_writer)

BOOST_AUTO_TEST_CASE(every_kind_comes_back_within_half_a_step_and_is_rewritten_byte_for_byte) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    for (const Kind& kind : kinds) {
      BOOST_TEST_CONTEXT("seed " << seed << ", " << kind.format
                                 << (kind.single_file ? " .cff" : "")) {
        std::mt19937_64 random(seed);
        check_round_trip(kind, random_sample(random));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_text_record_of_1999_is_written_to_the_letter) {
  const Folder folder;
  Sample sample = plain(3);
  sample.description.nominal_frequency = 50;
  sample.description.channels[0].circuit = "Line 1, north";
  sample.full_scale = {999.98};
  sample.rows = {{1.234, nothing, -999.98}};
  BOOST_TEST(write(folder / "x.cfg", sample, text_1999).has_value());
  BOOST_TEST(
      bytes_of(folder / "x.cfg") ==
      "S,D,1999\r\n1,1A,0D\r\n1,Ua,A,Line 1; north,V,0.01,0,0,-99998,99998,1,1,P\r\n50\r\n1\r\n"
      "1000,3\r\n25/06/2007,19:13:57.789757\r\n25/06/2007,19:13:57.789757\r\nASCII\r\n1\r\n");
  BOOST_TEST(bytes_of(folder / "x.dat") == "1,0,123\r\n2,1000,99999\r\n3,2000,-99998\r\n");
}

BOOST_AUTO_TEST_CASE(a_binary_record_of_2013_is_written_to_the_letter) {
  const Folder folder;
  Sample sample = plain(2);
  sample.rows = {{-32.767, nothing}};
  BOOST_TEST(write(folder / "x.cff", sample,
                   {.format = FileFormat::comtrade,
                    .revision = ComtradeRevision::r2013,
                    .encoding = Encoding::binary16,
                    .single_file = true})
                 .has_value());
  const std::string expected =
      "--- file type: CFG "
      "---\r\nS,D,2013\r\n1,1A,0D\r\n1,Ua,A,,V,0.001,0,0,-32767,32767,1,1,P\r\n\r\n"
      "1\r\n1000,2\r\n25/06/2007,19:13:57.789757\r\n25/06/2007,19:13:57.789757\r\nBINARY\r\n1\r\n"
      "0,0\r\nF,3\r\n--- file type: INF ---\r\n--- file type: HDR ---\r\n"
      "--- file type: DAT BINARY: 20 ---\r\n";
  const std::string data("\1\0\0\0\0\0\0\0\x01\x80\2\0\0\0\xE8\3\0\0\0\x80", 20);
  BOOST_TEST(bytes_of(folder / "x.cff") == expected + data);
}

BOOST_AUTO_TEST_CASE(time_stamps_get_a_finer_unit_or_a_multiplier_or_are_left_out) {
  const Folder folder;
  const auto lines = [&](const Sample& sample, ComtradeRevision revision) {
    WriteOptions options = text_1999;
    options.revision = revision;
    BOOST_REQUIRE(write(folder / "x.cfg", sample, options).has_value());
    BOOST_TEST(opened(folder / "x.cfg")->warnings().empty());
    const std::string configuration = bytes_of(folder / "x.cfg");
    const std::string data = bytes_of(folder / "x.dat");
    const std::size_t type = configuration.find("ASCII\r\n") + 7;
    const std::size_t last = data.rfind('\n', data.size() - 2) + 1;
    return configuration.substr(type, configuration.find('\r', type) - type) + " " +
           data.substr(last, data.size() - last - 2);
  };
  using enum ComtradeRevision;
  // 1/3 ms: nanoseconds in 2013 only
  BOOST_TEST(lines(plain(2, {3000, 1}), r1999) == "1 2,333,3052");
  BOOST_TEST(lines(plain(2, {3000, 1}), r2013).find("1 2,333333,") == 0U);
  BOOST_TEST(bytes_of(folder / "x.cfg").find("19:13:57.789757000\r\n") != std::string::npos);
  // 5000 s a scan: past 32 bits of microseconds
  BOOST_TEST(lines(plain(2, {1, 5000}), r1999) == "10 2,500000000,3052");
  BOOST_TEST(lines(plain(2, {1, 5000}), r1991) == " 2,,3052");
}

BOOST_AUTO_TEST_CASE(a_value_beyond_the_range_is_refused_and_leaves_nothing) {
  for (const Kind& kind : kinds) {
    BOOST_TEST_CONTEXT(kind.format) {
      const Folder folder;
      Sample sample = plain(5);
      sample.rows[0][3] = kind.encoding == Encoding::float32 ? 1e39 : 33;
      const auto failed =
          write(folder / (kind.single_file ? "x.cff" : "x.cfg"), sample, options_of(kind));
      BOOST_REQUIRE(!failed.has_value());
      BOOST_TEST((failed.error().code == ErrorCode::out_of_range));
      BOOST_TEST((failed.error().message.find("channel A1 (Ua), scan 3: ") != std::string::npos),
                 failed.error().message);
      BOOST_TEST(fs::is_empty(folder / ""));
    }
  }
  const Folder folder;
  Sample sample = plain(5);
  sample.rows[0][3] = -33;
  WriteOptions options = text_1999;
  options.encoding = Encoding::binary16;
  BOOST_TEST(folder.bare(why(write(folder / "x.cfg", sample, options))) ==
             "x.cfg: channel A1 (Ua), scan 3: -33; expected -32.767 to 32.767");
}

BOOST_AUTO_TEST_CASE(combinations_that_comtrade_does_not_have_are_refused) {
  const Folder folder;
  const Sample sample = plain(2);
  const auto refusal = [&](const char* file, ComtradeRevision revision, Encoding encoding,
                           bool single_file) {
    const auto result = write(folder / file, sample,
                              {.format = FileFormat::comtrade,
                               .revision = revision,
                               .encoding = encoding,
                               .single_file = single_file});
    return folder.bare(why(result));
  };
  using enum ComtradeRevision;
  BOOST_TEST(refusal("x.cfg", r1999, Encoding::float32, false) ==
             "x.cfg: FLOAT32 came with the revision of 2013; expected that or ASCII or BINARY");
  BOOST_TEST(refusal("x.cfg", r1991, Encoding::binary32, false) ==
             "x.cfg: BINARY32 came with the revision of 2013; expected that or ASCII or BINARY");
  BOOST_TEST(refusal("x.cfg", r2013, Encoding::pcm16, false) ==
             "x.cfg: an encoding that COMTRADE does not have; expected ASCII, 16-bit or 32-bit "
             "integers or 32-bit floats");
  BOOST_TEST(refusal("x.cff", r1999, Encoding::ascii, true) ==
             "x.cff: a single file; expected the revision of 2013 and the extension .cff");
  BOOST_TEST(refusal("x.cff", r2013, Encoding::ascii, false) ==
             "x.cff: the extension '.cff'; expected .cfg, or .cff for a single file");
  BOOST_TEST(fs::is_empty(folder / ""));
}

BOOST_AUTO_TEST_SUITE_END()
