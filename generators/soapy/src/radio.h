// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <SoapySDR/Device.hpp>
#include <complex>
#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "meterrig/soapy/level_calibration.h"
#include "meterrig/soapy/radio_settings.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf.h"

namespace meterrig::soapy {

/// Calls SoapySDR, whose drivers throw what they like. Error: unavailable.
template <class Call>
auto guarded(std::string_view what, Call call) -> Result<decltype(call())> {
  try {
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      return {};
    } else {
      return call();
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::unavailable, fmt::format("{}: {}", what, error.what()));
  } catch (...) {
    return fail(ErrorCode::unavailable, fmt::format("{}: the driver failed", what));
  }
}

/// One channel of an open radio, in one direction, with its stream of CF32 samples.
class Radio {
 public:
  /// Direction is SOAPY_SDR_TX or SOAPY_SDR_RX. Checks that the radio is the calibration's, sets
  /// the rate and reads it back. Errors: as of open_generator().
  [[nodiscard]] static Result<std::unique_ptr<Radio>> open(const RadioSettings& settings,
                                                           int direction,
                                                           const RfCalibration& calibration);
  Radio(const Radio&) = delete;
  Radio& operator=(const Radio&) = delete;
  ~Radio();

  [[nodiscard]] Result<InstrumentIdentity> identify() const;
  /// What the radio says it can be tuned to.
  [[nodiscard]] RfRange tunable() const { return tunable_; }
  /// Samples that a stream takes or gives at once.
  [[nodiscard]] std::size_t transfer() const { return transfer_; }

  /// Sets oscillator, antenna and each gain element by its name, and reads all back. The driver's
  /// own way of spreading one gain over elements differs from driver to driver, so it is not used.
  /// Error: aborted, naming what did not come out as asked.
  [[nodiscard]] Result<void> tune(Frequency oscillator);
  /// Each gain element to its least. Error: unavailable.
  [[nodiscard]] Result<void> lower_gains();

  [[nodiscard]] Result<void> activate();
  [[nodiscard]] Result<void> deactivate();
  /// SoapySDR's codes: samples taken or given, or an error. Time-outs are in microseconds.
  [[nodiscard]] Result<int> write(std::span<const std::complex<float>> samples, int flags,
                                  long timeout);
  [[nodiscard]] Result<int> read(std::span<std::complex<float>> samples, long timeout);
  [[nodiscard]] Result<int> status(long timeout);

 private:
  struct Release {
    void operator()(SoapySDR::Device* device) const;
  };
  Radio(std::unique_ptr<SoapySDR::Device, Release> device, const RadioSettings& settings,
        int direction, const RfCalibration& calibration)
      : device_(std::move(device)),
        settings_(settings),
        direction_(direction),
        antenna_(calibration.antenna),
        gains_(calibration.gains) {}
  [[nodiscard]] Result<void> prepare(const RfCalibration& calibration);

  std::unique_ptr<SoapySDR::Device, Release> device_;
  RadioSettings settings_;
  int direction_;
  std::string antenna_;
  std::vector<GainSetting> gains_;
  RfRange tunable_;
  std::size_t transfer_ = 0;
  SoapySDR::Stream* stream_ = nullptr;  // the device's
};

}  // namespace meterrig::soapy
