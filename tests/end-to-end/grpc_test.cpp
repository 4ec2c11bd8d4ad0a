// SPDX-License-Identifier: GPL-3.0-or-later
// A device that is served and certified over gRPC, in plain text and with TLS.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "../dut/test_authority.h"
#include "grpc_device.h"
#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

struct Secured {
  [[nodiscard]] GrpcDevice mutual_device() {
    return {rig,
            {"--grpc", "127.0.0.1:0", "--tls-certificate", device.certificate, "--tls-key",
             device.key, "--tls-client-authority", authority.certificate()}};
  }
  // As a user writes it: the files are named relative to the bench's.
  void write_bench(const std::string& address, const std::string& caller) {
    std::string text = shipped("rig/benches/in-process.yaml");
    text = replaced(text, "    chamber: true", "    ");  // for devices of this process alone
    text = replaced(text, "in_process: {model: good}",
                    fmt::format("grpc: {{address: '{}', tls: {{authority: keys/authority.pem, "
                                "certificate: {}.pem, key: {}.key}}}}",
                                address, caller, caller));
    write_file(rig.folder / "bench.yaml", text);
  }

  Rig rig{std::nullopt};
  // The folders come first.
  bool folders = std::filesystem::create_directory(rig.folder / "keys") &&
                 std::filesystem::create_directory(rig.folder / "others");
  TestAuthority authority{(rig.folder / "keys").string(), "works"};
  TestAuthority stranger{(rig.folder / "others").string(), "stranger"};
  TestAuthority::Issued device = authority.issue("meter");
  TestAuthority::Issued own = authority.issue("rig");
  TestAuthority::Issued strange = stranger.issue("strange-rig");
};

