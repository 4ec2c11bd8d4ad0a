// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SoapySDR/Device.hpp>
#include <memory>
#include <string>

#include "meterrig/rigloop/registration.h"
#include "meterrig/soapy/level_calibration.h"
#include "meterrig/soapy/soapy_generator.h"
#include "meterrig/soapy/soapy_monitor.h"

namespace meterrig::test {

inline constexpr std::chrono::year_month_day today{std::chrono::year(2026), std::chrono::month(3),
                                                   std::chrono::day(1)};

/// Closes what SoapySDR has opened.
struct Unmake {
  void operator()(SoapySDR::Device* device) const { SoapySDR::Device::unmake(device); }
};

/// The simulated radio, known to SoapySDR for the length of a test, with calibrations of its
/// transmitter and receiver that fit: 20 V and 4 W at full scale at the device under test, the same
/// at all frequencies, and a receiver that stands at half of its full scale then.
class LoopRadio {
 public:
  explicit LoopRadio(const std::string& arguments = "clock=virtual");
  /// The radio itself, the same that generator and monitor have open.
  [[nodiscard]] SoapySDR::Device& device() { return *device_; }
  [[nodiscard]] const std::string& arguments() const { return arguments_; }
  [[nodiscard]] bool streaming() const { return device_->readSensor("tx_streaming") == "true"; }
  /// Where its converter stands.
  [[nodiscard]] double magnitude() const;
  /// The gains of its transmitter are at their least.
  [[nodiscard]] bool low() const;

  soapy::GeneratorSettings generator_settings;
  soapy::MonitorSettings monitor_settings;
  RfCalibration generator_calibration;
  RfCalibration monitor_calibration;

  [[nodiscard]] Result<std::unique_ptr<RfGenerator>> open_generator() const;
  [[nodiscard]] Result<std::unique_ptr<RfMonitor>> open_monitor() const;

 private:
  SoapySDR::Registry registry_;
  std::string arguments_;
  std::unique_ptr<SoapySDR::Device, Unmake> device_;
};

inline AmplitudeModulation am_80() { return {.depth = percent(80), .frequency = kilohertz(1)}; }

inline RfOutput output_of(Frequency carrier, RfLevel level, RfModulation modulation = am_80()) {
  return {.carrier = carrier, .level = level, .modulation = modulation};
}

}  // namespace meterrig::test
