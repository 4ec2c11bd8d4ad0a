// SPDX-License-Identifier: GPL-3.0-or-later
#include "radio.h"

#include <SoapySDR/Constants.h>
#include <SoapySDR/Formats.h>

#include <SoapySDR/Errors.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "meterrig/vocabulary/units.h"

namespace meterrig::soapy {
namespace {

constexpr double rate_tolerance = 1e-6;       // of the rate
constexpr double frequency_tolerance = 1e-5;  // of the carrier; oscillators have a step
constexpr double gain_tolerance = 0.01;       // decibels
constexpr std::size_t largest_transfer = 65536;

std::string_view side(int direction) {
  return direction == SOAPY_SDR_TX ? "transmitter" : "receiver";
}

std::string text_of(double frequency) { return readable(frequency, QuantityKind::frequency, 10); }

}  // namespace

void Radio::Release::operator()(SoapySDR::Device* device) const {
  // It throws for a device that it does not know, which this one is not.
  static_cast<void>(guarded("closing a radio", [device] { SoapySDR::Device::unmake(device); }));
}

Result<std::unique_ptr<Radio>> Radio::open(const RadioSettings& settings, int direction,
                                           const RfCalibration& calibration) {
  auto device = guarded(fmt::format("radio '{}'", settings.device), [&settings] {
    return std::unique_ptr<SoapySDR::Device, Release>(SoapySDR::Device::make(settings.device));
  });
  if (!device) return tl::unexpected(device.error());
  if (!*device) return fail(ErrorCode::unavailable, fmt::format("no radio '{}'", settings.device));
  // The constructor is private.
  std::unique_ptr<Radio> radio(new Radio(std::move(*device), settings, direction, calibration));
  auto prepared = guarded(fmt::format("radio '{}'", settings.device),
                          [&] { return radio->prepare(calibration); });
  if (!prepared) return tl::unexpected(prepared.error());
  if (!*prepared) return tl::unexpected(prepared->error());
  return radio;
}

Result<void> Radio::prepare(const RfCalibration& calibration) {
  if (settings_.channel >= device_->getNumChannels(direction_))
    return fail(ErrorCode::unavailable, fmt::format("radio '{}' has no {} {}", settings_.device,
                                                    side(direction_), settings_.channel));
  const auto information = device_->getHardwareInfo();
  const auto serial = information.find(settings_.serial_key);
  if (serial == information.end() || serial->second != calibration.serial_number)
    return fail(ErrorCode::failed_precondition,
                fmt::format("radio '{}' has {} '{}'; calibration '{}' is of '{}'", settings_.device,
                            settings_.serial_key, serial == information.end() ? "" : serial->second,
                            calibration.id, calibration.serial_number));
  const auto names = device_->listGains(direction_, settings_.channel);
  for (const std::string& name : names)
    if (std::none_of(gains_.begin(), gains_.end(),
                     [&name](const GainSetting& gain) { return gain.element == name; }))
      return fail(ErrorCode::failed_precondition,
                  fmt::format("calibration '{}' does not say at which gain of {} it holds",
                              calibration.id, name));
  const double wanted = settings_.rate.value();
  device_->setSampleRate(direction_, settings_.channel, wanted);
  const double got = device_->getSampleRate(direction_, settings_.channel);
  if (!(std::abs(got - wanted) <= rate_tolerance * wanted))
    return fail(ErrorCode::aborted,
                fmt::format("radio '{}' runs at {} samples a second; {} were asked for",
                            settings_.device, got, wanted));
  const auto ranges = device_->getFrequencyRange(direction_, settings_.channel);
  if (ranges.empty())
    return fail(ErrorCode::unavailable,
                fmt::format("radio '{}' does not say where it can be tuned", settings_.device));
  double lowest = ranges.front().minimum();
  double highest = ranges.front().maximum();
  for (const SoapySDR::Range& range : ranges) {
    lowest = std::min(lowest, range.minimum());
    highest = std::max(highest, range.maximum());
  }
  tunable_ = {.lowest = hertz(lowest), .highest = hertz(highest)};
  if (direction_ == SOAPY_SDR_TX)
    if (auto lowered = lower_gains(); !lowered) return lowered;
  stream_ = device_->setupStream(direction_, SOAPY_SDR_CF32, {settings_.channel});
  if (stream_ == nullptr)
    return fail(ErrorCode::unavailable,
                fmt::format("radio '{}' gives no stream", settings_.device));
  transfer_ = std::clamp<std::size_t>(device_->getStreamMTU(stream_), 1, largest_transfer);
  return {};
}

Radio::~Radio() {
  if (stream_ != nullptr)
    static_cast<void>(guarded("closing a stream", [this] { device_->closeStream(stream_); }));
}

Result<InstrumentIdentity> Radio::identify() const {
  return guarded(fmt::format("radio '{}'", settings_.device), [this] {
    InstrumentIdentity identity;
    identity.maker = device_->getDriverKey();
    identity.model = device_->getHardwareKey();
    const auto information = device_->getHardwareInfo();
    if (const auto serial = information.find(settings_.serial_key); serial != information.end())
      identity.serial_number = serial->second;
    if (const auto firmware = information.find("firmware"); firmware != information.end())
      identity.firmware = firmware->second;
    return identity;
  });
}

Result<void> Radio::tune(Frequency oscillator) {
  const auto refuse = [this](const std::string& what) -> Result<void> {
    return fail(ErrorCode::aborted, fmt::format("radio '{}': {}", settings_.device, what));
  };
  auto tuned = guarded(fmt::format("radio '{}'", settings_.device), [&]() -> Result<void> {
    const double wanted = oscillator.in(hertz);
    device_->setFrequency(direction_, settings_.channel, wanted);
    const double got = device_->getFrequency(direction_, settings_.channel);
    if (!(std::abs(got - wanted) <= frequency_tolerance * wanted))
      return refuse(fmt::format("tuned to {}; {} was asked for", text_of(got), text_of(wanted)));
    if (!antenna_.empty()) {
      device_->setAntenna(direction_, settings_.channel, antenna_);
      const std::string antenna = device_->getAntenna(direction_, settings_.channel);
      if (antenna != antenna_)
        return refuse(fmt::format("stands at antenna '{}'; '{}' was asked for", antenna, antenna_));
    }
    for (const GainSetting& gain : gains_)
      device_->setGain(direction_, settings_.channel, gain.element, gain.gain.in(decibel));
    // After all are set, for one may have moved another.
    for (const GainSetting& gain : gains_) {
      const double set = device_->getGain(direction_, settings_.channel, gain.element);
      if (!(std::abs(set - gain.gain.in(decibel)) <= gain_tolerance))
        return refuse(fmt::format("gain {} stands at {} dB; {} dB was asked for", gain.element, set,
                                  gain.gain.in(decibel)));
    }
    return {};
  });
  if (!tuned) return tl::unexpected(tuned.error());
  return *tuned;
}

Result<void> Radio::lower_gains() {
  return guarded(fmt::format("gains of radio '{}'", settings_.device), [this] {
    for (const GainSetting& gain : gains_) {
      const auto range = device_->getGainRange(direction_, settings_.channel, gain.element);
      device_->setGain(direction_, settings_.channel, gain.element, range.minimum());
    }
  });
}

Result<void> Radio::activate() {
  const auto code =
      guarded("starting a stream", [this] { return device_->activateStream(stream_); });
  if (!code) return tl::unexpected(code.error());
  if (*code != 0)
    return fail(ErrorCode::unavailable, fmt::format("radio '{}' does not start its stream: {}",
                                                    settings_.device, SoapySDR::errToStr(*code)));
  return {};
}

Result<void> Radio::deactivate() {
  const auto code =
      guarded("stopping a stream", [this] { return device_->deactivateStream(stream_); });
  if (!code) return tl::unexpected(code.error());
  if (*code != 0)
    return fail(ErrorCode::unavailable, fmt::format("radio '{}' does not stop its stream: {}",
                                                    settings_.device, SoapySDR::errToStr(*code)));
  return {};
}

Result<int> Radio::write(std::span<const std::complex<float>> samples, int flags, long timeout) {
  return guarded("writing samples", [&] {
    const std::array<const void*, 1> buffers{samples.data()};
    int sent_flags = flags;
    return device_->writeStream(stream_, buffers.data(), samples.size(), sent_flags, 0, timeout);
  });
}

Result<int> Radio::read(std::span<std::complex<float>> samples, long timeout) {
  return guarded("reading samples", [&] {
    const std::array<void*, 1> buffers{samples.data()};
    int flags = 0;
    long long time = 0;
    return device_->readStream(stream_, buffers.data(), samples.size(), flags, time, timeout);
  });
}

Result<int> Radio::status(long timeout) {
  return guarded("asking for the state of a stream", [&] {
    std::size_t channels = 0;
    int flags = 0;
    long long time = 0;
    return device_->readStreamStatus(stream_, channels, flags, time, timeout);
  });
}

}  // namespace meterrig::soapy
