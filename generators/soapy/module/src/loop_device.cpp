// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop_device.h"

#include <SoapySDR/Constants.h>
#include <SoapySDR/Errors.h>

#include <SoapySDR/Time.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>

#include "sample_format.h"

namespace meterrig::rigloop {
namespace {

constexpr double lowest_frequency = 100e3;
constexpr double highest_frequency = 6e9;
constexpr double lowest_rate = 250e3;
constexpr double highest_rate = 61.44e6;

// What SoapySDR hands round as its own incomplete type.
struct LoopStream {
  int direction;
  SampleFormat format;
  std::vector<std::size_t> channels;
};

LoopStream& own(SoapySDR::Stream* stream) { return *reinterpret_cast<LoopStream*>(stream); }

Loop::Patience patience_of(long timeout_us) { return Loop::Patience(std::max(0L, timeout_us)); }

GainChain transmitter_gains() {
  return GainChain({{.name = "PAD", .minimum = -60, .maximum = 0, .step = 0.5, .gain = -60},
                    {.name = "PA", .minimum = 0, .maximum = 20, .step = 1, .gain = 0}});
}

GainChain receiver_gains() {
  return GainChain({{.name = "LNA", .minimum = 0, .maximum = 30, .step = 1, .gain = 0},
                    {.name = "VGA", .minimum = -20, .maximum = 20, .step = 0.5, .gain = 0}});
}

std::string direction_name(int direction) { return direction == SOAPY_SDR_TX ? "TX" : "RX"; }

}  // namespace

LoopDevice::LoopDevice(const Arguments& arguments)
    : arguments_(arguments), loop_(arguments.pace, arguments.buffer) {
  chains_.push_back({.gains = transmitter_gains()});
  for (std::size_t r = 0; r < arguments_.receivers; ++r)
    chains_.push_back({.gains = receiver_gains()});
  loop_.set_path(arguments_.path);
  for (std::size_t i = 0; i < chains_.size(); ++i) retune(i);
}

// Into chains_; SoapySDR's errors are exceptions.
std::size_t LoopDevice::index(int direction, std::size_t channel) const {
  if (channel >= getNumChannels(direction))
    throw std::out_of_range("rigloop: no channel " + std::to_string(channel) + " of " +
                            direction_name(direction));
  return direction == SOAPY_SDR_TX ? 0 : 1 + channel;
}

void LoopDevice::retune(std::size_t index) {
  const Tuning tuning{.oscillator = chains_[index].frequency,
                      .amplitude = std::pow(10.0, chains_[index].gains.gain() / 20)};
  if (index == 0)
    loop_.tune_transmitter(tuning);
  else
    loop_.tune_receiver(index - 1, tuning);
}

long long LoopDevice::time_of(std::int64_t tick) const {
  return SoapySDR::ticksToTimeNs(tick, loop_.rate());
}

std::int64_t LoopDevice::tick_of(long long time_ns) const {
  return SoapySDR::timeNsToTicks(time_ns, loop_.rate());
}

SoapySDR::Kwargs LoopDevice::getHardwareInfo() const {
  return {{"serial", arguments_.serial},
          {"simulated", "true"},
          {"clock", arguments_.pace == Pace::wall ? "wall" : "virtual"}};
}

std::size_t LoopDevice::getNumChannels(int direction) const {
  return direction == SOAPY_SDR_TX ? 1 : arguments_.receivers;
}

bool LoopDevice::getFullDuplex(int /*direction*/, std::size_t /*channel*/) const { return true; }

std::vector<std::string> LoopDevice::getStreamFormats(int /*direction*/,
                                                      std::size_t /*channel*/) const {
  return {"CF32", "CS16"};
}

std::string LoopDevice::getNativeStreamFormat(int /*direction*/, std::size_t /*channel*/,
                                              double& full_scale) const {
  full_scale = 1;
  return "CF32";
}

SoapySDR::Stream* LoopDevice::setupStream(int direction, const std::string& format,
                                          const std::vector<std::size_t>& channels,
                                          const SoapySDR::Kwargs& /*arguments*/) {
  auto stream = std::make_unique<LoopStream>(
      LoopStream{.direction = direction, .format = format_of(format), .channels = channels});
  if (stream->channels.empty()) stream->channels = {0};
  for (std::size_t i = 0; i < stream->channels.size(); ++i) {
    const auto begin = stream->channels.begin();
    static_cast<void>(index(direction, stream->channels[i]));
    if (std::count(begin, stream->channels.end(), stream->channels[i]) != 1)
      throw std::invalid_argument("rigloop: a channel twice in a stream");
  }
  return reinterpret_cast<SoapySDR::Stream*>(stream.release());
}

void LoopDevice::closeStream(SoapySDR::Stream* stream) {
  const std::unique_ptr<LoopStream> owned(&own(stream));
  if (owned->direction == SOAPY_SDR_TX)
    loop_.stop_transmitter();
  else
    loop_.stop_receiver();
}

std::size_t LoopDevice::getStreamMTU(SoapySDR::Stream* /*stream*/) const {
  return largest_transfer;
}

int LoopDevice::activateStream(SoapySDR::Stream* stream, int flags, long long time_ns,
                               std::size_t elements) {
  if (elements != 0) return SOAPY_SDR_NOT_SUPPORTED;
  std::optional<std::int64_t> tick;
  if ((flags & SOAPY_SDR_HAS_TIME) != 0) tick = tick_of(time_ns);
  return own(stream).direction == SOAPY_SDR_TX ? loop_.start_transmitter(tick)
                                               : loop_.start_receiver(tick);
}

int LoopDevice::deactivateStream(SoapySDR::Stream* stream, int flags, long long /*time_ns*/) {
  if ((flags & SOAPY_SDR_HAS_TIME) != 0) return SOAPY_SDR_NOT_SUPPORTED;
  if (own(stream).direction == SOAPY_SDR_TX)
    loop_.stop_transmitter();
  else
    loop_.stop_receiver();
  return 0;
}

int LoopDevice::readStream(SoapySDR::Stream* stream, void* const* buffers, std::size_t elements,
                           int& flags, long long& time_ns, long timeout_us) {
  const LoopStream& reader = own(stream);
  if (reader.direction != SOAPY_SDR_RX || elements == 0) return SOAPY_SDR_NOT_SUPPORTED;
  const std::size_t count = std::min(elements, largest_transfer);
  std::vector<std::vector<Sample>> rows(reader.channels.size(), std::vector<Sample>(count));
  const std::vector<std::span<Sample>> views(rows.begin(), rows.end());
  const Received received = loop_.read(views, reader.channels, patience_of(timeout_us));
  flags = 0;
  if (received.code > 0 || received.code == SOAPY_SDR_OVERFLOW) {
    flags = SOAPY_SDR_HAS_TIME;
    time_ns = time_of(received.tick);
  }
  for (std::size_t c = 0; c < rows.size() && received.code > 0; ++c)
    put_samples(std::span(rows[c]).first(static_cast<std::size_t>(received.code)), buffers[c],
                reader.format);
  return received.code;
}

int LoopDevice::writeStream(SoapySDR::Stream* stream, const void* const* buffers,
                            std::size_t elements, int& flags, long long time_ns, long timeout_us) {
  const LoopStream& writer = own(stream);
  if (writer.direction != SOAPY_SDR_TX) return SOAPY_SDR_NOT_SUPPORTED;
  const std::size_t count = std::min(elements, largest_transfer);
  const std::vector<Sample> samples = samples_from(buffers[0], count, writer.format);
  Burst burst{.samples = samples,
              .tick = std::nullopt,
              .end = count == elements && (flags & SOAPY_SDR_END_BURST) != 0};
  if ((flags & SOAPY_SDR_HAS_TIME) != 0) burst.tick = tick_of(time_ns);
  return loop_.write(burst, patience_of(timeout_us));
}

int LoopDevice::readStreamStatus(SoapySDR::Stream* stream, std::size_t& channel_mask, int& flags,
                                 long long& time_ns, long timeout_us) {
  if (own(stream).direction != SOAPY_SDR_TX) return SOAPY_SDR_NOT_SUPPORTED;
  const auto event = loop_.next_event(patience_of(timeout_us));
  if (!event) return SOAPY_SDR_TIMEOUT;
  channel_mask = 1;
  flags = SOAPY_SDR_HAS_TIME;
  time_ns = time_of(event->tick);
  return event->code;
}

std::vector<std::string> LoopDevice::listAntennas(int direction, std::size_t channel) const {
  static_cast<void>(index(direction, channel));
  return {direction_name(direction)};
}

void LoopDevice::setAntenna(int direction, std::size_t channel, const std::string& name) {
  static_cast<void>(index(direction, channel));
  if (name != direction_name(direction))
    throw std::invalid_argument("rigloop: no antenna '" + name + "'");
}

std::string LoopDevice::getAntenna(int direction, std::size_t channel) const {
  static_cast<void>(index(direction, channel));
  return direction_name(direction);
}

std::vector<std::string> LoopDevice::listGains(int direction, std::size_t channel) const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (const GainElement& element : chains_[index(direction, channel)].gains.elements())
    names.push_back(element.name);
  return names;
}

