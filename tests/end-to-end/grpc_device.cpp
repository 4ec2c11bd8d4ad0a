// SPDX-License-Identifier: GPL-3.0-or-later
#include "grpc_device.h"

#include <boost/test/unit_test.hpp>
#include <chrono>

namespace meterrig::test {
namespace {

std::vector<std::string> serve(std::vector<std::string> options) {
  std::vector<std::string> arguments{"device", "serve", "smart-x96-5a"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return arguments;
}

}  // namespace

GrpcDevice::GrpcDevice(Rig& rig, std::vector<std::string> options)
    : process(rig.start(serve(std::move(options)))) {
  for (int i = 0; i < 2000 && said.find("ready") == std::string::npos; ++i) {
    process.wait_for(std::chrono::milliseconds(10));
    said = process.output();
  }
  const std::string before = "dut.proto (terminals and meter) on ";
  const std::size_t at = said.find(before);
  BOOST_REQUIRE_MESSAGE(process.running() && at != std::string::npos, said);
  const std::size_t from = at + before.size();
  address = said.substr(from, said.find_first_of(",\n", from) - from);
}

}  // namespace meterrig::test
