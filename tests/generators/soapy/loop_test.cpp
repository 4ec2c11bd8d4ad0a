// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated radio through SoapySDR's interface: what a driver promises, this one keeps.
#include <SoapySDR/Constants.h>
#include <SoapySDR/Errors.h>

#include <SoapySDR/Device.hpp>
#include <SoapySDR/Registry.hpp>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>
#include <string>
#include <thread>
#include <vector>

#include "loop_radio.h"
#include "meterrig/rigloop/registration.h"

using namespace meterrig;
using test::Unmake;

namespace {

using Sample = std::complex<float>;
constexpr long patience = 1'000'000;  // microseconds

// One stream of a device.
class Stream {
 public:
  Stream(SoapySDR::Device& device, int direction, const std::string& format = "CF32",
         const std::vector<std::size_t>& channels = {0})
      : device_(device), stream_(device.setupStream(direction, format, channels)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { device_.closeStream(stream_); }
  int activate(int flags = 0, long long time = 0) {
    return device_.activateStream(stream_, flags, time);
  }
  int deactivate() { return device_.deactivateStream(stream_); }
  int write(const std::vector<Sample>& samples, int flags = 0, long long time = 0,
            long timeout = patience) {
    const std::array<const void*, 1> buffers{samples.data()};
    return device_.writeStream(stream_, buffers.data(), samples.size(), flags, time, timeout);
  }
  // All of them, however often that takes.
  void write_all(std::vector<Sample> samples, int flags = 0) {
    while (!samples.empty()) {
      const int code = write(samples, flags);
      BOOST_REQUIRE(code > 0);
      samples.erase(samples.begin(), samples.begin() + code);
    }
  }
  struct Read {
    int code = 0;
    int flags = 0;
    long long time = 0;
    std::vector<Sample> samples;
  };
  Read read(std::size_t count, long timeout = patience) {
    Read result;
    result.samples.resize(count);
    const std::array<void*, 1> buffers{result.samples.data()};
    result.code =
        device_.readStream(stream_, buffers.data(), count, result.flags, result.time, timeout);
    result.samples.resize(static_cast<std::size_t>(std::max(0, result.code)));
    return result;
  }
  std::pair<int, long long> status(long timeout = 0) {
    std::size_t channels = 0;
    int flags = 0;
    long long time = 0;
    const int code = device_.readStreamStatus(stream_, channels, flags, time, timeout);
    return {code, time};
  }
  SoapySDR::Stream* get() { return stream_; }

 private:
  SoapySDR::Device& device_;
  SoapySDR::Stream* stream_;
};

class Rigloop {
 public:
  explicit Rigloop(const std::string& arguments)
      : registry_(rigloop::registration()),
        device_(SoapySDR::Device::make("driver=rigloop," + arguments)) {}
  SoapySDR::Device& operator*() { return *device_; }
  SoapySDR::Device* operator->() { return device_.get(); }

