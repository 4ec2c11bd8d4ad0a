// SPDX-License-Identifier: GPL-3.0-or-later
// meterrig measure on recordings whose values are known.
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <numbers>

#include "known_recordings.h"
#include "rig_fixture.h"

using namespace meterrig::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const fs::path waveforms = fs::path(METERRIG_SOURCE) / "../shared/waveforms";

bool absent() {
  if (fs::exists(waveforms / "README.md")) return false;
  BOOST_TEST_MESSAGE("SKIPPED: no recordings in " + waveforms.string());
  return true;
}

json measured(Rig& rig, const KnownRecording& known, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"measure", "--json"};
  for (const std::string& file : known.files) arguments.push_back((waveforms / file).string());
  arguments.insert(arguments.end(), known.options.begin(), known.options.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  BOOST_REQUIRE_MESSAGE(rig.run(arguments) == 0, rig.output);
  return json::parse(rig.output);
}

json window(Rig& rig, const KnownRecording& known) {
  return measured(
      rig, known,
      {"--first", fmt::format("{}", known.first), "--count", fmt::format("{}", known.count)});
}

const json& channel(const json& reading, const std::string& name) {
  const json& channels = reading.at("channels");
  const auto found = std::find_if(channels.begin(), channels.end(),
                                  [&](const json& c) { return c.at("name") == name; });
  BOOST_REQUIRE_MESSAGE(found != channels.end(), name);
  return *found;
}

/// null is unknown, and unknown is not what is expected here.
double number(const json& object, const char* field) {
  BOOST_REQUIRE_MESSAGE(object.at(field).is_number(), field);
  return object.at(field).get<double>();
}

void check_near(double value, double expected, double tolerance, const std::string& what) {
  BOOST_TEST(std::abs(value - expected) <= tolerance,
             what << ": " << value << " instead of " << expected << " +- " << tolerance);
}

/// Half of the last of six digits.
double printed(double value) {
  return value == 0 ? 0.5e-6 : 0.5 * std::pow(10, std::floor(std::log10(std::abs(value))) - 5);
}

const KnownChannel& known_channel(const KnownRecording& known, const std::string& name) {
  return *std::find_if(known.channels.begin(), known.channels.end(),
                       [&](const KnownChannel& c) { return c.name == name; });
}

bool steady(const KnownChannel& channel) { return channel.residual <= steady_percent; }

}  // namespace

BOOST_AUTO_TEST_SUITE(measure)

