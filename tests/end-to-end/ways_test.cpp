// SPDX-License-Identifier: GPL-3.0-or-later
// One device, one suite, every way to reach the device: the verdicts must agree.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>

#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

struct Found {
  std::string outcome;
  double error = 0;        // percent; of starting, a time
  double uncertainty = 0;  // expanded
  std::string unit;
};

// By point, of those that were run.
std::map<std::string, Found> found(const nlohmann::json& run) {
  std::map<std::string, Found> points;
  for (const auto& result : run.at("results")) {
    const auto outcome = result.at("outcome").get<std::string>();
    if (outcome == "OUTCOME_NOT_RUN") continue;
    points[result.at("point").get<std::string>()] = {
        .outcome = outcome,
        .error = result.at("value").get<double>(),
        .uncertainty = result.at("expanded_uncertainty").get<double>(),
        .unit = result.at("unit").get<std::string>()};
  }
  return points;
}

// Arguments of a certification of the simulated SMART X96-5A; the way is what `link` says.
std::vector<std::string> certify(const std::string& bench, std::vector<std::string> link,
                                 const std::string& out) {
  std::vector<std::string> arguments{
      "certify", "--device",       "smart-x96-5a", "--suite", "iec-62053-22-0.5s",
      "--only",  "22.B2,starting", "--bench",      bench,     "--out",
      out};
  arguments.insert(arguments.end(), link.begin(), link.end());
  return arguments;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ways)

BOOST_AUTO_TEST_CASE(in_process_modbus_and_grpc_give_the_same_errors_to_the_last_digit) {
  Rig rig;
  BOOST_REQUIRE(rig.run(certify("in-process", {}, "in-process")) == 0);
  BOOST_REQUIRE(
      rig.run(certify("simulated", {"--serial", "x96.tty", "--terminals", "unix:x96.sock"},
                      "modbus")) == 0);
  BOOST_REQUIRE(rig.run(certify("simulated", {"--grpc", "unix:x96.sock"}, "grpc")) == 0);
  const auto expected = found(run_json(rig.folder / "in-process"));
  BOOST_TEST(expected.size() > 12u);
  for (const std::string way : {"modbus", "grpc"}) {
    const auto there = found(run_json(rig.folder / way));
    BOOST_REQUIRE(there.size() == expected.size());
    for (const auto& [point, first] : expected) {
      BOOST_TEST(there.at(point).outcome == first.outcome, way << " " << point);
      BOOST_TEST(there.at(point).error == first.error, way << " " << point);
      BOOST_TEST(there.at(point).uncertainty == first.uncertainty, way << " " << point);
    }
  }
  // The report says which way it was, and that nothing was encrypted.
  BOOST_TEST(read_file(rig.folder / "grpc/report.html").find("in plain text on this host") !=
             std::string::npos);
}

// Its terminals get codes of an ideal converter there, so the last digits differ.
BOOST_AUTO_TEST_CASE(serial_injection_gives_the_same_verdicts_and_errors_within_their_uncertainty) {
  Rig rig(std::nullopt);
  Process device = rig.start({"device", "serve", "smart-x96-5a", "--inject", "pty:x96.inject"});
  for (int i = 0; i < 1000 && device.output().find("ready") == std::string::npos; ++i)
    if (device.wait_for(std::chrono::milliseconds(10))) break;
  BOOST_REQUIRE_MESSAGE(device.running(), device.output());
  BOOST_REQUIRE(rig.run(certify("in-process", {}, "in-process")) == 0);
  BOOST_REQUIRE(rig.run(certify("simulated", {"--inject", "x96.inject"}, "injection")) == 0);
  const auto expected = found(run_json(rig.folder / "in-process"));
  const auto there = found(run_json(rig.folder / "injection"));
  BOOST_REQUIRE(there.size() == expected.size());
  for (const auto& [point, first] : expected) {
    const Found& second = there.at(point);
    BOOST_TEST(second.outcome == first.outcome, point);
    // A time since the signal began is no error: the injected device sees zeros before that, and
    // its converter's filter settles within a period.
    const double tolerance =
        first.unit == "s" ? 0.02 : std::hypot(first.uncertainty, second.uncertainty);
    BOOST_TEST(std::abs(second.error - first.error) <= tolerance,
               point << ": " << first.error << " and " << second.error);
  }
}

BOOST_AUTO_TEST_SUITE_END()
