// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop_radio.h"

#include <SoapySDR/Constants.h>

#include <cmath>

namespace meterrig::test {
namespace {

// Gains of 0 dB and 14 dB to the path's loss of 20 dB: half of full scale, but for 0.02 dB.
const double received = std::pow(10.0, -6.0 / 20);

RfCalibration calibration_of(const std::string& id, std::vector<GainSetting> gains,
                             RfLevel full_scale, ActivePower forward_power) {
  using std::chrono::day;
  using std::chrono::month;
  using std::chrono::year;
  const auto row = [&](Frequency frequency) {
    return RfCalibrationRow{.frequency = frequency,
                            .level = full_scale,
                            .forward_power = forward_power,
                            .expanded_uncertainty = percent(10)};
  };
  return {.id = id,
          .serial_number = "rigloop-1",
          .date = {year(2026), month(1), day(15)},
          .due = {year(2027), month(1), day(14)},
          .antenna = "",
          .gains = std::move(gains),
          .rows = {row(kilohertz(150)), row(megahertz(6000))}};
}

}  // namespace

LoopRadio::LoopRadio(const std::string& arguments)
    : generator_calibration(
          calibration_of("tx", {{"PAD", decibel(-10)}, {"PA", decibel(10)}}, volt(20), watt(4))),
      monitor_calibration(calibration_of("rx", {{"LNA", decibel(14)}, {"VGA", decibel(0)}},
                                         volt(20 / received), ActivePower())),
      registry_(rigloop::registration()),
      arguments_("driver=rigloop," + arguments),
      device_(SoapySDR::Device::make(arguments_)) {
  generator_settings.radio.device = arguments_;
  generator_settings.set_up = {
      .enclosure = soapy::Enclosure::attenuator, .description = "loop", .power_limit = watt(4)};
  monitor_settings.radio.device = arguments_;
}

double LoopRadio::magnitude() const { return std::stod(device_->readSensor("tx_magnitude")); }

bool LoopRadio::low() const { return device_->getGain(SOAPY_SDR_TX, 0) == -60; }

Result<std::unique_ptr<RfGenerator>> LoopRadio::open_generator() const {
  const auto calibration = soapy::LevelCalibration::create(generator_calibration, today);
  if (!calibration) return tl::unexpected(calibration.error());
  return soapy::open_generator(generator_settings, *calibration);
}

Result<std::unique_ptr<RfMonitor>> LoopRadio::open_monitor() const {
  const auto calibration = soapy::LevelCalibration::create(monitor_calibration, today);
  if (!calibration) return tl::unexpected(calibration.error());
  return soapy::open_monitor(monitor_settings, *calibration);
}

}  // namespace meterrig::test
