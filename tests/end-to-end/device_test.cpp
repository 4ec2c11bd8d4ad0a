// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated device by itself, read by our link and by somebody else's master.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>

#include "rig_fixture.h"

using namespace meterrig::test;
using namespace std::chrono_literals;

namespace {

Process serve(Rig& rig, std::vector<std::string> link) {
  std::vector<std::string> arguments{
      "device", "serve", "smart-x96-5a", "--apply",
      std::string(METERRIG_SOURCE) + "/scenarios/signals/three-phase-230v-5a.yaml"};
  arguments.insert(arguments.end(), link.begin(), link.end());
  Process process = rig.start(std::move(arguments));
  for (int i = 0; i < 1000 && process.output().find("ready") == std::string::npos; ++i)
    process.wait_for(10ms);
  BOOST_REQUIRE_MESSAGE(process.running(), process.output());
  process.wait_for(1500ms);  // its registers are renewed about once a second
  return process;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(device)

BOOST_AUTO_TEST_CASE(an_independent_master_reads_the_values_that_were_applied) {
  if (std::system("command -v mbpoll >/dev/null") != 0) {
    BOOST_TEST_MESSAGE("SKIPPED: mbpoll is not installed");
    return;
  }
  Rig rig(std::nullopt);
  const Process device = serve(rig, {"--serial", "pty:x96.tty", "--baud", "9600", "--unit", "7"});
  Process mbpoll({"mbpoll", "-m", "rtu", "-a", "7", "-b", "9600", "-P", "none", "-t", "3:float",
                  "-B", "-0", "-r", "0", "-c", "9", "-1", "x96.tty"},
                 rig.folder.path(), rig.folder / "mbpoll.log");
  BOOST_TEST(mbpoll.wait() == 0, mbpoll.output());
  // Lines such as "[0]: 	230.012"; V, A and W per phase: 230 V, 5 A, PF 0.5.
  const std::string text = mbpoll.output();
  const auto value = [&](int address) {
    const std::string label = fmt::format("[{}]:", address);
    const std::size_t at = text.find(label);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, text);
    return std::stod(text.substr(at + label.size()));
  };
  for (int phase = 0; phase < 3; ++phase) {
    BOOST_TEST(std::abs(value(2 * phase) - 230.0) < 0.23);
    BOOST_TEST(std::abs(value(6 + 2 * phase) - 5.0) < 0.005);
    BOOST_TEST(std::abs(value(12 + 2 * phase) - 575.0) < 3.0);
  }
}

BOOST_AUTO_TEST_CASE(our_link_reads_every_quantity_over_serial_and_tcp) {
  Rig rig(std::nullopt);
  const Process serial = serve(rig, {"--serial", "pty:x96.tty", "--tcp", "127.0.0.1:15020"});
  const std::vector<std::vector<std::string>> links{{"--serial", "x96.tty"},
                                                    {"--tcp", "127.0.0.1:15020"}};
  for (const std::vector<std::string>& link : links) {
    std::vector<std::string> arguments{"device", "read", "smart-x96-5a", "--json"};
    arguments.insert(arguments.end(), link.begin(), link.end());
    BOOST_TEST(rig.run(arguments) == 0);
    const auto json = nlohmann::json::parse(rig.output);
    BOOST_TEST(json.at("readings").size() > 40u);
    for (const auto& reading : json.at("readings")) {
      if (reading.at("quantity") == "reactive_power.total") {
        BOOST_TEST(std::abs(reading.at("value").get<double>() - 2987.8) <
                   15);  // 3 x 230 x 5 x sin 60 deg
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(over_grpc_a_device_gives_what_its_registers_show) {
  Rig rig;
  // Brings the device to a time at which its registers are not those of the start.
  BOOST_REQUIRE(rig.run(rig.certify({"--only", "balanced/import/Imax/1"})) == 0);
  std::vector<nlohmann::json> read;
  for (const std::vector<std::string>& link :
       {std::vector<std::string>{"--serial", "x96.tty"}, {"--grpc", "unix:x96.sock"}}) {
    std::vector<std::string> arguments{"device", "read", "smart-x96-5a", "--json"};
    arguments.insert(arguments.end(), link.begin(), link.end());
    BOOST_REQUIRE(rig.run(arguments) == 0);
    read.push_back(nlohmann::json::parse(rig.output));
  }
  BOOST_TEST(read[0].at("readings").size() > 40u);
  BOOST_TEST((read[0].at("readings") == read[1].at("readings")));
  BOOST_TEST(read[1].at("identity").at("serial_number") == "10960001");
}

BOOST_AUTO_TEST_CASE(
    the_device_is_certified_by_serial_injection_through_the_receiver_for_firmware) {
  Rig rig(std::nullopt);
  Process device = rig.start({"device", "serve", "smart-x96-5a", "--inject", "pty:x96.inject"});
  for (int i = 0; i < 1000 && device.output().find("ready") == std::string::npos; ++i)
    device.wait_for(10ms);
  BOOST_REQUIRE_MESSAGE(device.running(), device.output());
  const std::vector<std::string> certify{
      "certify", "--device",  "smart-x96-5a", "--suite",    "iec-62053-22-0.5s",
      "--bench", "simulated", "--inject",     "x96.inject", "--only",
      "22.B2",   "--out",     "run"};
  std::vector<std::string> plan = certify;
  plan.emplace_back("--plan");
  BOOST_TEST(rig.run(plan) == 0);
  BOOST_TEST(rig.output.find("115200 Bd carry about 621 scans a second of 16 bits") !=
             std::string::npos);
  BOOST_TEST(rig.run(certify) == 0);
  BOOST_TEST(rig.output.find("466 scans a second of 8000: 17.2 times slower") != std::string::npos);
  int passed = 0;
  for (const auto& [point, outcome] : outcomes(run_json(rig.folder / "run")))
    passed += outcome == "OUTCOME_PASS" ? 1 : 0;
  BOOST_TEST(passed == 12);
}

BOOST_AUTO_TEST_CASE(two_things_that_move_the_devices_time_are_refused) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"device", "serve", "smart-x96-5a", "--inject", "pty", "--terminals",
                      "unix:x96.sock"}) == 2);
  BOOST_TEST(rig.output.find("expected one of") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_on_the_command_line_ends_with_2_and_says_what_was_expected) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"device", "read", "smart-x96-5a"}) == 2);
  BOOST_TEST(rig.run({"device", "read", "smart-x96-5z", "--serial", "x"}) == 2);
  BOOST_TEST(rig.output.find("smart-x96-5a") != std::string::npos);
  BOOST_TEST(rig.run({"device", "read", "smart-x96-5a", "--serial", "no-such-port"}) == 2);
  BOOST_TEST(rig.output.find("no-such-port") != std::string::npos);
  BOOST_TEST(rig.run({"device", "read", "smart-x96-5a", "--tcp", "nowhere"}) == 2);
  BOOST_TEST(rig.run({"device", "serve", "smart-x96-5a", "--serial", "pty", "--baud", "1234"}) ==
             2);
  BOOST_TEST(rig.run({"device", "serve", "smart-x96-5a", "--terminals", "0.0.0.0:5000"}) == 2);
  BOOST_TEST(rig.run({"certify"}) == 2);
  BOOST_TEST(rig.run({"nonsense"}) == 2);
  BOOST_TEST(rig.run({"--help"}) == 0);
  BOOST_TEST(rig.run({"certify", "--help"}) == 0);
  BOOST_TEST(rig.run({"verify", "nowhere"}) == 2);
}

BOOST_AUTO_TEST_CASE(lists_name_what_ships) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"list", "suites"}) == 0);
  BOOST_TEST(rig.output.find("iec-62053-22-0.5s") != std::string::npos);
  BOOST_TEST(rig.run({"list", "devices"}) == 0);
  BOOST_TEST(rig.output.find("smart-x96-5a") != std::string::npos);
  BOOST_TEST(rig.run({"list", "standards"}) == 0);
  BOOST_TEST(rig.output.find("IEC 62053-22") != std::string::npos);
  BOOST_TEST(rig.run({"list", "benches"}) == 0);
  BOOST_TEST(rig.output.find("SIMULATED") != std::string::npos);
  BOOST_TEST(rig.run({"list", "ports"}) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
