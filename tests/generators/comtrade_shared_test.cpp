// SPDX-License-Identifier: GPL-3.0-or-later
// Records of relays and recorders whose counts, rates, names and r.m.s. values someone else
// computed (waveforms/README.md).
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "recording_files.h"

using namespace meterrig;
using namespace meterrig::playback;
using namespace meterrig::playback::test;
namespace fs = std::filesystem;

namespace {

const fs::path waveforms = fs::path(METERRIG_SOURCE) / "../shared/waveforms";

struct KnownChannel {
  std::size_t place = 0;  // counted from 1
  const char* id_end = nullptr;
  const char* unit = nullptr;
  double rms = 0;
};

struct KnownRecord {
  const char* name = nullptr;
  const char* format = nullptr;
  std::size_t analogue = 0;
  std::size_t status = 0;
  double line_frequency = 0;
  std::size_t rates = 0;
  double first_rate = 0;
  std::int64_t count = 0;
  std::vector<KnownChannel> channels;
  std::vector<std::string> warnings;  // in part
};

const std::vector<KnownRecord> records{
    {"pq-event-60hz-ascii1999",
     "COMTRADE 1999 ASCII",
     6,
     0,
     60,
     1,
     7678.4833984375,
     3584,
     {{1, "Ia", "A", 188.546},
      {2, "Ib", "A", 139.393},
      {3, "Ic", "A", 90.2594},
      {4, "Va", "V", 7767.3},
      {5, "Vb", "V", 5885.4},
      {6, "Vc", "V", 5935.48}},
     {}},
    {"relay-60hz-ascii1991",
     "COMTRADE 1991 ASCII",
     24,
     592,
     60,
     1,
     960,
     480,
     {{1, "IA", "A", 112.709},
      {2, "IB", "A", 57.9164},
      {3, "IC", "A", 849.261},
      {6, "VA(kV)", "kV", 14.7575},
      {7, "VB(kV)", "kV", 15.6073},
      {8, "VC(kV)", "kV", 11.6778}},
     {"line 21: a is 0", "line 22: a is 0", "line 23: a is 0"}},
    {"relay-50hz-ascii-83rates",
     "COMTRADE 2000 ASCII",
     4,
     15,
     50,
     83,
     2401.509521,
     5316,
     {{1, "UA", "V", 60.2025},
      {2, "UB", "V", 57.4708},
      {3, "UC", "V", 61.225},
      {4, "3U0", "V", 19.6283}},
     {"the text is not UTF-8; read as WINDOWS-1251"}},
    {"protocol-50hz-binary-notimestamps",
     "COMTRADE 1997 BINARY",
     6,
     16,
     50,
     1,
     600,
     2400,
     {{1, "I1", "A", 17.7087},
      {2, "I2", "A", 28.032},
      {3, "I3", "A", 17.8067},
      {4, "U21", "V", 2112.33},
      {5, "U32", "V", 2111.8}},
     {"2400 scans where the configuration promises 2399"}},
    {"terminal-50hz-binary32",
     "COMTRADE 2013 BINARY32",
     37,
     300,
     50,
     1,
     2000,
     202,
     {{4, "Id", "A", 0.0010482},
      {5, "Ie", "A", 0.00140102},
      {6, "In1", "A", 0.00207823},
      {8, "Ub", "V", 0.00960887},
      {9, "Uc", "V", 0.0309717},
      {10, "Un", "V", 0.0591699}},
     {}},
    {"generator-50hz-binary",
     "COMTRADE 1999 BINARY",
     6,
     0,
     50,
     1,
     5760,
     24768,
     {{1, "IA_G1", "A", 1637.35},
      {2, "IB_G1", "A", 1653.34},
      {3, "IC_G1", "A", 1656.7},
      {4, "VA_G1", "kV", 4.13699},
      {5, "VB_G1", "kV", 4.13817},
      {6, "VC_G1", "kV", 4.13855}},
     {"65 of 24767 steps of the time stamps are not the period"}},
    {"line220kv-50hz-multirate",
     "COMTRADE 1999 BINARY",
     48,
     96,
     50,
     4,
     3200,
     3077,
     {{1, "I_Ua", "V", 62.0262},
      {2, "I_Ub", "V", 63.332},
      {3, "I_Uc", "V", 63.3395},
      {9, "_Ia", "A", 0.511685},
      {10, "_Ib", "A", 0.543445},
      {11, "_Ic", "A", 0.507513}},
     {"the text is not UTF-8; read as GB18030"}},
    {"line275kv-50hz-binary",
     "COMTRADE 2001 BINARY",
     20,
     84,
     50,
     1,
     1000,
     11001,
     {{1, "LINE SUM ILA", "A", 184.744},
      {2, "LINE SUM ILB", "A", 183.221},
      {3, "LINE SUM ILC", "A", 200.414},
      {9, "LINE ULA", "V", 167016},
      {10, "LINE ULB", "V", 168995},
      {11, "LINE ULC", "V", 124583}},
     {}},
    {"injection-50hz-ascii1991",
     "COMTRADE 1991 ASCII",
     4,
     32,
     50,
     1,
     1000,
     6000,
     {{1, "Ia", "A", 5.00871}, {2, "I\xD0\xB2", "A", 5.01117}, {3, "Ic", "A", 5.0097}},
     {"the text is not UTF-8; read as IBM866"}},
};

// The values are given with six digits: half a unit of the last is at most 5e-6 of them.
constexpr double six_digits = 1e-5;

void check(const KnownRecord& known, const fs::path& file) {
  const auto recording = opened(file);
  const RecordingDescription& description = recording->description();
  BOOST_TEST(description.format == known.format);
  BOOST_TEST(description.status_channels.size() == known.status);
  BOOST_TEST(description.nominal_frequency.value_or(0) == known.line_frequency);
  BOOST_TEST(description.segments.size() == known.rates);
  BOOST_TEST(description.segments.at(0).rate.value() == known.first_rate);
  BOOST_TEST(description.count() == known.count);
  BOOST_REQUIRE(description.channels.size() == known.analogue);
  const auto rows = samples_of(*recording, 777);
  for (const KnownChannel& channel : known.channels) {
    const RecordedChannel& found = description.channels[channel.place - 1];
    BOOST_TEST(found.name == fmt::format("A{}", channel.place));
    BOOST_TEST(found.id.ends_with(channel.id_end));
    BOOST_TEST(found.unit == channel.unit);
    BOOST_TEST(
        (found.kind == (found.unit.ends_with("V") ? ChannelKind::voltage : ChannelKind::current)));
    BOOST_TEST(rms_of(rows[channel.place - 1]) == channel.rms,
               boost::test_tools::tolerance(six_digits));
  }
  const auto warnings = recording->warnings();
  BOOST_REQUIRE(warnings.size() == known.warnings.size());
  for (std::size_t w = 0; w < warnings.size(); ++w)
    BOOST_TEST((warnings[w].find(known.warnings[w]) != std::string::npos), warnings[w]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(comtrade_of_others)

BOOST_AUTO_TEST_CASE(records_have_their_counts_rates_names_units_and_rms_values) {
  for (const KnownRecord& known : records) {
    const fs::path file = waveforms / (std::string(known.name) + ".cfg");
    if (!fs::exists(file)) {
      std::cout << "SKIPPED: " << known.name << " is not in " << waveforms.string() << "\n";
      continue;
    }
    BOOST_TEST_CONTEXT(known.name) { check(known, file); }
  }
}

BOOST_AUTO_TEST_CASE(the_name_of_the_data_file_opens_the_same_record) {
  const fs::path file = waveforms / "generator-50hz-binary.dat";
  if (!fs::exists(file)) {
    std::cout << "SKIPPED: generator-50hz-binary is not in " << waveforms.string() << "\n";
    return;
  }
  check(records[5], file);
}

BOOST_AUTO_TEST_CASE(segments_of_several_rates_follow_each_other_in_time) {
  const fs::path file = waveforms / "line220kv-50hz-multirate.cfg";
  if (!fs::exists(file)) {
    std::cout << "SKIPPED: line220kv-50hz-multirate is not in " << waveforms.string() << "\n";
    return;
  }
  const auto recording = opened(file);
  const auto& segments = recording->description().segments;
  const std::vector<std::int64_t> firsts{0, 1280, 1316, 2788};
  const std::vector<double> rates{3200, 50, 3200, 50};
  // 1280 / 3200, and 36 / 50, and 1472 / 3200 after it
  const std::vector<double> starts{0, 0.4, 1.12, 1.58};
  BOOST_REQUIRE(segments.size() == 4);
  for (std::size_t s = 0; s < 4; ++s) {
    BOOST_TEST(segments[s].first == firsts[s]);
    BOOST_TEST(segments[s].rate.value() == rates[s]);
    BOOST_TEST(segments[s].start == starts[s], boost::test_tools::tolerance(1e-12));
  }
  // -0.020371833 us
  BOOST_TEST(recording->description().channels[1].skew == -2.0371833e-8,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(recording->description().channels[1].primary == 127017.0);
  BOOST_TEST((recording->description().channels[1].side == TransformerSide::secondary));
}

BOOST_AUTO_TEST_SUITE_END()
