// SPDX-License-Identifier: GPL-3.0-or-later
// meterrig synth, and its files measured again: the recipe's closed form comes back.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numbers>
#include <stdexcept>

#include "rig_fixture.h"

using namespace meterrig::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// Resolution of the samples, of full scale: the half of a code's step, or of a float's last place.
struct Kind {
  std::string file;
  std::vector<std::string> options;
  double resolution;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"ascii91.cfg", {"--revision", "1991", "--encoding", "ascii"}, 1.0 / 199998},
      {"binary91.cfg", {"--revision", "1991"}, 1.0 / 32766},  // codes from 0 on
      {"ascii99.cfg", {"--revision", "1999", "--encoding", "ascii"}, 1.0 / 199998},
      {"binary99.cfg", {"--revision", "1999"}, 1.0 / 65534},
      {"ascii13.cfg", {"--encoding", "ascii"}, 1.0 / 199998},
      {"binary13.cfg", {"--encoding", "binary16"}, 1.0 / 65534},
      {"long13.cfg", {"--encoding", "binary32"}, 1e-9},
      {"float13.cfg", {}, 1e-7},
      {"float13.cff", {}, 1e-7},
      {"ascii13.cff", {"--encoding", "ascii"}, 1.0 / 199998},
      {"float.wav", {}, 1e-7},
      {"double.wav", {"--encoding", "float64"}, 1e-12},
      {"pcm16.wav", {"--encoding", "pcm16"}, 1.0 / 65534},
      {"pcm24.wav", {"--encoding", "pcm24"}, 1.0 / (1 << 24)},
      {"pcm16.flac", {"--encoding", "pcm16"}, 1.0 / 65534},
      {"pcm24.flac", {}, 1.0 / (1 << 24)},
      {"table.csv", {}, 1e-12},
  };
  return all;
}

// Of 230 V and 5 A, 3200 scans.
void write_half_a_second(Rig& rig, const Kind& kind) {
  std::vector<std::string> arguments{"synth",   "three-phase-230v-5a", "--out", kind.file, "--rate",
                                     "6.4 kHz", "--duration",          "0.5 s"};
  arguments.insert(arguments.end(), kind.options.begin(), kind.options.end());
  BOOST_REQUIRE_MESSAGE(rig.run(arguments) == 0, rig.output);
}

const json& channel(const json& reading, const std::string& name) {
  for (const json& c : reading.at("channels")) {
    if (c.at("name") == name || c.at("id") == name) return c;
  }
  BOOST_FAIL("no channel " + name + " in " + reading.dump());
  throw std::logic_error("no channel");
}

