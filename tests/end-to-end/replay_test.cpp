// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings replayed into a simulated device, which is a process of its own on a serial line.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <iostream>

#include "known_recordings.h"
#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

const std::filesystem::path waveforms =
    std::filesystem::path(METERRIG_SOURCE) / "../shared/waveforms";

std::vector<std::string> replay_of(const Rig& rig, std::vector<std::string> recording) {
  recording.insert(recording.begin(), "--recording");
  return rig.certify(std::move(recording), "replay");
}

/// Arguments that name one of the shared recordings; empty when it is absent.
std::vector<std::string> shared_recording(const KnownRecording& known) {
  std::vector<std::string> arguments;
  for (const std::string& file : known.files) {
    if (!std::filesystem::exists(waveforms / file)) {
      std::cout << "SKIPPED: " << file << " is not in " << waveforms.string() << "\n";
      return {};
    }
    arguments.push_back(waveforms / file);
  }
  arguments.insert(arguments.end(), known.options.begin(), known.options.end());
  return arguments;
}

const nlohmann::json& energy_of(const nlohmann::json& run) {
  for (const auto& result : run.at("results"))
    if (result.at("point") == "replay/energy") return result;
  BOOST_FAIL("no energy");
  throw std::logic_error("no energy");
}

// Two seconds of 230 V and 5 A with harmonics, as a file of our own.
std::vector<std::string> own_recording(Rig& rig, const std::string& name,
                                       const std::string& duration = "2 s") {
  BOOST_REQUIRE(rig.run({"synth",
                         std::string(METERRIG_SOURCE) +
                             "/scenarios/signals/three-phase-230v-5a-harmonics.yaml",
                         "--out", name, "--rate", "12.8 kHz", "--duration", duration}) == 0);
  return {name};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay)

// Each of them ends in verdicts or with a reason. A good device passes whatever is played to it.
BOOST_AUTO_TEST_CASE(a_good_device_passes_every_recording_that_can_be_played) {
  Rig rig;
  int played = 0;
  for (const KnownRecording& known : known_recordings()) {
    const auto arguments = shared_recording(known);
    if (arguments.empty()) continue;
    std::filesystem::remove_all(rig.folder / "run");
    const int status = rig.run(replay_of(rig, arguments));
    const std::string& file = known.files.front();
    ++played;
    if (file.starts_with("terminal-50hz")) {  // noise
      BOOST_TEST(status == 2, file);
      BOOST_TEST(rig.output.find("nothing periodic to replay") != std::string::npos, rig.output);
      continue;
    }
    if (file.starts_with("protocol-50hz")) {  // currents in quadrature: no standard has a limit
      BOOST_TEST(status == 4, file << ": " << rig.output);
      BOOST_TEST(rig.output.find("none of the suite's rows limits") != std::string::npos,
                 rig.output);
      continue;
    }
    BOOST_TEST(status == 0, file << ": " << rig.output);
    const auto run = run_json(rig.folder / "run");
    BOOST_TEST(energy_of(run).at("outcome") == "OUTCOME_PASS", file);
    BOOST_TEST(energy_of(run).at("comparisons").size() > 5u, file);
  }
  BOOST_TEST((played == 0 || played == 19), played);
}

BOOST_AUTO_TEST_CASE(
    a_gain_error_of_0_8_percent_is_found_with_recordings_and_fails_below_its_limit) {
  Rig rig("gain");
  for (const KnownRecording& known : known_recordings()) {
    const std::string& file = known.files.front();
    if (!file.starts_with("appliance-") && !file.starts_with("generator-") &&
        !file.starts_with("injection-"))
      continue;
    const auto arguments = shared_recording(known);
    if (arguments.empty()) continue;
    std::filesystem::remove_all(rig.folder / "run");
    const int status = rig.run(replay_of(rig, arguments));
    const auto run = run_json(rig.folder / "run");
    const auto& energy = energy_of(run);
    const double limit = energy.at("limit").at("magnitude");
    BOOST_TEST(status == (limit < 0.8 ? 1 : 0), file << ": " << rig.output);
    BOOST_TEST(energy.at("outcome") == (limit < 0.8 ? "OUTCOME_FAIL" : "OUTCOME_PASS"), file);
    BOOST_TEST(std::abs(energy.at("value").get<double>() - 0.8) <=
                   energy.at("expanded_uncertainty").get<double>(),
               file << ": " << energy.at("value"));
  }
}

