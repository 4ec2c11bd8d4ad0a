// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "meterrig_receiver.h"

namespace meterrig::inject::test {

/// Firmware as a microcontroller would have it: small buffers, 4000 scans a second of 16 bits, an
/// edge of "S0" at every 40th scan. It keeps a record of all that reaches it.
class TestFirmware {
 public:
  static constexpr std::size_t payload = 1000;
  static constexpr std::size_t capacity = 64;
  static constexpr std::int64_t scans_a_pulse = 40;

  explicit TestFirmware(std::function<void(std::span<const std::uint8_t>)> write)
      : write_(std::move(write)) {
    device_.context = this;
    device_.description = &description;
    device_.write = [](void* context, const std::uint8_t* bytes, std::size_t count) {
      self(context).write_(std::span(bytes, count));
    };
    device_.power_cycle = [](void* context) {
      ++self(context).power_cycles;
      return mr_result{MR_OK, ""};
    };
    device_.apply = [](void* context, std::int64_t, std::int64_t, std::uint64_t device_seed,
                       std::int64_t* ahead) {
      ++self(context).applied;
      self(context).seed = device_seed;
      *ahead = self(context).reach;
      return mr_result{MR_OK, ""};
    };
    device_.scans = [](void* context, std::int64_t first, const mr_scan* scans, std::size_t count) {
      return self(context).take(first, {scans, count});
    };
    device_.advance = [](void* context, std::int64_t) {
      ++self(context).advances;
      return mr_result{MR_OK, ""};
    };
    device_.quantity = [](void*, std::size_t index) -> const char* {
      return index == 0 ? "voltage.L1" : index == 1 ? "frequency.total" : nullptr;
    };
    device_.read = [](void*, const char* name, std::size_t length, mr_reading* reading) {
      const std::string_view wanted(name, length);
      if (wanted != "voltage.L1" && wanted != "frequency.total")
        return mr_result{MR_NOT_FOUND, "no such quantity"};
      reading->value = wanted == "voltage.L1" ? 230.5 : std::numeric_limits<double>::quiet_NaN();
      reading->resolution = 0.1;
      return mr_result{MR_OK, ""};
    };
    device_.parameter = [](void*, std::size_t index, const char** name, const char** value) {
      *name = "demand_period";
      *value = "60";
      return index == 0;
    };
    const mr_buffers buffers{request_.data(), request_.size(), reply_.data(),
                             reply_.size(),   scans_.data(),   scans_.size()};
    ready = mr_init(&receiver, &device_, &buffers);
  }
  TestFirmware(const TestFirmware&) = delete;
  TestFirmware& operator=(const TestFirmware&) = delete;
  ~TestFirmware() = default;

  void receive(std::span<const std::uint8_t> bytes) {
    mr_receive(&receiver, bytes.data(), bytes.size());
  }
  /// As a board does when its supply fails.
  void reboot() {
    mr_reset_line(&receiver);
    receiver.now_ns = 0;
  }

  mr_description description{.device = "board",
                             .serial_number = "7",
                             .model = "build-1",
                             .model_sha256 = "00",
                             .firmware_version = "1.2",
                             .firmware_checksum = "c0ffee",
                             .rate_numerator = 4000,
                             .rate_denominator = 1,
                             .bits = 16,
                             .volts_per_code = 0.02,
                             .amperes_per_code = 0.001};
  std::int64_t reach = 0;
  mr_receiver receiver{};
  bool ready = false;
  std::vector<mr_scan> taken;  // since the last apply, in order
  bool gap = false;            // a scan came that does not follow the one before it
  int power_cycles = 0;
  int applied = 0;
  int advances = 0;
  std::uint64_t seed = 0;

 private:
  static TestFirmware& self(void* context) { return *static_cast<TestFirmware*>(context); }

  mr_result take(std::int64_t first, std::span<const mr_scan> scans) {
    if (first == 0) taken.clear();
    gap = gap || first != static_cast<std::int64_t>(taken.size());
    for (const mr_scan& scan : scans) {
      const auto number = static_cast<std::int64_t>(taken.size());
      taken.push_back(scan);
      if (number % scans_a_pulse == 0) mr_pulse(&receiver, "S0", mr_time_of(&receiver, number));
    }
    return {MR_OK, ""};
  }

  std::function<void(std::span<const std::uint8_t>)> write_;
  mr_device device_{};
  std::array<std::uint8_t, payload + 12> request_{};
  std::array<std::uint8_t, payload + 12> reply_{};
  std::array<mr_scan, capacity> scans_{};
};

}  // namespace meterrig::inject::test