void check_near(const json& value, double expected, double tolerance, const std::string& what) {
  BOOST_REQUIRE_MESSAGE(value.is_number(), what);
  BOOST_TEST(
      std::abs(value.get<double>() - expected) <= tolerance,
      what << ": " << value.get<double>() << " instead of " << expected << " +- " << tolerance);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(synth)

BOOST_AUTO_TEST_CASE(what_is_written_in_any_format_is_measured_as_the_closed_form) {
  // three-phase-230v-5a: 230 V and 5 A, lagging by 60 deg. P = 575 W, Q1 = 995.93 var a phase.
  // Full scales: sqrt(2) 230 V = 325 V -> 500 V, sqrt(2) 5 A = 7.07 A -> 10 A.
  // A code is off by its resolution at most; an r.m.s. value then by no more (Minkowski), a power
  // by U dI + I dU, an angle by dU / (sqrt(2) U). The meter's own error on a computed sine is below
  // 1e-7 of the value (tests/reference-meter/record_meter_test.cpp).
  Rig rig(std::nullopt);
  for (const Kind& kind : kinds()) {
    BOOST_TEST_CONTEXT(kind.file) {
      write_half_a_second(rig, kind);
      BOOST_TEST(rig.output == "");
      BOOST_REQUIRE_MESSAGE(rig.run({"measure", "--json", kind.file}) == 0, rig.output);
      const json reading = json::parse(rig.output);
      BOOST_TEST(reading.at("count") == 3200);
      BOOST_TEST(reading.at("warnings").empty(), reading.at("warnings").dump());
      const double du = kind.resolution * 500 + 1e-7 * 230;
      const double di = kind.resolution * 10 + 1e-7 * 5;
      for (int phase = 1; phase <= 3; ++phase) {
        const json& u = channel(reading, fmt::format("U{}", phase));
        const json& i = channel(reading, fmt::format("I{}", phase));
        BOOST_TEST(u.at("unit") == "V");
        BOOST_TEST(i.at("unit") == "A");
        check_near(u.at("rms"), 230, du, "U");
        check_near(i.at("rms"), 5, di, "I");
        check_near(u.at("dc"), 0, du, "U dc");
        check_near(u.at("frequency_hz"), 50, 1e-3, "f");
        check_near(u.at("harmonics").at(0).at("angle_deg"),
                   phase == 1   ? 0.0
                   : phase == 2 ? -120.0
                                : 120.0,
                   57.3 * (du / 230) * 2, "angle");
      }
      BOOST_REQUIRE(reading.at("pairs").size() == 3u);
      for (const json& pair : reading.at("pairs")) {
        BOOST_TEST(pair.at("unit") == "W");
        check_near(pair.at("p"), 575, 230 * di + 5 * du, "P");
        check_near(pair.at("q1"), 995.929, 230 * di + 5 * du + 0.001, "Q1");
        check_near(pair.at("displacement_deg"), 60, 57.3 * (du / 230 + di / 5) * 2, "phi");
      }
      BOOST_REQUIRE(reading.at("sequence").size() == 2u);
      check_near(reading.at("sequence").at(0).at("positive").at("rms"), 230, du, "U positive");
      BOOST_TEST(reading.at("wiring").empty());
      BOOST_TEST(reading.at("events").empty());
    }
  }
}

// By a reader that shares no line with ours, and forgives nothing: python-comtrade's way.
BOOST_AUTO_TEST_CASE(a_strict_reader_finds_the_samples_in_every_kind_of_comtrade) {
  if (std::system("python3 --version > /dev/null 2>&1") != 0) {
    std::cout << "SKIPPED: python3 is not there\n";
    return;
  }
  constexpr double turn = 2 * std::numbers::pi;
  Rig rig(std::nullopt);
  for (const Kind& kind : kinds()) {
    if (!kind.file.ends_with(".cfg") && !kind.file.ends_with(".cff")) continue;
    BOOST_TEST_CONTEXT(kind.file) {
      write_half_a_second(rig, kind);
      const fs::path values = rig.folder / "values.txt";
      BOOST_REQUIRE(std::system(fmt::format("python3 {}/tests/end-to-end/read_comtrade.py {} > {}",
                                            METERRIG_SOURCE, (rig.folder / kind.file).string(),
                                            values.string())
                                    .c_str()) == 0);
      std::ifstream in(values);
      double rate = 0;
      in >> rate;
      BOOST_TEST(rate == 6400);
      double greatest = 0;  // of the differences, in full scales
      int scans = 0;
      for (double stamp = 0; in >> stamp; ++scans) {
        const double at = 50 * turn * scans / 6400;
        for (int channel = 0; channel < 6; ++channel) {
          const bool voltage = channel < 3;
          const double lag = turn * (channel % 3) / 3 + (voltage ? 0 : turn / 6);
          const double expected = std::sqrt(2.0) * (voltage ? 230 : 5) * std::sin(at - lag);
          double value = 0;
          in >> value;
          greatest = std::max(greatest, std::abs(value - expected) / (voltage ? 500 : 10));
        }
      }
      BOOST_TEST(scans == 3200);
      BOOST_TEST(greatest <= kind.resolution);
    }
  }
}

BOOST_AUTO_TEST_CASE(harmonics_come_back) {
  // 23 V of the 5th on 230 V: THD 10 %; 2 A on 5 A: 40 %. P = 230 x 5 + 23 x 2 = 1196 W.
  Rig rig(std::nullopt);
  BOOST_REQUIRE(rig.run({"synth", "three-phase-230v-5a-harmonics", "--out", "h.cff"}) == 0);
  BOOST_REQUIRE(rig.run({"measure", "--json", "h.cff"}) == 0);
  const json reading = json::parse(rig.output);
  // Noise of 5 mV and 0.1 mA over 12800 samples: 5 standard deviations of a line's r.m.s. are
  // 5 x noise x sqrt(1 / 12800).
  check_near(channel(reading, "U2").at("harmonics").at(4).at("rms"), 23, 3e-4, "U5");
  check_near(channel(reading, "I2").at("harmonics").at(4).at("rms"), 2, 1e-5, "I5");
  check_near(channel(reading, "U2").at("thd_percent"), 10, 0.001, "THD");
  check_near(channel(reading, "I2").at("thd_percent"), 40, 0.001, "THD");
  check_near(reading.at("pairs").at(1).at("p"), 1196, 0.01, "P");
  // Its angle less 5 times that of the reference, U1: 120 deg on L2.
  check_near(channel(reading, "U2").at("harmonics").at(4).at("angle_deg"), 120, 0.01, "angle");
}

BOOST_AUTO_TEST_CASE(the_shipped_recordings_are_what_the_rig_makes) {
  const fs::path shipped = fs::path(METERRIG_SOURCE) / "scenarios/recordings";
  Rig rig(std::nullopt);
  BOOST_REQUIRE(
      rig.run({"synth", "three-phase-230v-5a-harmonics", "--rate", "6.4 kHz", "--duration", "0.4 s",
               "--encoding", "binary16", "--out", "three-phase-harmonics.cfg"}) == 0);
  for (const char* file : {"three-phase-harmonics.cfg", "three-phase-harmonics.dat"})
    BOOST_TEST((read_file(rig.folder / file) == read_file(shipped / file)), file);
  // Another version of the FLAC library may pack the same samples otherwise.
  BOOST_REQUIRE(rig.run({"synth", "appliance-laptop-supply", "--rate", "6.4 kHz", "--duration",
                         "2 s", "--out", "laptop-supply.flac"}) == 0);
  json readings[2];
  for (const bool made : {false, true}) {
    const fs::path file = (made ? fs::path(rig.folder / "") : shipped) / "laptop-supply.flac";
    BOOST_REQUIRE(rig.run({"measure", "--json", file.string()}) == 0);
    readings[made ? 1 : 0] = json::parse(rig.output);
    readings[made ? 1 : 0].erase("file");
  }
  BOOST_TEST((readings[0] == readings[1]));
  BOOST_TEST(readings[0].at("count") == 12800);
}

BOOST_AUTO_TEST_CASE(only_the_channels_of_the_scenario_are_written) {
  Rig rig(std::nullopt);
  write_file(rig.folder / "one.yaml", R"(scenario:
  id: one
  frequency: 60 Hz
  current:
    - components: [{order: 1, rms: 2 A}]
)");
  BOOST_REQUIRE(rig.run({"synth", "one.yaml", "--out", "one.cfg"}) == 0);
  BOOST_TEST(fs::exists(rig.folder / "one.dat"));
  BOOST_REQUIRE(rig.run({"measure", "--json", "one.cfg"}) == 0);
  const json reading = json::parse(rig.output);
  BOOST_REQUIRE(reading.at("channels").size() == 1u);
  BOOST_TEST(channel(reading, "I1").at("unit") == "A");
  BOOST_TEST(reading.at("pairs").empty());
}

BOOST_AUTO_TEST_CASE(a_picture_can_be_drawn_instead_of_a_file_or_as_well) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"synth", "three-phase-230v-5a", "--plot", "alone.svg"}) == 0);
  BOOST_TEST(read_file(rig.folder / "alone.svg").ends_with("</svg>\n"));
  BOOST_TEST(rig.run({"synth", "three-phase-230v-5a", "--out", "x.csv", "--plot", "beside.svg"}) ==
             0);
  BOOST_TEST(read_file(rig.folder / "alone.svg") == read_file(rig.folder / "beside.svg"));
}