BOOST_AUTO_TEST_CASE(every_channel_has_the_known_rms_of_all_its_samples) {
  if (absent()) return;
  BOOST_TEST(known_recordings().size() == 19u);
  Rig rig(std::nullopt);
  for (const KnownRecording& known : known_recordings()) {
    BOOST_TEST_CONTEXT(known.files.front()) {
      const json reading = measured(rig, known);
      for (const KnownChannel& c : known.channels)
        check_near(number(channel(reading, c.name), "rms"), c.rms_of_all, printed(c.rms_of_all),
                   c.name);
      for (const KnownTotal& t : known.totals) {
        check_near(number(channel(reading, t.name), "rms"), t.rms, printed(t.rms), t.name);
        check_near(number(channel(reading, t.name), "dc"), t.mean, printed(t.mean),
                   t.name + " mean");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_channel_of_a_window_has_the_known_values) {
  if (absent()) return;
  Rig rig(std::nullopt);
  for (const KnownRecording& known : known_recordings()) {
    if (known.count == 0) continue;
    BOOST_TEST_CONTEXT(known.files.front()) {
      const json reading = window(rig, known);
      for (const KnownChannel& c : known.channels) {
        const json& found = channel(reading, c.name);
        check_near(number(found, "rms"), c.rms, printed(c.rms), c.name);
        if (!steady(c)) continue;
        const double r = c.residual / 100;
        check_near(number(found.at("harmonics").at(0), "rms"), c.fundamental,
                   r * c.fundamental + printed(c.fundamental), c.name + " fundamental");
        check_near(number(found, "thd_percent"), c.thd, c.residual + 0.005, c.name + " THD");
        const double seconds = known.cycles / known.frequency;
        check_near(number(found, "frequency_hz"), known.frequency,
                   2 * r / (2 * std::numbers::pi * seconds) + 0.00005, c.name + " frequency");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_pair_is_found_and_has_the_known_power) {
  if (absent()) return;
  Rig rig(std::nullopt);
  for (const KnownRecording& known : known_recordings()) {
    if (known.pairs.empty()) continue;
    BOOST_TEST_CONTEXT(known.files.front()) {
      const json reading = window(rig, known);
      for (const KnownPair& pair : known.pairs) {
        const json& pairs = reading.at("pairs");
        const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const json& p) {
          return p.at("voltage") == pair.voltage && p.at("current") == pair.current;
        });
        BOOST_REQUIRE_MESSAGE(found != pairs.end(), pair.voltage + "*" + pair.current);
        const KnownChannel& u = known_channel(known, pair.voltage);
        const KnownChannel& i = known_channel(known, pair.current);
        const std::string what = pair.voltage + "*" + pair.current;
        check_near(number(*found, "p"), pair.p, printed(pair.p), what + " P");
        // S = U I; the table's S leaves the fit's residual out.
        check_near(number(*found, "s"), u.rms * i.rms, 1e-5 * u.rms * i.rms, what + " S");
        check_near(number(*found, "pf"), pair.p / (u.rms * i.rms), 2e-5, what + " PF");
        if (!steady(u) || !steady(i)) continue;
        check_near(
            number(*found, "q1"), pair.q1,
            (u.residual + i.residual) / 100 * u.fundamental * i.fundamental + printed(pair.q1),
            what + " Q1");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_three_phases_have_the_known_unbalance) {
  if (absent()) return;
  Rig rig(std::nullopt);
  int compared = 0;
  for (const KnownRecording& known : known_recordings()) {
    BOOST_TEST_CONTEXT(known.files.front()) {
      if (known.sequences.empty()) continue;
      const json reading = window(rig, known);
      for (const KnownSequence& s : known.sequences) {
        const json& all = reading.at("sequence");
        const auto found = std::find_if(all.begin(), all.end(), [&](const json& sequence) {
          return sequence.at("channels").at(0) == s.first;
        });
        BOOST_REQUIRE_MESSAGE(found != all.end(), s.first);
        double residual = 0;
        for (const json& name : found->at("channels"))
          residual = std::max(residual, known_channel(known, name.get<std::string>()).residual);
        if (residual > steady_percent) continue;
        check_near(number(*found, "negative_percent"), s.u2, residual + 0.005, s.first + " U2/U1");
        check_near(number(*found, "zero_percent"), s.u0, residual + 0.005, s.first + " U0/U1");
        ++compared;
      }
    }
  }
  BOOST_TEST(compared >= 5);
}

BOOST_AUTO_TEST_CASE(the_frequency_of_ten_seconds_is_the_known_one) {
  if (absent()) return;
  Rig rig(std::nullopt);
  for (const KnownRecording& known : known_recordings()) {
    BOOST_TEST_CONTEXT(known.files.front()) {
      for (std::size_t block = 0; block < known.ten_seconds.size(); ++block) {
        const json whole = measured(rig, known, {"--count", "100"});
        const auto scans = static_cast<std::int64_t>(10 * number(whole, "rate_hz"));
        const json reading =
            measured(rig, known,
                     {"--first", fmt::format("{}", static_cast<std::int64_t>(block) * scans),
                      "--count", fmt::format("{}", scans)});
        const KnownChannel& c = known.channels.front();
        // Each end of the ten seconds may be off by r rad.
        check_near(number(channel(reading, c.name), "frequency_hz"), known.ten_seconds[block],
                   2 * c.residual / 100 / (2 * std::numbers::pi * 10) + 0.00005,
                   fmt::format("block {}", block));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_record_of_several_rates_is_read_by_segment) {
  if (absent()) return;
  Rig rig(std::nullopt);
  BOOST_REQUIRE(
      rig.run({"measure", "--json", (waveforms / "line220kv-50hz-multirate.cfg").string()}) == 0);
  const json reading = json::parse(rig.output);
  BOOST_TEST(reading.at("rate_hz").is_null());
  BOOST_REQUIRE(reading.at("segments").size() == 4u);
  BOOST_TEST(reading.at("segments").at(0).at("rate_hz") == 3200.0);
  BOOST_TEST(reading.at("segments").at(0).at("reason").is_null());
  BOOST_TEST(reading.at("segments").at(1).at("reason").is_string());
  BOOST_TEST(reading.at("segments").at(2).at("first") == 1316);
  BOOST_TEST(reading.at("segments").at(2).at("channels").size() == 48u);
}

BOOST_AUTO_TEST_CASE(the_display_and_the_picture_of_a_recording_are_whole) {
  if (absent()) return;
  Rig rig(std::nullopt);
  const std::string file = (waveforms / "generator-50hz-binary.cfg").string();
  BOOST_TEST(rig.run({"measure", file, "--plot", "picture.svg"}) == 0);
  for (const char* text : {"Channel", "Pair", "Sequence", "Harmonic", "A4 x A1", "MW", "kV"})
    BOOST_TEST(rig.output.find(text) != std::string::npos, text);
  BOOST_TEST(rig.output.find('\r') == std::string::npos);  // no progress in a pipe
  const std::string picture = read_file(rig.folder / "picture.svg");
  BOOST_TEST(picture.starts_with("<svg"));
  BOOST_TEST(picture.ends_with("</svg>\n"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_measured_ends_with_2_and_says_why) {
  Rig rig(std::nullopt);
  write_file(rig.folder / "good.csv", "time (s),u (V),i (A)\n0,1,2\n0.001,2,3\n0.002,3,4\n");
  write_file(rig.folder / "broken.cfg", "station\n");
  write_file(rig.folder / "broken.yaml", "recording:\n  id: x\n");
  write_file(rig.folder / "empty.csv", "");
  const auto complaint = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "measure");
    BOOST_TEST(rig.run(arguments) == 2, rig.output);
    return rig.output;
  };
  const auto says = [&](std::vector<std::string> arguments, const std::string& text) {
    const std::string output = complaint(std::move(arguments));
    BOOST_TEST(output.find(text) != std::string::npos, output << " lacks " << text);
  };
  BOOST_REQUIRE(rig.run({"measure", "good.csv"}) == 0);
  says({"nowhere.cfg"}, "nowhere.cfg");
  says({"."}, ".");
  says({"broken.cfg"}, "broken.cfg");
  says({"empty.csv"}, "empty.csv");
  says({"broken.yaml"}, "recording.files");
  says({"broken.yaml", "good.csv"}, "expected it alone");
  says({"good.csv", "--first", "3"}, "has 3 scans");
  says({"good.csv", "--first", "1", "--count", "5"}, "from 1 to 2");
  says({"good.csv", "--pair", "u"}, "VOLTAGE:CURRENT");
  says({"good.csv", "--pair", "u:w"}, "no channel 'w'");
  says({"good.csv", "--channel", "u"}, "NAME[=NEWNAME]:UNIT[:SCALE[:OFFSET]]");
  says({"good.csv", "--channel", "u:V:nan"}, "scale 'nan'");
  says({"good.csv", "--channel", "w:V"}, "w");
  says({"good.csv", "--nominal", "0"}, "above 0");
  says({"good.csv", "--nominal", "50 V"}, "frequency");
  says({"good.csv", "--reference-voltage", "-1"}, "above 0");
  says({"good.csv", "--rate", "fast"}, "--rate");
  says({"good.csv", "--plot", "no/such/folder.svg"}, "no/such/folder.svg");
  says({}, "file");
}

BOOST_AUTO_TEST_CASE(a_description_names_files_and_channels) {
  Rig rig(std::nullopt);
  std::string words = "FFFFFFFF\n";
  // A current of 1000 and a voltage of -1000, 320 times.
  for (int i = 0; i < 320; ++i) words += "E80318FC";
  write_file(rig.folder / "dc.hex.txt", words + "\n");
  write_file(rig.folder / "dc.yaml", R"(recording:
  id: dc
  files: [dc.hex.txt]
  rate: 6400 Hz
  channels:
    - {name: "1", rename: i, unit: A, scale: 0.01}
    - {name: "2", rename: v, unit: V, scale: 0.1}
)");
  BOOST_REQUIRE(rig.run({"measure", "--json", "dc.yaml"}) == 0);
  const json reading = json::parse(rig.output);
  BOOST_TEST(reading.at("rate_hz") == 6400.0);
  check_near(number(channel(reading, "i"), "dc"), 10, 1e-9, "i");
  check_near(number(channel(reading, "v"), "dc"), -100, 1e-9, "v");
  check_near(number(reading.at("pairs").at(0), "p"), -1000, 1e-6, "P");
}

BOOST_AUTO_TEST_CASE(an_interrupt_ends_a_long_measurement_with_4) {
  Rig rig(std::nullopt);
  // Two thousand million samples that are not there: holes of a file.
  const fs::path file = rig.folder / "long.f64le";
  write_file(file, "");
  fs::resize_file(file, std::uintmax_t{16} << 30);
  Process process = rig.start({"measure", "long.f64le", "--rate", "1 MHz"});
  BOOST_TEST(!process.wait_for(std::chrono::milliseconds(300)));
  process.kill(SIGINT);
  BOOST_REQUIRE(process.wait_for(std::chrono::seconds(10)));
  BOOST_TEST(process.wait() == 4);
  BOOST_TEST(process.output().find("stopped after") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(help_names_every_option) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"measure", "--help"}) == 0);
  for (const char* option : {"--first", "--count", "--pair", "--json", "--plot", "--rate",
                             "--encoding", "--channel", "--nominal", "--reference-voltage"})
    BOOST_TEST(rig.output.find(option) != std::string::npos, option);
}

BOOST_AUTO_TEST_SUITE_END()