std::vector<std::string> certify(const std::string& bench, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{
      "certify", "--device", "smart-x96-5a", "--suite", "iec-62053-22-0.5s", "--only", "22.B2",
      "--bench", bench,      "--out",        "run"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

void passed(Rig& rig, std::size_t points) {
  const auto found = outcomes(run_json(rig.folder / "run"));
  std::size_t passes = 0;
  for (const auto& [point, outcome] : found)
    if (outcome == "OUTCOME_PASS") ++passes;
  BOOST_TEST(passes == points);
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(grpc)

BOOST_AUTO_TEST_CASE(a_device_is_certified_over_mutual_tls_and_the_report_says_so) {
  Secured secured;
  Rig& rig = secured.rig;
  const GrpcDevice device = secured.mutual_device();
  BOOST_TEST(says(device.said, "with mutual TLS"));
  secured.write_bench(device.address, "keys/rig");
  BOOST_TEST(rig.run(certify("bench.yaml")) == 0);
  passed(rig, 12);
  const std::string report = read_file(rig.folder / "run" / "report.html");
  BOOST_TEST(says(report, device.address + ", with mutual TLS"));
  BOOST_TEST(!says(report, "in plain text"));
}

BOOST_AUTO_TEST_CASE(tls_that_does_not_ask_who_calls_is_said_to_be_just_that) {
  Secured secured;
  Rig& rig = secured.rig;
  const GrpcDevice device(rig, {"--grpc", "127.0.0.1:0", "--tls-certificate",
                                secured.device.certificate, "--tls-key", secured.device.key});
  BOOST_TEST(rig.run(certify("in-process", {"--grpc", device.address, "--tls-authority",
                                            "keys/authority.pem"})) == 0);
  const std::string report = read_file(rig.folder / "run" / "report.html");
  BOOST_TEST(says(report, device.address + ", with TLS"));
}

BOOST_AUTO_TEST_CASE(without_tls_the_report_says_that_the_way_was_plain_text) {
  Rig rig(std::nullopt);
  const GrpcDevice device(rig, {"--grpc", "127.0.0.1:0"});
  BOOST_TEST(rig.run(certify("in-process", {"--grpc", device.address})) == 0);
  passed(rig, 12);
  const std::string report = read_file(rig.folder / "run" / "report.html");
  BOOST_TEST(says(report, device.address + ", in plain text on this host"));
}

BOOST_AUTO_TEST_CASE(files_on_the_command_line_are_relative_to_where_one_stands) {
  Secured secured;
  Rig& rig = secured.rig;
  const GrpcDevice device = secured.mutual_device();
  BOOST_TEST(rig.run({"device", "read", "smart-x96-5a", "--json", "--grpc", device.address,
                      "--tls-authority", "keys/authority.pem", "--tls-certificate", "keys/rig.pem",
                      "--tls-key", "keys/rig.key", "--tls-name", "localhost"}) == 0);
  const auto json = nlohmann::json::parse(rig.output);
  BOOST_TEST(json.at("identity").at("device") == "smart-x96-5a");
  BOOST_TEST(json.at("readings").size() > 40u);
}

BOOST_AUTO_TEST_CASE(who_is_refused_learns_why_and_has_switched_nothing_on) {
  Secured secured;
  Rig& rig = secured.rig;
  GrpcDevice device = secured.mutual_device();

  secured.write_bench(device.address, "others/strange-rig");
  BOOST_TEST(rig.run(certify("bench.yaml")) == 2);
  BOOST_TEST(says(rig.output, "refuses the rig's certificate"));
  BOOST_TEST(says(rig.output, "CN=stranger"));

  BOOST_TEST(rig.run(certify("in-process", {"--grpc", device.address, "--tls-authority",
                                            "keys/authority.pem"})) == 2);
  BOOST_TEST(says(rig.output, "demands a certificate of its caller"));

  BOOST_TEST(rig.run(certify("in-process", {"--grpc", device.address, "--tls-authority",
                                            "others/authority.pem", "--tls-certificate",
                                            "keys/rig.pem", "--tls-key", "keys/rig.key"})) == 2);
  BOOST_TEST(says(rig.output, "unknown authority"));

  BOOST_TEST(rig.run(certify("in-process", {"--grpc", device.address})) == 2);
  BOOST_TEST(says(rig.output, "it speaks TLS, and is called without"));

  BOOST_TEST(rig.run(certify("in-process", {"--grpc", device.address, "--tls-authority",
                                            "keys/nowhere.pem"})) == 2);
  BOOST_TEST(says(rig.output, "keys/nowhere.pem: no such file"));
  BOOST_TEST(!std::filesystem::exists(rig.folder / "run" / "report.html"));

  // The device's registers are those of one that was never energised.
  BOOST_TEST(rig.run({"device", "read", "smart-x96-5a", "--json", "--grpc", device.address,
                      "--tls-authority", "keys/authority.pem", "--tls-certificate", "keys/rig.pem",
                      "--tls-key", "keys/rig.key"}) == 0);
  const auto json = nlohmann::json::parse(rig.output);
  int voltages = 0;
  for (const auto& reading : json.at("readings")) {
    if (reading.at("quantity") != "voltage.L1") continue;
    ++voltages;
    BOOST_TEST((reading.at("value").is_null() || reading.at("value") == 0.0), reading.dump());
  }
  BOOST_TEST(voltages == 1);
}

BOOST_AUTO_TEST_CASE(tls_that_makes_no_sense_is_refused_before_anything_is_opened) {
  Rig rig(std::nullopt);
  const auto refused = [&rig](const std::vector<std::string>& arguments, const std::string& why) {
    BOOST_TEST(rig.run(arguments) == 2, rig.output);
    BOOST_TEST(says(rig.output, why), rig.output);
  };
  refused({"device", "read", "smart-x96-5a", "--serial", "x", "--tls-authority", "ca.pem"},
          "--tls-... without a gRPC link");
  refused({"device", "read", "smart-x96-5a", "--grpc", "127.0.0.1:1", "--tls-certificate", "a.pem"},
          "expected --tls-authority FILE");
  refused({"device", "serve", "smart-x96-5a", "--grpc", "127.0.0.1:0", "--tls-key", "a.key"},
          "certificate of the device is not named");
  refused({"device", "serve", "smart-x96-5a", "--serial", "pty", "--tls-key", "a.key"},
          "without gRPC to serve");
  refused({"device", "serve", "smart-x96-5a", "--grpc", "0.0.0.0:0"}, "not on this host");
  refused({"device", "serve", "smart-x96-5a", "--grpc", "127.0.0.1:0", "--terminals", "unix:a"},
          "expected one of them");
}

BOOST_AUTO_TEST_SUITE_END()
