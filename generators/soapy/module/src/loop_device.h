// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SoapySDR/Device.hpp>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "arguments.h"
#include "gain_chain.h"
#include "loop.h"

namespace meterrig::rigloop {

/// A transmitter and one or two receivers, looped, as a device of SoapySDR: its interface and
/// errors are those of SoapySDR::Device.
class LoopDevice final : public SoapySDR::Device {
 public:
  explicit LoopDevice(const Arguments& arguments);

  [[nodiscard]] std::string getDriverKey() const override { return "rigloop"; }
  [[nodiscard]] std::string getHardwareKey() const override { return "loop-back"; }
  [[nodiscard]] SoapySDR::Kwargs getHardwareInfo() const override;
  [[nodiscard]] std::size_t getNumChannels(int direction) const override;
  [[nodiscard]] bool getFullDuplex(int direction, std::size_t channel) const override;

  [[nodiscard]] std::vector<std::string> getStreamFormats(int direction,
                                                          std::size_t channel) const override;
  [[nodiscard]] std::string getNativeStreamFormat(int direction, std::size_t channel,
                                                  double& full_scale) const override;
  SoapySDR::Stream* setupStream(int direction, const std::string& format,
                                const std::vector<std::size_t>& channels,
                                const SoapySDR::Kwargs& arguments) override;
  void closeStream(SoapySDR::Stream* stream) override;
  [[nodiscard]] std::size_t getStreamMTU(SoapySDR::Stream* stream) const override;
  int activateStream(SoapySDR::Stream* stream, int flags, long long time_ns,
                     std::size_t elements) override;
  int deactivateStream(SoapySDR::Stream* stream, int flags, long long time_ns) override;
  int readStream(SoapySDR::Stream* stream, void* const* buffers, std::size_t elements, int& flags,
                 long long& time_ns, long timeout_us) override;
  int writeStream(SoapySDR::Stream* stream, const void* const* buffers, std::size_t elements,
                  int& flags, long long time_ns, long timeout_us) override;
  int readStreamStatus(SoapySDR::Stream* stream, std::size_t& channel_mask, int& flags,
                       long long& time_ns, long timeout_us) override;

  [[nodiscard]] std::vector<std::string> listAntennas(int direction,
                                                      std::size_t channel) const override;
  void setAntenna(int direction, std::size_t channel, const std::string& name) override;
  [[nodiscard]] std::string getAntenna(int direction, std::size_t channel) const override;

  [[nodiscard]] std::vector<std::string> listGains(int direction,
                                                   std::size_t channel) const override;
  void setGain(int direction, std::size_t channel, double value) override;
  void setGain(int direction, std::size_t channel, const std::string& name, double value) override;
  [[nodiscard]] double getGain(int direction, std::size_t channel) const override;
  [[nodiscard]] double getGain(int direction, std::size_t channel,
                               const std::string& name) const override;
  [[nodiscard]] SoapySDR::Range getGainRange(int direction, std::size_t channel) const override;
  [[nodiscard]] SoapySDR::Range getGainRange(int direction, std::size_t channel,
                                             const std::string& name) const override;

  void setFrequency(int direction, std::size_t channel, const std::string& name, double frequency,
                    const SoapySDR::Kwargs& arguments) override;
  [[nodiscard]] double getFrequency(int direction, std::size_t channel,
                                    const std::string& name) const override;
  [[nodiscard]] std::vector<std::string> listFrequencies(int direction,
                                                         std::size_t channel) const override;
  [[nodiscard]] SoapySDR::RangeList getFrequencyRange(int direction, std::size_t channel,
                                                      const std::string& name) const override;

  void setSampleRate(int direction, std::size_t channel, double rate) override;
  [[nodiscard]] double getSampleRate(int direction, std::size_t channel) const override;
  [[nodiscard]] SoapySDR::RangeList getSampleRateRange(int direction,
                                                       std::size_t channel) const override;

  [[nodiscard]] bool hasHardwareTime(const std::string& what) const override;
  [[nodiscard]] long long getHardwareTime(const std::string& what) const override;
  void setHardwareTime(long long time_ns, const std::string& what) override;

  [[nodiscard]] std::vector<std::string> listSensors() const override;
  [[nodiscard]] SoapySDR::ArgInfo getSensorInfo(const std::string& key) const override;
  [[nodiscard]] std::string readSensor(const std::string& key) const override;

  [[nodiscard]] SoapySDR::ArgInfoList getSettingInfo() const override;
  void writeSetting(const std::string& key, const std::string& value) override;
  [[nodiscard]] std::string readSetting(const std::string& key) const override;

 private:
  struct Chain {
    GainChain gains;
    double frequency = 100e6;  // hertz
  };
  [[nodiscard]] std::size_t index(int direction, std::size_t channel) const;
  void retune(std::size_t index);
  [[nodiscard]] long long time_of(std::int64_t tick) const;
  [[nodiscard]] std::int64_t tick_of(long long time_ns) const;

  const Arguments arguments_;
  Loop loop_;
  mutable std::mutex mutex_;   // of chains_
  std::vector<Chain> chains_;  // the transmitter, then the receivers
};

}  // namespace meterrig::rigloop
