// SPDX-License-Identifier: GPL-3.0-or-later
// `meterrig doctor` on this machine, on benches that are fit and on such that are not.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

namespace fs = std::filesystem;

// What was found of a check of the last run with --json; "" when there is no such check.
struct Told {
  std::string verdict;
  std::string text;
};

Told told(const Rig& rig, const std::string& what) {
  const auto json = nlohmann::json::parse(rig.output);
  for (const auto& check : json.at("checks"))
    if (check.at("check") == what)
      return {.verdict = check.at("verdict").get<std::string>(),
              .text = check.at("found").get<std::string>()};
  return {.verdict = "", .text = ""};
}

// The simulated bench at the ports of the fixture's device.
std::string bench_of_the_fixture() {
  return replaced(
      replaced(shipped("rig/benches/simulated.yaml"), ".run/smart-x96-5a.tty", "x96.tty"),
      ".run/smart-x96-5a.sock", "x96.sock");
}

std::string with_positions(const std::string& positions) {
  // A chamber is for devices of this process alone.
  const std::string bench =
      replaced(shipped("rig/benches/in-process.yaml"), "    chamber: true", "    ");
  return replaced(bench, "    - id: \"1\"\n      in_process: {model: good}\n", positions);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(doctor)

BOOST_AUTO_TEST_CASE(a_machine_alone_is_looked_at_and_its_data_are_valid) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"doctor", "--json"}) == 0);
  const auto json = nlohmann::json::parse(rig.output);
  BOOST_TEST(json.at("fit").get<bool>());
  for (const char* what : {"folder of runs", "disk space", "monotonic clock", "wall clock",
                           "processor", "locale", "data files"})
    BOOST_TEST(!told(rig, what).verdict.empty(), what);
  BOOST_TEST(told(rig, "data files").verdict == "ok");
  BOOST_TEST(told(rig, "bench").verdict.empty());
  BOOST_TEST(!fs::exists(rig.folder / "runs"));
  BOOST_TEST(rig.run({"doctor"}) == 0);
  BOOST_TEST(rig.output.find("\nfit: 0 problems, ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_locale_without_utf_8_is_a_warning_and_no_more) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"doctor", "--json"}, {"LC_ALL=C"}) == 0);
  BOOST_TEST(told(rig, "locale").verdict == "warning");
  BOOST_TEST(rig.run({"doctor", "--json"}, {"LC_ALL=xx_XX.UTF-8"}) == 0);
  BOOST_TEST(told(rig, "locale").verdict == "warning");
  BOOST_TEST(rig.run({"doctor", "--json"}, {"LC_ALL=C.UTF-8"}) == 0);
  BOOST_TEST(told(rig, "locale").verdict == "ok");
}

BOOST_AUTO_TEST_CASE(a_folder_of_runs_that_cannot_be_written_is_a_problem) {
  Rig rig(std::nullopt);
  write_file(rig.folder / "runs", "");
  BOOST_TEST(rig.run({"doctor", "--json"}) == 3);
  BOOST_TEST(told(rig, "folder of runs").verdict == "problem");
  BOOST_TEST(!nlohmann::json::parse(rig.output).at("fit").get<bool>());
}

BOOST_AUTO_TEST_CASE(data_that_are_wrong_or_missing_are_a_problem) {
  Rig rig(std::nullopt);
  const fs::path data = rig.folder / "data";
  for (const char* folder : {"scenarios", "dut/profiles", "rig/benches"})
    fs::create_directories((data / folder).parent_path());
  for (const char* folder : {"scenarios", "dut/profiles", "rig/benches"})
    fs::copy(fs::path(METERRIG_SOURCE) / folder, data / folder, fs::copy_options::recursive);
  const std::string here = "METERRIG_DATA=" + data.string();
  BOOST_TEST(rig.run({"doctor", "--json"}, {here}) == 0);
  // Right by itself, but of a standard that is not there.
  const fs::path suite = data / "scenarios/suites/replay.yaml";
  write_file(suite,
             replaced(read_file(suite), "standard: iec-62053-22-2020", "standard: iec-none"));
  BOOST_TEST(rig.run({"doctor", "--json"}, {here}) == 3);
  BOOST_TEST(told(rig, "data files").text.find("iec-none") != std::string::npos);
  fs::remove(suite);
  // An error model whose full scale is below the device's rating.
  const fs::path model = data / "dut/profiles/smart-x96-5a-gain.twin.yaml";
  write_file(model, replaced(read_file(model), "voltage_full_scale: ", "voltage_full_scale: 0.0"));
  BOOST_TEST(rig.run({"doctor", "--json"}, {here}) == 3);
  BOOST_TEST(told(rig, "data files").text.find("smart-x96-5a-gain.twin.yaml") != std::string::npos);
  BOOST_TEST(rig.run({"doctor", "--json"}, {"METERRIG_DATA=/nowhere"}) == 3);
  BOOST_TEST(told(rig, "data files").text.find("/nowhere") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bench_is_fit_while_its_device_is_served_and_its_port_is_free) {
  Rig rig;
  write_file(rig.folder / "bench.yaml", bench_of_the_fixture());
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml", "--json"}) == 0);
  BOOST_TEST(told(rig, "position 1 port").verdict == "ok");
  BOOST_TEST(told(rig, "position 1 terminals").text.starts_with("those of a smart-x96-5a"));
  BOOST_TEST(told(rig, "position 1 profile").text == "smart-x96-5a fits the link");
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml", "--device", "smart-x96-5a"}) == 0);

  const int port = open((rig.folder / "x96.tty").c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  BOOST_REQUIRE(port >= 0);
  BOOST_REQUIRE(flock(port, LOCK_EX | LOCK_NB) == 0);
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml", "--json"}) == 3);
  BOOST_TEST(told(rig, "position 1 port").verdict == "problem");
  BOOST_TEST(told(rig, "position 1 port").text.find("in use by end_to_end_test (process ") !=
             std::string::npos);
  close(port);
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml"}) == 0);

  rig.device().kill(SIGKILL);
  rig.device().wait();
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml", "--json"}) == 3);
  BOOST_TEST(told(rig, "position 1 terminals").verdict == "problem");
}

BOOST_AUTO_TEST_CASE(a_device_that_serves_dut_proto_is_asked_who_it_is) {
  Rig rig;
  write_file(rig.folder / "bench.yaml",
             with_positions("    - id: \"7\"\n      grpc: {address: 'unix:x96.sock'}\n"));
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml", "--json"}) == 0);
  BOOST_TEST(told(rig, "position 7 address").verdict == "ok");
  BOOST_TEST(told(rig, "position 7 device").text.find("smart-x96-5a") != std::string::npos);
  BOOST_TEST(told(rig, "position 7 profile").verdict == "ok");
}

BOOST_AUTO_TEST_CASE(another_device_than_the_one_expected_is_a_problem) {
  Rig rig;
  write_file(rig.folder / "bench.yaml", bench_of_the_fixture());
  write_file(rig.folder / "other.yaml",
             replaced(shipped("dut/profiles/smart-x96-5a.yaml"), "id: smart-x96-5a", "id: other"));
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml", "--device", "other.yaml", "--json"}) == 3);
  BOOST_TEST(told(rig, "position 1 profile").text ==
             "the terminals are those of a smart-x96-5a; expected a other");
}

BOOST_AUTO_TEST_CASE(every_position_of_a_broken_bench_says_what_is_wrong_with_it) {
  Rig rig(std::nullopt);
  write_file(rig.folder / "not-a-port", "");
  write_file(
      rig.folder / "bench.yaml",
      with_positions("    - id: a\n"
                     "      modbus_rtu: {port: missing.tty, baud_rate: 9600, parity: none, "
                     "stop_bits: 1, unit: 1}\n"
                     "      terminals: unix:missing.sock\n"
                     "    - id: b\n"
                     "      serial_injection: {port: not-a-port, baud_rate: 9600, parity: none, "
                     "stop_bits: 1}\n"
                     "    - id: c\n"
                     "      tcp_injection: {host: 127.0.0.1, port: 1}\n"
                     "    - id: d\n"
                     "      grpc: {address: '127.0.0.1:1', tls: {authority: no-such.pem}}\n"
                     "    - id: e\n"
                     "      in_process: {model: nonsense}\n"));
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml", "--json"}) == 3);
  const std::map<std::string, std::string> expected{
      {"position a port", "serial port 'missing.tty' does not exist"},
      {"position a terminals", "nobody answers at unix:missing.sock"},
      {"position b port", "'not-a-port' is not a serial port"},
      {"position c address", "nobody answers at 127.0.0.1:1"},
      {"position d TLS authority", "no-such.pem cannot be read"},
      {"position e device", "no error model 'nonsense'"}};
  for (const auto& [what, text] : expected) {
    BOOST_TEST(told(rig, what).verdict == "problem", what);
    BOOST_TEST(told(rig, what).text.starts_with(text), told(rig, what).text);
  }
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml"}) == 3);
  BOOST_TEST(rig.output.find("\nnot fit: 6 problems, ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_link_that_the_device_does_not_have_is_a_problem) {
  Rig rig;
  write_file(rig.folder / "bench.yaml",
             replaced(bench_of_the_fixture(), "baud_rate: 38400", "baud_rate: 1234"));
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml", "--json"}) == 3);
  BOOST_TEST(told(rig, "position 1 profile").text.find("1234") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bench_file_with_errors_is_not_fit_and_an_unknown_one_is_wrong_usage) {
  Rig rig(std::nullopt);
  write_file(rig.folder / "bench.yaml",
             replaced(shipped("rig/benches/in-process.yaml"), "retries: 2", "retries: many"));
  BOOST_TEST(rig.run({"doctor", "--bench", "bench.yaml", "--json"}) == 3);
  BOOST_TEST(told(rig, "bench").text.find("many") != std::string::npos);
  BOOST_TEST(rig.run({"doctor", "--bench", "nonsense"}) == 2);
  BOOST_TEST(
      rig.output.find("radio-loop, scpi-serial-simulated, scpi-simulated, scpi, simulated") !=
      std::string::npos);
  BOOST_TEST(rig.run({"doctor", "--device", "smart-x96-5a"}) == 2);
}

BOOST_AUTO_TEST_SUITE_END()
