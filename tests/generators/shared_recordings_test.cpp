// SPDX-License-Identifier: GPL-3.0-or-later
// Real recordings whose counts, rates and r.m.s. values someone else computed
// (waveforms/README.md).
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
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

bool absent(const std::string& file) {
  if (fs::exists(waveforms / file)) return false;
  std::cout << "SKIPPED: " << file << " is not in " << waveforms.string() << "\n";
  return true;
}

// The values are given with six digits: half a unit of the last is at most 5e-6 of them.
constexpr double six_digits = 1e-5;

struct Appliance {
  const char* name;
  std::int64_t count;
  double first_current;
  double first_voltage;
  double voltage_rms;
  double current_rms;
};

constexpr Appliance appliances[] = {
    {"fridge", 19200, 26, 3454, 245.424, 0.646581},
    {"kettle", 19199, -316, -4568, 236.388, 8.46834},
    {"induction", 19200, -34, -3486, 259.421, 6.39601},
    {"laptop", 19200, -1, 1910, 245.374, 0.329099},
    {"tv", 19200, -33, -5149, 251.919, 0.797977},
    {"rangehood", 19200, 20, 3325, 250.322, 0.609471},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(shared_recordings)

BOOST_AUTO_TEST_CASE(appliances_have_their_counts_first_words_and_rms_values) {
  for (const Appliance& appliance : appliances) {
    const std::string name = std::string("appliance-") + appliance.name + ".hex.txt";
    if (absent(name)) return;
    BOOST_TEST_CONTEXT(name) {
      OpenOptions options;
      options.rate = Rational{6400, 1};
      const auto counts = opened(waveforms / name, options);
      ScanBlock block;
      BOOST_REQUIRE(counts->read(0, 1, block).has_value());
      BOOST_TEST(block.row(0)[0] == appliance.first_current);
      BOOST_TEST(block.row(1)[0] == appliance.first_voltage);
      BOOST_TEST(counts->description().channels[0].unit == "count");

      options.hints = {
          {.name = "1", .rename = "i", .unit = "A", .phase = "", .scale = std::sqrt(2) / 41.4738},
          {.name = "2", .rename = "v", .unit = "V", .phase = "", .scale = std::sqrt(2) / 21.3872}};
      const auto recording = opened(waveforms / name, options);
      BOOST_TEST(recording->description().count() == appliance.count);
      BOOST_TEST((recording->description().channels[1].kind == ChannelKind::voltage));
      const auto rows = samples_of(*recording);
      BOOST_TEST(rms_of(rows[0]) == appliance.current_rms,
                 boost::test_tools::tolerance(six_digits));
      BOOST_TEST(rms_of(rows[1]) == appliance.voltage_rms,
                 boost::test_tools::tolerance(six_digits));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_mains_files_have_their_counts_rates_and_rms_values) {
  if (absent("mains-60hz-12khz-part1.s16le") || absent("mains-ref-400hz-a.wav")) return;
  OpenOptions options;
  options.rate = Rational{12000, 1};
  const auto raw = opened(waveforms / "mains-60hz-12khz-part1.s16le", options);
  BOOST_TEST(raw->description().count() == 240000);
  const auto raw_rows = samples_of(*raw, 7777);
  const std::vector<double> beginning(raw_rows[0].begin(), raw_rows[0].begin() + 4);
  BOOST_TEST(beginning == (std::vector<double>{3071, 4095, 4863, 5375}),
             boost::test_tools::per_element());
  BOOST_TEST(rms_of(raw_rows[0]) == 18820.2, boost::test_tools::tolerance(six_digits));

  const auto wav = opened(waveforms / "mains-ref-400hz-a.wav");
  BOOST_TEST(wav->description().count() == 192801);
  BOOST_TEST((wav->description().segments.at(0).rate == Rational{400, 1}));
  BOOST_TEST(wav->description().format == "WAV, 16 bit");
  BOOST_TEST(wav->description().channels.at(0).unit == "count");
  BOOST_TEST(wav->warnings().empty());
  BOOST_TEST(rms_of(samples_of(*wav)[0]) == 11929.5, boost::test_tools::tolerance(six_digits));
}

BOOST_AUTO_TEST_CASE(the_oscilloscope_files_are_one_recording_of_two_channels) {
  if (absent("scope-rectifier-rl-ch1.csv") || absent("scope-rectifier-rl-ch2.csv")) return;
  RecordingSource source;
  source.files = {waveforms / "scope-rectifier-rl-ch1.csv",
                  waveforms / "scope-rectifier-rl-ch2.csv"};
  const auto recording = playback::open(source);
  BOOST_REQUIRE_MESSAGE(recording.has_value(), why(recording));
  const RecordingDescription& description = (*recording)->description();
  BOOST_TEST(description.count() == 2500);
  BOOST_TEST((description.segments.at(0).rate == Rational{50000, 1}));
  BOOST_TEST(description.device == "TBS1102B C015716");
  BOOST_REQUIRE(description.channels.size() == 2);
  BOOST_TEST(description.channels[0].name == "CH1");
  BOOST_TEST(description.channels[0].unit == "V");
  BOOST_TEST(description.channels[0].resolution == 2.0);
  BOOST_TEST(description.channels[1].name == "CH2");
  BOOST_TEST(description.channels[1].unit == "A");
  BOOST_TEST(description.channels[1].resolution == 0.02);
  for (const std::string& warning : (*recording)->warnings()) BOOST_TEST(warning == "");
  const auto rows = samples_of(**recording);
  BOOST_TEST(rms_of(rows[0]) == 109.588, boost::test_tools::tolerance(six_digits));
  BOOST_TEST(rms_of(rows[1]) == 1.28045, boost::test_tools::tolerance(six_digits));
}

BOOST_AUTO_TEST_CASE(the_transient_table_has_its_names_rate_and_rms_values) {
  if (absent("transient-3ph-50khz-part1.csv")) return;
  const auto recording = opened(waveforms / "transient-3ph-50khz-part1.csv");
  const RecordingDescription& description = recording->description();
  BOOST_TEST(description.count() == 4000);
  BOOST_TEST((description.segments.at(0).rate == Rational{50000, 1}));
  BOOST_TEST(description.first_time == "2020-02-24 18:15:21.499998208");
  BOOST_REQUIRE(description.channels.size() == 6);
  const std::vector<std::string> names{"MODAQ_Va_V", "MODAQ_Vb_V", "MODAQ_Vc_V",
                                       "MODAQ_Ia_I", "MODAQ_Ib_I", "MODAQ_Ic_I"};
  const std::vector<std::string> ids{"Va", "Vb", "Vc", "Ia", "Ib", "Ic"};
  const std::vector<std::string> phases{"A", "B", "C", "A", "B", "C"};
  const std::vector<double> rms{8099.37, 7703.01, 8139.43, 17.7814, 17.3902, 17.7751};
  const auto rows = samples_of(*recording);
  for (std::size_t c = 0; c < 6; ++c) {
    BOOST_TEST(description.channels[c].name == names[c]);
    BOOST_TEST(description.channels[c].id == ids[c]);
    BOOST_TEST(description.channels[c].phase == phases[c]);
    BOOST_TEST(description.channels[c].unit == (c < 3 ? "V" : "A"));
    BOOST_TEST(rms_of(rows[c]) == rms[c], boost::test_tools::tolerance(six_digits));
  }
  // Its stamps go on by 20.0005 us.
  BOOST_REQUIRE(recording->warnings().size() == 1);
  BOOST_TEST(recording->warnings()[0].ends_with(
      ": the times make 49998.75 scans a second; read as 50000, which a clock that is off "
      "by 25 ppm shows like that"));
}

BOOST_AUTO_TEST_SUITE_END()
