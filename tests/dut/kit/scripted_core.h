// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "meterrig/kit/core.h"

namespace meterrig::test {

/// A core that remembers what it was given and gives a pulse where a code says so.
class ScriptedCore final : public kit::Core {
 public:
  kit::CoreDescription description{
      .device = "scripted",
      .serial_number = "4711",
      .firmware_version = "2.1",
      .firmware_checksum = "beef",
      .converter = {.rate = {3, 1}, .bits = 16, .volts_per_code = 0.5, .amperes_per_code = 0.25},
      .pulse_outputs = {"A", "B"},
      .quantities = {{Measurand::voltage, Place::L1}, {Measurand::frequency, Place::total}}};

  kit::CoreDescription describe() const override { return description; }
  void reset() override {
    ++resets;
    scans.clear();
  }
  /// Bits of the answer: the code of the voltage of L1.
  std::uint32_t scan(const kit::Scan& codes) override {
    scans.push_back(codes);
    return static_cast<std::uint32_t>(codes.volts[0]);
  }
  kit::CoreValue value(QuantityId id) const override {
    return {.value = id.measurand == Measurand::voltage ? 230.0 : 50.0,
            .resolution = 0.25,
            .scans_since = id.measurand == Measurand::voltage ? 0 : 2};
  }
  std::vector<MeterParameter> parameters() const override { return {{"gain", "1"}}; }

  int resets = 0;
  std::vector<kit::Scan> scans;
};

}  // namespace meterrig::test
