// SPDX-License-Identifier: GPL-3.0-or-later
// Clients in other languages, made from a copy of dut.proto and its imports alone, against our
// server.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>

#include "../dut/test_authority.h"
#include "grpc_device.h"
#include "rig_fixture.h"

using namespace meterrig::test;
namespace fs = std::filesystem;

namespace {

const fs::path examples = fs::path(METERRIG_SOURCE) / "dut/grpc/examples";

bool there(const std::string& command, const std::string& what) {
  if (std::system((command + " >/dev/null 2>&1").c_str()) == 0) return true;
  std::cout << "SKIPPED: " << what << " is not there\n";
  return false;
}

bool python_is_there() {
  return there(
      "/usr/bin/python3 -c 'import grpc, google.protobuf' && command -v grpc_python_plugin",
      "python3-grpcio, python3-protobuf or grpc_python_plugin");
}

/// A folder that holds dut.proto, what it imports, and nothing else of ours.
void copy_protos(const Rig& rig) {
  fs::create_directories(rig.folder / "protos/meterrig/v1");
  for (const std::string& name : std::vector<std::string>{"dut", "signal", "options"})
    fs::copy(fs::path(METERRIG_SOURCE) / "scenarios/schema/meterrig/v1" / (name + ".proto"),
             rig.folder / "protos/meterrig/v1");
}

std::string run(const Rig& rig, const std::string& command) {
  Process process({"sh", "-c", command}, rig.folder.path(), rig.folder / "client.log");
  const int status = process.wait();
  BOOST_REQUIRE_MESSAGE(status == 0, command + "\n" + process.output());
  BOOST_TEST_MESSAGE(process.output());
  return process.output();
}

void make_stubs(const Rig& rig) {
  copy_protos(rig);
  fs::create_directory(rig.folder / "stubs");
  run(rig,
      "cd protos && protoc -I . --python_out=../stubs --grpc_python_out=../stubs "
      "--plugin=protoc-gen-grpc_python=\"$(command -v grpc_python_plugin)\" meterrig/v1/*.proto");
}

std::string python_client(const Rig& rig, const std::string& arguments) {
  return run(rig, fmt::format("PYTHONPATH=stubs /usr/bin/python3 -B '{}' {}",
                              (examples / "python/read_meter.py").string(), arguments));
}

// 3 x 230 V x 5 A for 10 s: 30.7 impulses at 3200 imp/kWh, of which the first second's are not
// counted by a device that has just been switched on.
void values_are_right(const std::string& output) {
  std::istringstream lines(output);
  std::map<std::string, double> values;
  std::string name;
  std::string value;
  std::getline(lines, name);
  BOOST_TEST(name.starts_with("device smart-x96-5a "), output);
  while (lines >> name >> value) values[name] = std::stod(value);
  BOOST_REQUIRE_MESSAGE(values.size() == 6u, output);
  BOOST_TEST(std::abs(values.at("pulses") - 29) <= 2);
  BOOST_TEST(std::abs(values.at("voltage.L1") / 230 - 1) < 0.0005);
  BOOST_TEST(std::abs(values.at("current.L1") / 5 - 1) < 0.0005);
  BOOST_TEST(std::abs(values.at("active_power.total") / 3450 - 1) < 0.001);
  BOOST_TEST(std::abs(values.at("frequency.total") - 50) < 0.001);
  BOOST_TEST(values.at("active_energy_import.total") > 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clients)

BOOST_AUTO_TEST_CASE(a_client_in_python_reads_the_right_values) {
  if (!python_is_there()) return;
  Rig rig(std::nullopt);
  make_stubs(rig);
  const GrpcDevice device(rig, {"--grpc", "127.0.0.1:0"});
  values_are_right(python_client(rig, device.address));
}

BOOST_AUTO_TEST_CASE(a_client_in_python_speaks_mutual_tls) {
  if (!python_is_there()) return;
  Rig rig(std::nullopt);
  make_stubs(rig);
  const TestAuthority authority(rig.folder.path().string(), "works");
  const auto meter = authority.issue("meter");
  static_cast<void>(authority.issue("caller"));
  const GrpcDevice device(
      rig, {"--grpc", "127.0.0.1:0", "--tls-certificate", meter.certificate, "--tls-key", meter.key,
            "--tls-client-authority", authority.certificate()});
  values_are_right(python_client(rig, device.address + " authority.pem caller.pem caller.key"));
}

BOOST_AUTO_TEST_CASE(reflection_and_health_answer_a_client_without_stubs) {
  if (!python_is_there()) return;
  Rig rig(std::nullopt);
  const GrpcDevice device(rig, {"--grpc", "127.0.0.1:0"});
  const std::string said =
      run(rig, fmt::format("/usr/bin/python3 -B '{}/tests/end-to-end/ask_reflection.py' {}",
                           METERRIG_SOURCE, device.address));
  for (const std::string& line :
       std::vector<std::string>{"service meterrig.v1.Meter\n", "service meterrig.v1.Terminals\n",
                                "service grpc.health.v1.Health\n", "method Meter WatchPulses\n",
                                "method Terminals Feed\n", "health  1\n",
                                "health meterrig.v1.Terminals 1\n", "health meterrig.v1.Meter 1\n"})
    BOOST_TEST(said.find(line) != std::string::npos, fmt::format("{} is not in\n{}", line, said));
}

BOOST_AUTO_TEST_CASE(a_client_in_node_reads_the_right_values_in_plain_text_and_with_mutual_tls) {
  if (!there("command -v node && command -v npm", "node or npm")) return;
  Rig rig(std::nullopt);
  copy_protos(rig);
  // Kept in the build tree: fetched once.
  const fs::path modules = fs::path(METERRIG_CLIENT_FOLDER);
  fs::create_directories(modules);
  for (const std::string& name : std::vector<std::string>{"package.json", "read_meter.mjs"})
    fs::copy_file(examples / "node" / name, modules / name, fs::copy_options::overwrite_existing);
  if (!fs::exists(modules / "node_modules/@grpc/proto-loader")) {
    if (!there("npm view @grpc/grpc-js@1.14.0 version", "npm's registry, which has grpc-js"))
      return;
    run(rig, fmt::format("cd '{}' && npm install --no-audit --no-fund", modules.string()));
  }
  const std::string client =
      fmt::format("node --no-deprecation '{}' protos ", (modules / "read_meter.mjs").string());
  const GrpcDevice plain(rig, {"--grpc", "127.0.0.1:0"});
  values_are_right(run(rig, client + plain.address));

  const TestAuthority authority(rig.folder.path().string(), "works");
  const auto meter = authority.issue("meter");
  static_cast<void>(authority.issue("caller"));
  const GrpcDevice secured(
      rig, {"--grpc", "127.0.0.1:0", "--tls-certificate", meter.certificate, "--tls-key", meter.key,
            "--tls-client-authority", authority.certificate()});
  values_are_right(run(rig, client + secured.address + " authority.pem caller.pem caller.key"));
}

BOOST_AUTO_TEST_SUITE_END()