BOOST_AUTO_TEST_CASE(what_device_and_reference_show_is_compared_in_every_report) {
  Rig rig;
  const auto recording = own_recording(rig, "rec.cfg");
  BOOST_TEST(rig.run(replay_of(rig, recording)) == 0);
  BOOST_TEST(rig.output.find("Compared for information") != std::string::npos);
  BOOST_TEST(rig.output.find("power_factor.total") != std::string::npos);
  const auto run = run_json(rig.folder / "run");
  const auto by_point = outcomes(run);
  BOOST_TEST(by_point.size() == 2u);
  BOOST_TEST(by_point.at("replay/energy") == "OUTCOME_PASS");
  BOOST_TEST(by_point.at("replay/active_power.total") == "OUTCOME_PASS");
  const auto& recorded = run.at("header").at("plan").at(0).at("recording");
  BOOST_TEST(recorded.at("voltage_factor").get<double>() == 1);
  BOOST_TEST(recorded.at("current_factor").get<double>() == 1);
  BOOST_TEST(recorded.at("files").size() == 2u);  // .cfg and .dat
  // Every phase of each; Q of a distorted signal is another number in firmware of this kind.
  int compared = 0;
  for (const auto& comparison : energy_of(run).at("comparisons")) {
    const std::string quantity = comparison.at("quantity");
    const double percent =
        comparison.at("difference").get<double>() / comparison.at("reference").get<double>() * 100;
    if (quantity.starts_with("voltage.") || quantity.starts_with("current.") ||
        quantity.starts_with("active_power.") || quantity.starts_with("apparent_power.")) {
      BOOST_TEST(std::abs(percent) < 0.1, quantity << " is off by " << percent << " %");
      ++compared;
    }
  }
  BOOST_TEST(compared == 14);
  const std::string html = read_file(rig.folder / "run/report.html");
  BOOST_TEST(html.find("rec.dat, SHA-256") != std::string::npos);
  BOOST_TEST(html.find("What device and reference showed") != std::string::npos);
  BOOST_TEST(html.find("Voltages as played") != std::string::npos);
  BOOST_TEST(html.find("Currents as played") != std::string::npos);
  BOOST_TEST(html.find("active_power.L2") != std::string::npos);
  const std::string junit = read_file(rig.folder / "run/junit.xml");
  BOOST_TEST(junit.find("compared.voltage.L1") != std::string::npos);
  BOOST_TEST(rig.run({"verify", "run"}) == 0);
}

BOOST_AUTO_TEST_CASE(a_run_is_not_resumed_with_another_recording) {
  Rig rig;
  const auto recording = own_recording(rig, "rec.csv");
  BOOST_REQUIRE(rig.run(replay_of(rig, recording)) == 0);
  const auto evidence = run_json(rig.folder / "run").at("evidence_sha256");
  own_recording(rig, "rec.csv", "1.9 s");
  auto again = replay_of(rig, recording);
  again.emplace_back("--resume");
  BOOST_TEST(rig.run(again) == 2);
  BOOST_TEST(rig.output.find("another content of rec.csv") != std::string::npos, rig.output);
  own_recording(rig, "rec.csv");
  BOOST_TEST(rig.run(again) == 0);
  BOOST_TEST(bool(run_json(rig.folder / "run").at("evidence_sha256") == evidence));
  std::filesystem::remove_all(rig.folder / "run");
  BOOST_TEST(rig.run(replay_of(rig, recording)) == 0);
  BOOST_TEST(bool(run_json(rig.folder / "run").at("evidence_sha256") == evidence));
}

BOOST_AUTO_TEST_CASE(a_recording_that_is_missing_or_not_asked_for_is_said_before_anything_happens) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run(replay_of(rig, {"nowhere.cfg"})) == 2);
  BOOST_TEST(rig.output.find("nowhere.cfg") != std::string::npos);
  BOOST_TEST(rig.run(rig.certify({}, "replay")) == 2);
  BOOST_TEST(rig.output.find("--recording FILE") != std::string::npos);
  const auto recording = own_recording(rig, "rec.csv");
  BOOST_TEST(rig.run(rig.certify({"--recording", "rec.csv"})) == 2);
  BOOST_TEST(rig.output.find("--suite replay") != std::string::npos);
  BOOST_TEST(rig.run(rig.certify({"--recording", "rec.csv", "--first", "99999999"}, "replay")) ==
             2);
  BOOST_TEST(rig.output.find("the recording has 25600") != std::string::npos, rig.output);
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run"));
}

BOOST_AUTO_TEST_SUITE_END()