void LoopDevice::setGain(int direction, std::size_t channel, double value) {
  const std::scoped_lock lock(mutex_);
  const std::size_t chain = index(direction, channel);
  chains_[chain].gains.set(value);
  retune(chain);
}

void LoopDevice::setGain(int direction, std::size_t channel, const std::string& name,
                         double value) {
  const std::scoped_lock lock(mutex_);
  const std::size_t chain = index(direction, channel);
  chains_[chain].gains.set(name, value);
  retune(chain);
}

double LoopDevice::getGain(int direction, std::size_t channel) const {
  const std::scoped_lock lock(mutex_);
  return chains_[index(direction, channel)].gains.gain();
}

double LoopDevice::getGain(int direction, std::size_t channel, const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  return chains_[index(direction, channel)].gains.element(name).gain;
}

SoapySDR::Range LoopDevice::getGainRange(int direction, std::size_t channel) const {
  const std::scoped_lock lock(mutex_);
  const GainChain& gains = chains_[index(direction, channel)].gains;
  return {gains.minimum(), gains.maximum()};
}

SoapySDR::Range LoopDevice::getGainRange(int direction, std::size_t channel,
                                         const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const GainElement& element = chains_[index(direction, channel)].gains.element(name);
  return {element.minimum, element.maximum, element.step};
}