 private:
  SoapySDR::Registry registry_;
  std::unique_ptr<SoapySDR::Device, Unmake> device_;
};

std::vector<Sample> constant(std::size_t count, float value) {
  return std::vector<Sample>(count, Sample(value, 0));
}

// Without noise, loss or gain, and both sides at 100 MHz: what is sent is heard.
constexpr const char* clean = "clock=virtual,loss=0,noise=-300";
void open_gains(SoapySDR::Device& device) { device.setGain(SOAPY_SDR_TX, 0, "PAD", 0); }

}  // namespace

BOOST_AUTO_TEST_SUITE(loop)

BOOST_AUTO_TEST_CASE(it_is_found_only_by_its_name) {
  const SoapySDR::Registry registry = rigloop::registration();
  BOOST_TEST(SoapySDR::Device::enumerate("driver=rigloop").size() == 1U);
  BOOST_TEST(SoapySDR::Device::enumerate("driver=rigloop").front()["label"] ==
             "SIMULATED loop-back rigloop-1");
  for (const auto& found : SoapySDR::Device::enumerate(SoapySDR::Kwargs()))
    BOOST_TEST(found.at("driver") != "rigloop");
  BOOST_TEST(SoapySDR::Device::enumerate("driver=lime").empty());
}

BOOST_AUTO_TEST_CASE(arguments_that_make_no_sense_are_refused) {
  const SoapySDR::Registry registry = rigloop::registration();
  for (const char* wrong : {"clock=sun", "rx=0", "rx=3", "rx=1.5", "buffer=10", "loss=-1",
                            "loss=many", "loss=1dB", "noise=1", "ppm=nan"})
    BOOST_CHECK_THROW(SoapySDR::Device::make("driver=rigloop," + std::string(wrong)),
                      std::exception);
}

BOOST_AUTO_TEST_CASE(what_is_sent_is_heard) {
  Rigloop radio(clean);
  open_gains(*radio);
  Stream out(*radio, SOAPY_SDR_TX);
  Stream in(*radio, SOAPY_SDR_RX);
  BOOST_TEST(in.activate() == 0);
  BOOST_TEST(out.activate() == 0);
  std::vector<Sample> ramp(1000);
  for (std::size_t n = 0; n < ramp.size(); ++n)
    ramp[n] = Sample(static_cast<float>(n) / 1e3F, -0.25F);
  BOOST_TEST(out.write(ramp, SOAPY_SDR_END_BURST) == 1000);
  const auto heard = in.read(1000);
  BOOST_REQUIRE(heard.code == 1000);
  for (std::size_t n = 0; n < ramp.size(); ++n)
    BOOST_REQUIRE(std::abs(heard.samples[n] - ramp[n]) < 1e-6F);
  // Silence after the burst, which is no gap.
  for (const Sample& sample : in.read(1000).samples) BOOST_REQUIRE(std::abs(sample) < 1e-12F);
  BOOST_TEST(out.status().first == SOAPY_SDR_TIMEOUT);
}

BOOST_AUTO_TEST_CASE(oscillators_apart_turn_what_is_heard) {
  Rigloop radio(clean);
  open_gains(*radio);
  radio->setFrequency(SOAPY_SDR_TX, 0, 100.1e6);
  Stream out(*radio, SOAPY_SDR_TX);
  Stream in(*radio, SOAPY_SDR_RX);
  in.activate();
  out.activate();
  out.write(constant(1000, 0.5F), SOAPY_SDR_END_BURST);
  const auto heard = in.read(1000);
  for (std::size_t n = 0; n < 1000; ++n)
    BOOST_REQUIRE(std::abs(std::complex<double>(heard.samples[n]) -
                           std::polar(0.5, 2 * std::numbers::pi * 0.1 * static_cast<double>(n))) <
                  1e-6);
  // Half of the rate away nothing is heard.
  radio->setFrequency(SOAPY_SDR_TX, 0, 100.5e6);
  out.write(constant(1000, 0.5F), SOAPY_SDR_END_BURST);
  for (const Sample& sample : in.read(1000).samples) BOOST_REQUIRE(std::abs(sample) < 1e-12F);
}

BOOST_AUTO_TEST_CASE(codes_of_16_bits_are_floats_times_32767) {
  Rigloop radio(clean);
  open_gains(*radio);
  Stream out(*radio, SOAPY_SDR_TX, "CS16");
  Stream in(*radio, SOAPY_SDR_RX, "CS16");
  in.activate();
  out.activate();
  const std::vector<std::array<std::int16_t, 2>> codes{{32767, -32767}, {1, -1}, {12345, 0}};
  const std::array<const void*, 1> buffers{codes.data()};
  int flags = SOAPY_SDR_END_BURST;
  BOOST_TEST(radio->writeStream(out.get(), buffers.data(), 3, flags, 0, patience) == 3);
  std::vector<std::array<std::int16_t, 2>> heard(3);
  const std::array<void*, 1> rows{heard.data()};
  long long time = 0;
  BOOST_TEST(radio->readStream(in.get(), rows.data(), 3, flags, time, patience) == 3);
  BOOST_TEST((heard == codes));
  BOOST_CHECK_THROW(Stream(*radio, SOAPY_SDR_RX, "CS8"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(two_receivers_hear_the_same_with_noise_of_their_own) {
  Rigloop radio("clock=virtual,rx=2,loss=0,noise=-40");
  open_gains(*radio);
  Stream out(*radio, SOAPY_SDR_TX);
  Stream in(*radio, SOAPY_SDR_RX, "CF32", {0, 1});
  in.activate();
  out.activate();
  out.write(constant(4000, 0.5F), SOAPY_SDR_END_BURST);
  std::array<std::vector<Sample>, 2> rows{std::vector<Sample>(4000), std::vector<Sample>(4000)};
  const std::array<void*, 2> buffers{rows[0].data(), rows[1].data()};
  int flags = 0;
  long long time = 0;
  BOOST_REQUIRE(radio->readStream(in.get(), buffers.data(), 4000, flags, time, patience) == 4000);
  std::array<std::complex<double>, 2> mean{};
  std::array<double, 2> square{};
  std::complex<double> common = 0;
  for (std::size_t n = 0; n < 4000; ++n) {
    const std::complex<double> a = std::complex<double>(rows[0][n]) - 0.5;
    const std::complex<double> b = std::complex<double>(rows[1][n]) - 0.5;
    mean[0] += a / 4000.0;
    mean[1] += b / 4000.0;
    square[0] += std::norm(a) / 4000;
    square[1] += std::norm(b) / 4000;
    common += a * std::conj(b) / 4000.0;
  }
  for (std::size_t r = 0; r < 2; ++r) {
    BOOST_TEST(std::abs(mean[r]) < 1e-3);
    BOOST_TEST(square[r] == 1e-4, boost::test_tools::tolerance(0.1));  // -40 dB
  }
  BOOST_TEST(std::abs(common) < 1e-5);
}

BOOST_AUTO_TEST_CASE(an_overall_gain_is_the_sum_of_the_elements) {
  Rigloop radio(clean);
  for (const int direction : {SOAPY_SDR_TX, SOAPY_SDR_RX}) {
    const SoapySDR::Range range = radio->getGainRange(direction, 0);
    for (double gain = range.minimum(); gain <= range.maximum(); gain += 0.5) {
      radio->setGain(direction, 0, gain);
      BOOST_REQUIRE(radio->getGain(direction, 0) == gain);
      double sum = 0;
      for (const std::string& name : radio->listGains(direction, 0))
        sum += radio->getGain(direction, 0, name);
      BOOST_REQUIRE(sum == gain);
    }
  }
  radio->setGain(SOAPY_SDR_TX, 0, "PAD", -3.2);
  BOOST_TEST(radio->getGain(SOAPY_SDR_TX, 0, "PAD") == -3.0);
  radio->setGain(SOAPY_SDR_TX, 0, "PAD", 99);
  BOOST_TEST(radio->getGain(SOAPY_SDR_TX, 0, "PAD") == 0.0);
  BOOST_CHECK_THROW(radio->setGain(SOAPY_SDR_TX, 0, "LNA", 0), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_gain_is_heard) {
  Rigloop radio(clean);
  Stream out(*radio, SOAPY_SDR_TX);
  Stream in(*radio, SOAPY_SDR_RX);
  in.activate();
  out.activate();
  radio->setGain(SOAPY_SDR_TX, 0, -20);
  radio->setGain(SOAPY_SDR_RX, 0, 14);
  out.write(constant(100, 0.5F), SOAPY_SDR_END_BURST);
  const auto heard = in.read(100);
  BOOST_REQUIRE(heard.code == 100);
  BOOST_TEST(heard.samples[50].real() == 0.5F * std::pow(10.0F, -0.3F),
             boost::test_tools::tolerance(1e-5F));
}

BOOST_AUTO_TEST_CASE(a_burst_goes_out_at_its_time) {
  Rigloop radio(clean);
  open_gains(*radio);
  BOOST_TEST(radio->hasHardwareTime());
  radio->setHardwareTime(1'000'000'000);
  Stream out(*radio, SOAPY_SDR_TX);
  Stream in(*radio, SOAPY_SDR_RX);
  in.activate();
  out.activate();
  const long long start = radio->getHardwareTime() + 500'000;  // 500 samples at 1 MS/s
  BOOST_TEST(out.write(constant(100, 0.5F), SOAPY_SDR_HAS_TIME | SOAPY_SDR_END_BURST, start) ==
             100);
  const auto heard = in.read(1000);
  BOOST_REQUIRE(heard.code == 1000);
  BOOST_TEST(heard.time == 1'000'000'000);
  BOOST_TEST((heard.flags & SOAPY_SDR_HAS_TIME) != 0);
  for (std::size_t n = 0; n < 1000; ++n)
    BOOST_REQUIRE(std::abs(std::abs(heard.samples[n]) - (n >= 500 && n < 600 ? 0.5F : 0.0F)) <
                  1e-6F);
}

BOOST_AUTO_TEST_CASE(a_burst_for_the_past_is_a_time_error_and_not_sent) {
  Rigloop radio(clean);
  open_gains(*radio);
  radio->setHardwareTime(1'000'000'000);
  Stream out(*radio, SOAPY_SDR_TX);
  Stream in(*radio, SOAPY_SDR_RX);
  in.activate();
  out.activate();
  out.write(constant(100, 0.5F), SOAPY_SDR_HAS_TIME | SOAPY_SDR_END_BURST, 999'000'000);
  BOOST_TEST(out.status().first == SOAPY_SDR_TIME_ERROR);
  for (const Sample& sample : in.read(1000).samples) BOOST_REQUIRE(std::abs(sample) < 1e-12F);
  BOOST_TEST(out.activate(SOAPY_SDR_HAS_TIME, 1000) == SOAPY_SDR_TIME_ERROR);
}

BOOST_AUTO_TEST_CASE(a_stream_is_started_at_its_time) {
  Rigloop radio(clean);
  open_gains(*radio);
  Stream out(*radio, SOAPY_SDR_TX);
  Stream in(*radio, SOAPY_SDR_RX);
  BOOST_TEST(in.activate(SOAPY_SDR_HAS_TIME, 10'000'000) == 0);
  BOOST_TEST(out.activate(SOAPY_SDR_HAS_TIME, 10'200'000) == 0);
  out.write(constant(100, 0.5F), SOAPY_SDR_END_BURST);
  const auto heard = in.read(400);
  BOOST_TEST(heard.time == 10'000'000);
  BOOST_REQUIRE(heard.code == 400);
  for (std::size_t n = 0; n < 400; ++n)
    BOOST_REQUIRE(std::abs(std::abs(heard.samples[n]) - (n >= 200 && n < 300 ? 0.5F : 0.0F)) <
                  1e-6F);
}

BOOST_AUTO_TEST_CASE(on_the_wall_clock_a_writer_that_stops_is_an_underflow_at_its_last_sample) {
  Rigloop radio("clock=wall");
  Stream out(*radio, SOAPY_SDR_TX);
  out.activate();
  const long long start = radio->getHardwareTime() + 300'000'000;
  BOOST_TEST(out.write(constant(1000, 0.5F), SOAPY_SDR_HAS_TIME, start) == 1000);
  BOOST_TEST(out.status().first == SOAPY_SDR_TIMEOUT);
  const auto [code, time] = out.status(2 * patience);
  BOOST_TEST(code == SOAPY_SDR_UNDERFLOW);
  BOOST_TEST(time == start + 1'000'000);
  // The converter holds its last code, as some do.
  BOOST_TEST(radio->readSensor("tx_magnitude") == "0.500000");
  BOOST_TEST(out.status().first == SOAPY_SDR_TIMEOUT);
}

BOOST_AUTO_TEST_CASE(the_wall_clock_paces_reading_and_writing) {
  Rigloop radio("clock=wall,buffer=8192");
  radio->setSampleRate(SOAPY_SDR_TX, 0, 500e3);
  Stream out(*radio, SOAPY_SDR_TX);
  Stream in(*radio, SOAPY_SDR_RX);
  const auto seconds_of = [](auto work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  out.activate();
  const double writing = seconds_of([&] { out.write_all(constant(58'192, 0.5F)); });
  BOOST_TEST(writing > 0.095);  // 50000 samples beyond the buffer, at 500 kS/s
  BOOST_TEST(writing < 5);
  in.activate();
  const double reading = seconds_of([&] {
    for (std::size_t left = 50'000; left > 0;)
      left -= std::min(left, in.read(std::min<std::size_t>(left, 4096)).samples.size());
  });
  BOOST_TEST(reading > 0.095);
  BOOST_TEST(reading < 5);
}

BOOST_AUTO_TEST_CASE(time_outs_are_in_microseconds_and_nothing_blocks_beyond_them) {
  Rigloop radio("clock=wall,buffer=4096");
  Stream out(*radio, SOAPY_SDR_TX);
  Stream in(*radio, SOAPY_SDR_RX);
  BOOST_TEST(in.read(100).code == SOAPY_SDR_STREAM_ERROR);
  BOOST_TEST(out.write(constant(1, 0)) == SOAPY_SDR_STREAM_ERROR);
  out.activate();
  in.activate(SOAPY_SDR_HAS_TIME, radio->getHardwareTime() + 10'000'000'000);
  const auto begin = std::chrono::steady_clock::now();
  BOOST_TEST(in.read(100, 20'000).code == SOAPY_SDR_TIMEOUT);
  BOOST_TEST(out.status(20'000).first == SOAPY_SDR_TIMEOUT);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  BOOST_TEST(taken.count() > 0.039);
  BOOST_TEST(taken.count() < 5);  // of 10 s
}

BOOST_AUTO_TEST_CASE(a_reader_that_sleeps_overflows) {
  Rigloop radio("clock=wall");
  radio->setSampleRate(SOAPY_SDR_RX, 0, 50e6);
  Stream in(*radio, SOAPY_SDR_RX);
  in.activate();
  std::this_thread::sleep_for(std::chrono::milliseconds(40));  // of the 21 ms that it holds
  BOOST_TEST(in.read(100).code == SOAPY_SDR_OVERFLOW);
}

BOOST_AUTO_TEST_CASE(a_channel_or_frequency_that_is_not_there_throws) {
  Rigloop radio(clean);
  BOOST_CHECK_THROW(radio->setFrequency(SOAPY_SDR_TX, 1, 1e6), std::out_of_range);
  BOOST_CHECK_THROW(radio->setFrequency(SOAPY_SDR_TX, 0, 99e3), std::out_of_range);
  BOOST_CHECK_THROW(radio->setSampleRate(SOAPY_SDR_TX, 0, 1), std::out_of_range);
  BOOST_CHECK_THROW(radio->setAntenna(SOAPY_SDR_TX, 0, "RX"), std::invalid_argument);
  BOOST_CHECK_THROW(radio->writeSetting("paint", "red"), std::invalid_argument);
  BOOST_CHECK_THROW(radio->setupStream(SOAPY_SDR_RX, "CF32", {0, 0}), std::invalid_argument);
  BOOST_CHECK_THROW(radio->setupStream(SOAPY_SDR_RX, "CF32", {1}), std::out_of_range);
}

BOOST_AUTO_TEST_SUITE_END()
