// SPDX-License-Identifier: GPL-3.0-or-later
// A meter that shows one voltage, served over dut.proto until its standard input ends.
#include <meterrig/rpc/server.h>

#include <iostream>
#include <string>

namespace {

class OneVoltage final : public meterrig::Meter {
 public:
  meterrig::Result<meterrig::MeterIdentity> identify() override {
    return meterrig::MeterIdentity{
        .device = "one-voltage",
        .serial_number = "4711",
        .firmware_version = "1.0",
        .firmware_checksum = "c0ffee",
        .quantities = {{meterrig::Measurand::voltage, meterrig::Place::L1}}};
  }
  meterrig::Result<std::vector<meterrig::Reading>> read(
      std::span<const meterrig::QuantityId> ids) override {
    std::vector<meterrig::Reading> readings;
    for (const meterrig::QuantityId id : ids)
      readings.push_back(
          {.id = id, .value = 229.75, .resolution = 0.01, .time = {}, .time_base = "device"});
    return readings;
  }
  meterrig::Result<std::vector<meterrig::MeterParameter>> read_parameters() override {
    return std::vector<meterrig::MeterParameter>{};
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  OneVoltage meter;
  const auto server = meterrig::rpc::serve(argv[1], {.terminals = nullptr, .meter = &meter});
  if (!server) {
    std::cerr << server.error().message << '\n';
    return 1;
  }
  std::cout << "ready at " << (*server)->address() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
}