void LoopDevice::setFrequency(int direction, std::size_t channel, const std::string& name,
                              double frequency, const SoapySDR::Kwargs& /*arguments*/) {
  if (name != "RF") throw std::invalid_argument("rigloop: no frequency element '" + name + "'");
  if (!(frequency >= lowest_frequency) || !(frequency <= highest_frequency))
    throw std::out_of_range("rigloop: a frequency of " + std::to_string(frequency) + " Hz");
  const std::scoped_lock lock(mutex_);
  const std::size_t chain = index(direction, channel);
  chains_[chain].frequency = frequency;
  retune(chain);
}

double LoopDevice::getFrequency(int direction, std::size_t channel,
                                const std::string& /*name*/) const {
  const std::scoped_lock lock(mutex_);
  return chains_[index(direction, channel)].frequency;
}

std::vector<std::string> LoopDevice::listFrequencies(int direction, std::size_t channel) const {
  static_cast<void>(index(direction, channel));
  return {"RF"};
}

SoapySDR::RangeList LoopDevice::getFrequencyRange(int direction, std::size_t channel,
                                                  const std::string& /*name*/) const {
  static_cast<void>(index(direction, channel));
  return {{lowest_frequency, highest_frequency}};
}

// One clock: the rate is that of every channel.
void LoopDevice::setSampleRate(int direction, std::size_t channel, double rate) {
  static_cast<void>(index(direction, channel));
  if (!(rate >= lowest_rate) || !(rate <= highest_rate))
    throw std::out_of_range("rigloop: a rate of " + std::to_string(rate) + " samples a second");
  if (rate != loop_.rate()) loop_.set_rate(rate);
}

