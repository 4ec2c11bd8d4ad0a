// SPDX-License-Identifier: GPL-3.0-or-later
// A metering core in C as a program of its own, certified over dut.proto.
#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "rig_fixture.h"

using namespace meterrig::test;
using namespace std::chrono_literals;

namespace {

/// A folder, the rig, and an integer meter that listens.
class Meter {
 public:
  explicit Meter(const std::vector<std::string>& options = {}) : program_(start(options)) {
    for (int i = 0; i < 2000 && program_.output().find("ready") == std::string::npos; ++i) {
      if (program_.wait_for(10ms)) break;
    }
    BOOST_REQUIRE_MESSAGE(program_.running(), program_.output());
  }

  int certify(const std::vector<std::string>& more = {},
              const std::string& suite = "iec-62053-22-0.5s") {
    std::vector<std::string> arguments{"certify", "--device", "integer-meter", "--suite", suite,
                                       "--bench", "grpc",     "--grpc",        address,   "--out",
                                       "run"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rig.run(arguments);
  }
  [[nodiscard]] nlohmann::json run() const { return run_json(rig.folder / "run"); }
  Process& program() { return program_; }

  /// Runs the program to its end and returns its exit status; `said` is its output.
  int end_with(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), METERRIG_INTEGER_METER);
    Process process(std::move(arguments), rig.folder.path(), rig.folder / "other.log");
    const int status = process.wait();
    said = process.output();
    return status;
  }

  const std::string address = "unix:meter.sock";
  std::string said;
  Rig rig{std::nullopt};