// The recording is of the same voltages and currents at another level: its r.m.s. values are seen
// where it stands, and the scenario's where it does not.
BOOST_AUTO_TEST_CASE(a_recording_stands_in_a_scenario_from_a_time_on) {
  Rig rig(std::nullopt);
  write_file(rig.folder / "low.yaml", R"(scenario:
  id: low
  frequency: 50 Hz
  voltage:
    - components: [{order: 1, rms: 92 V}]
)");
  BOOST_REQUIRE(rig.run({"synth", "low.yaml", "--out", "low.csv", "--duration", "0.2 s"}) == 0);
  BOOST_REQUIRE_MESSAGE(
      rig.run({"synth", "three-phase-230v-5a", "--out", "dip.cff", "--splice", "low.csv", "--at",
               "0.4 s", "--fade", "1 ms", "--plot", "dip.svg"}) == 0,
      rig.output);
  BOOST_TEST(read_file(rig.folder / "dip.svg").ends_with("</svg>\n"));
  // 12.8 kHz: 0.2 s are 2560 scans from 5120 on; 0.16 s within, clear of the fades.
  const auto rms = [&](int first, const char* name) {
    BOOST_REQUIRE(rig.run({"measure", "--json", "dip.cff", "--first", std::to_string(first),
                           "--count", "2048"}) == 0);
    return channel(json::parse(rig.output), name).at("rms");
  };
  check_near(rms(0, "U1"), 230, 0.001, "before");
  check_near(rms(5376, "U1"), 92, 0.001, "within");
  check_near(rms(5376, "U2"), 230, 0.001, "another line");
  check_near(rms(5376, "I1"), 5, 0.001, "its current");
  check_near(rms(7936, "U1"), 230, 0.001, "after");
}