double LoopDevice::getSampleRate(int direction, std::size_t channel) const {
  static_cast<void>(index(direction, channel));
  return loop_.rate();
}

SoapySDR::RangeList LoopDevice::getSampleRateRange(int direction, std::size_t channel) const {
  static_cast<void>(index(direction, channel));
  return {{lowest_rate, highest_rate}};
}

bool LoopDevice::hasHardwareTime(const std::string& what) const { return what.empty(); }

long long LoopDevice::getHardwareTime(const std::string& /*what*/) const {
  return time_of(loop_.now());
}

void LoopDevice::setHardwareTime(long long time_ns, const std::string& /*what*/) {
  if (time_ns < 0) throw std::invalid_argument("rigloop: a time before 0");
  loop_.set_now(tick_of(time_ns));
}

std::vector<std::string> LoopDevice::listSensors() const {
  return {"tx_streaming", "tx_magnitude"};
}

SoapySDR::ArgInfo LoopDevice::getSensorInfo(const std::string& key) const {
  SoapySDR::ArgInfo info;
  info.key = key;
  info.type = key == "tx_streaming" ? SoapySDR::ArgInfo::BOOL : SoapySDR::ArgInfo::FLOAT;
  info.description = key == "tx_streaming"
                         ? "whether the transmitter's stream is active"
                         : "where the transmitter's converter stands, full scale is 1";
  return info;
}

std::string LoopDevice::readSensor(const std::string& key) const {
  if (key == "tx_streaming") return loop_.transmitting() ? "true" : "false";
  if (key == "tx_magnitude") return std::to_string(loop_.transmitted_magnitude());
  throw std::invalid_argument("rigloop: no sensor '" + key + "'");
}

SoapySDR::ArgInfoList LoopDevice::getSettingInfo() const {
  const auto info = [](const char* key, const char* units, const char* description) {
    SoapySDR::ArgInfo made;
    made.key = key;
    made.type = SoapySDR::ArgInfo::FLOAT;
    made.units = units;
    made.description = description;
    return made;
  };
  return {info("loss", "dB", "between the connectors, at 1 MHz"),
          info("tilt", "dB", "further loss a decade of frequency"),
          info("noise", "dB", "of the receiver, r.m.s. to full scale before its gain"),
          info("ppm", "1e-6", "by which the receiver's oscillator is high"),
          info("lose_writes", "", "writes that are lost from now on, each an underflow")};
}

void LoopDevice::writeSetting(const std::string& key, const std::string& value) {
  if (key == "lose_writes") {
    loop_.lose_writes(static_cast<int>(std::clamp(number_of(key, value), 0.0, 1e6)));
    return;
  }
  Path path = loop_.path();
  if (!set_path(path, key, value)) throw std::invalid_argument("rigloop: no setting '" + key + "'");
  loop_.set_path(path);
}

std::string LoopDevice::readSetting(const std::string& key) const {
  const Path path = loop_.path();
  if (key == "loss") return std::to_string(path.loss);
  if (key == "tilt") return std::to_string(path.tilt);
  if (key == "noise") return std::to_string(path.noise);
  if (key == "ppm") return std::to_string(path.parts_per_million);
  throw std::invalid_argument("rigloop: no setting '" + key + "' that can be read");
}

}  // namespace meterrig::rigloop