 private:
  Process start(const std::vector<std::string>& options) {
    std::vector<std::string> arguments{METERRIG_INTEGER_METER, "--listen", address};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return {std::move(arguments), rig.folder.path(), rig.folder / "meter.log"};
  }
  Process program_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(integer_meter)

BOOST_AUTO_TEST_CASE(it_passes_the_whole_suite_with_less_than_a_hundredth_of_a_percent_of_error) {
  Meter meter;
  BOOST_TEST(meter.certify() == 0);
  const auto run = meter.run();
  std::set<std::string> seen;
  for (const auto& [point, row] : rows(run)) seen.insert(row);
  for (const char* row :
       {"22.NL", "22.ST", "22.B1", "22.B2", "22.B3", "22.B4", "22.S1", "22.S2", "22.S3", "22.MC"})
    BOOST_TEST(seen.contains(row), row);
  const auto by_point = outcomes(run);
  BOOST_TEST(by_point.size() == run.at("header").at("plan").size());
  for (const auto& [point, outcome] : by_point)
    BOOST_TEST(outcome == "OUTCOME_PASS", point << " is " << outcome);
  int errors = 0;
  for (const auto& result : run.at("results")) {
    if (result.at("result_name") != "error") continue;
    BOOST_TEST(std::abs(result.at("value").get<double>()) < 0.01, result.at("point"));
    ++errors;
  }
  BOOST_TEST(errors > 60);
  BOOST_TEST(run.at("header").at("models").at(0).at("name") == "firmware 1.0");
  BOOST_TEST(meter.rig.run({"verify", "run"}) == 0);
}

// A current that is calibrated 0.8 % too high. The limits are those of certify_test.
BOOST_AUTO_TEST_CASE(a_wrong_calibration_constant_fails_exactly_the_points_with_a_tighter_limit) {
  Meter meter({"--gain-ppm", "8000"});
  BOOST_TEST(meter.certify() == 1);
  const auto run = meter.run();
  const auto by_row = rows(run);
  int failed = 0;
  for (const auto& [point, outcome] : outcomes(run)) {
    const std::string& row = by_row.at(point);
    const bool tighter = row == "22.B2" || row == "22.B4" || row == "22.S1";
    BOOST_TEST(outcome == (tighter ? "OUTCOME_FAIL" : "OUTCOME_PASS"),
               point << " of row " << row << " is " << outcome);
    if (tighter) ++failed;
  }
  BOOST_TEST(failed > 40);
  for (const auto& result : run.at("results")) {
    if (result.at("result_name") != "error") continue;
    BOOST_TEST(std::abs(result.at("value").get<double>() - 0.8) < 0.01, result.at("point"));
  }
  const std::string evidence = run.dump();
  BOOST_TEST(evidence.find("picoamperes_per_code") != std::string::npos);
  BOOST_TEST(evidence.find("1512000") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(registers_and_readings_show_the_same_error_as_pulses) {
  const std::string text = shipped("scenarios/suites/iec-62053-22-0.5s.yaml");
  Meter meter({"--gain-ppm=8000"});
  int measured = 0;
  for (const std::string method : {"register_advance", "instantaneous"}) {
    write_file(meter.rig.folder / "suite.yaml",
               replaced(text, "load: balanced", "load: balanced\n        method: " + method));
    std::filesystem::remove_all(meter.rig.folder / "run");
    BOOST_TEST(meter.certify({"--only", "balanced/import/Imax/1,balanced/export/Imax/0.8c"},
                             "./suite.yaml") == 1);
    const auto run = meter.run();
    for (const auto& result : run.at("results")) {
      if (!result.contains("value")) continue;
      BOOST_TEST(std::abs(result.at("value").get<double>() - 0.8) < 0.01,
                 method << " " << result.at("point") << " " << result.at("value"));
      ++measured;
    }
  }
  BOOST_TEST(measured == 4);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_evidence_whatever_the_meter_did_before) {
  Meter meter;
  std::set<std::string> evidence;
  for (int i = 0; i < 2; ++i) {
    std::filesystem::remove_all(meter.rig.folder / "run");
    BOOST_TEST(meter.certify({"--only", "22.S2", "--seed", "7"}) == 0);
    evidence.insert(meter.run().at("evidence_sha256").get<std::string>());
  }
  BOOST_TEST(evidence.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_recording_is_replayed_into_it) {
  Meter meter;
  BOOST_TEST(meter.certify({"--recording", std::string(METERRIG_SOURCE) +
                                               "/scenarios/recordings/laptop-supply.flac"},
                           "replay") == 0);
  const auto by_point = outcomes(meter.run());
  BOOST_TEST(by_point.size() == 2u);
  for (const auto& [point, outcome] : by_point)
    BOOST_TEST(outcome == "OUTCOME_PASS", point << " is " << outcome);
}

BOOST_AUTO_TEST_CASE(it_can_be_read_and_says_what_it_lacks) {
  Meter meter;
  BOOST_TEST(
      meter.rig.run({"device", "read", "integer-meter", "--grpc", meter.address, "--json"}) == 0);
  const auto json = nlohmann::json::parse(meter.rig.output);
  BOOST_TEST(json.at("readings").size() == 19u);
  BOOST_TEST(json.at("identity").at("picoamperes_per_code") == "1500000");
  BOOST_TEST(json.at("identity").at("firmware_checksum").get<std::string>().size() == 64u);
  BOOST_TEST(meter.rig.run({"device", "read", "integer-meter", "--serial", "x"}) == 2);
  BOOST_TEST(meter.certify({"--device", "smart-x96-5a"}) == 2);
}

BOOST_AUTO_TEST_CASE(it_ends_cleanly_when_told_and_its_address_is_free_again) {
  Meter meter;
  for (const int number : {SIGTERM, SIGINT}) {
    Process again({METERRIG_INTEGER_METER, "--listen", "unix:again.sock"}, meter.rig.folder.path(),
                  meter.rig.folder / ("again-" + std::to_string(number)));
    for (int i = 0; i < 1000 && again.output().find("ready") == std::string::npos; ++i)
      again.wait_for(10ms);
    BOOST_REQUIRE_MESSAGE(again.running(), again.output());
    BOOST_TEST(again.output().find("unix:again.sock") != std::string::npos);
    again.kill(number);
    BOOST_TEST(again.wait() == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_on_its_command_line_ends_with_2_and_says_what_was_expected) {
  Meter meter;
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& word) {
    BOOST_TEST(meter.end_with(arguments) == 2);
    BOOST_TEST(meter.said.find(word) != std::string::npos, meter.said);
  };
  BOOST_TEST(meter.end_with({"--help"}) == 0);
  BOOST_TEST(meter.said.find("--gain-ppm N") != std::string::npos);
  refused({}, "--listen unix:PATH");
  refused({"--listen"}, "--listen without a value");
  refused({"--listen", "unix:x", "--lisen"}, "'--lisen'");
  refused({"--listen", "0.0.0.0:50551"}, "0.0.0.0");
  refused({"--listen", meter.address}, "meter.sock");  // somebody serves there
  refused({"--listen", "unix:x", "--gain-ppm", "8e3"}, "'8e3'");
  refused({"--listen", "unix:x", "--gain-ppm", "100001"}, "to 100000");
  refused({"--listen", "unix:x", "--tls-key", "key.pem"}, "both or neither");
  refused({"--listen", "unix:x", "--tls-client-authority", "ca.pem"}, "--tls-certificate");
  // The certificate is not there: nothing is served without it.
  refused({"--listen", "127.0.0.1:0", "--tls-certificate", "no.pem", "--tls-key", "no.key"},
          "integer-meter: ");
}

BOOST_AUTO_TEST_SUITE_END()