BOOST_AUTO_TEST_CASE(a_recording_that_does_not_fit_is_refused_naming_both_rates) {
  Rig rig(std::nullopt);
  BOOST_REQUIRE(rig.run({"synth", "three-phase-230v-5a", "--out", "slow.csv", "--duration", "0.2 s",
                         "--rate", "6.4 kHz"}) == 0);
  const auto says = [&](std::vector<std::string> more, const std::string& text) {
    std::vector<std::string> arguments{"synth", "three-phase-230v-5a", "--out", "x.csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    BOOST_TEST(rig.run(arguments) == 2, rig.output);
    BOOST_TEST(rig.output.find(text) != std::string::npos, rig.output << " lacks " << text);
    BOOST_TEST(!fs::exists(rig.folder / "x.csv"));
  };
  says({"--splice", "slow.csv", "--at", "0 s"},
       "a signal of 6400 samples a second in one of 12800; expected the same rate");
  says({"--splice", "slow.csv"}, "--at");
  says({"--at", "0 s"}, "--splice");
  says({"--fade", "1 ms"}, "--splice");
  says({"--splice", "slow.csv", "--at", "1 V"}, "--at");
  says({"--splice", "slow.csv", "--at", "0 s", "--fade", "1 V"}, "--fade");
  says({"--splice", "none.csv", "--at", "0 s"}, "none.csv");
  says({"--splice", "slow.csv", "--at", "5 s", "--rate", "6.4 kHz"}, "expected one before the end");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_ends_with_2_and_leaves_nothing) {
  Rig rig(std::nullopt);
  fs::create_directory(rig.folder / "out");
  const auto says = [&](std::vector<std::string> more, const std::string& text) {
    std::vector<std::string> arguments{"synth", "three-phase-230v-5a"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    BOOST_TEST(rig.run(arguments) == 2, rig.output);
    BOOST_TEST(rig.output.find(text) != std::string::npos, rig.output << " lacks " << text);
    BOOST_TEST(fs::is_empty(rig.folder / "out"), fmt::format("{}", fmt::join(more, " ")));
  };
  says({}, "--out FILE");
  says({"--out", "out/x.mp3"}, ".cfg");
  says({"--out", "out/x"}, ".cfg");
  says({"--out", "out/x.wav", "--revision", "1999"}, "not COMTRADE");
  says({"--out", "out/x.cfg", "--encoding", "pcm16"}, "out/x.cfg");
  says({"--out", "out/x.cfg", "--revision", "1991", "--encoding", "float32"}, "out/x.cfg");
  says({"--out", "out/x.wav", "--encoding", "ascii"}, "out/x.wav");
  says({"--out", "out/no/folder.cfg"}, "out/no");
  says({"--out", "out/x.csv", "--rate", "0"}, "--rate");
  says({"--out", "out/x.csv", "--rate", "90 Hz"}, "50");
  says({"--out", "out/x.csv", "--duration", "0 s"}, "sample");
  says({"--out", "out/x.csv", "--duration", "5 V"}, "--duration");
  says({"--out", "out/x.csv", "--revision", "2020"}, "2013");
  BOOST_TEST(rig.run({"synth", "no-such-scenario", "--out", "out/x.csv"}) == 2);
  BOOST_TEST(rig.output.find("three-phase-230v-5a") != std::string::npos);
  BOOST_TEST(rig.run({"synth", "--help"}) == 0);
}

BOOST_AUTO_TEST_CASE(an_interrupt_ends_with_4_and_leaves_nothing) {
  Rig rig(std::nullopt);
  fs::create_directory(rig.folder / "out");
  Process process =
      rig.start({"synth", "three-phase-230v-5a", "--out", "out/x.cfg", "--duration", "10 h"});
  BOOST_TEST(!process.wait_for(std::chrono::milliseconds(300)));
  process.kill(SIGINT);
  BOOST_REQUIRE(process.wait_for(std::chrono::seconds(10)));
  BOOST_TEST(process.wait() == 4);
  BOOST_TEST(fs::is_empty(rig.folder / "out"));
}

BOOST_AUTO_TEST_SUITE_END()
