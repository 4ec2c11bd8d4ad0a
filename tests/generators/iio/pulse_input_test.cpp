// SPDX-License-Identifier: GPL-3.0-or-later
// Pulses of a device on the virtual bench, as volts on a channel of the driver's input.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "../../dut/virtual/shipped_device.h"
#include "driver_rig.h"
#include "meterrig/twin/twin.h"

using namespace meterrig;

namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

/// Gives a pulse where the voltage of L1 rises through 0, interpolated between two samples, on a
/// clock that did not begin with the bench's. It knows a pulse only `reach` samples later.
class CrossingDevice final : public Terminals {
 public:
  static constexpr std::int64_t reach = 777;
  static constexpr Instant attached{7'250'000'123};

  Result<TerminalsDescription> describe() override {
    TerminalsDescription description;
    description.now = now_;
    return description;
  }
  Result<void> power_cycle() override { return {}; }
  Result<Instant> apply(const SignalRecipe& /*recipe*/, std::uint64_t /*device_seed*/) override {
    return fail(ErrorCode::unimplemented, "it takes samples");
  }
  Result<FeedTerms> apply_samples(const SampleFeed& samples,
                                  std::uint64_t /*device_seed*/) override {
    rate_ = samples.rate;
    start_ = now_;
    fed_ = 0;
    known_.clear();
    return FeedTerms{.now = now_, .capacity = 10'000, .reach = reach};
  }
  Result<FeedState> feed(const SampleBlock& block) override {
    for (const double volts : block.volts(0)) {
      if (last_ < 0 && volts >= 0) {
        const double sample = static_cast<double>(fed_) - volts / (volts - last_);
        known_.push_back({.output = "crossing", .time = start_ + second(sample / rate_.value())});
      }
      last_ = volts;
      ++fed_;
    }
    return FeedState{.next_sample = fed_, .room = 10'000};
  }
  Result<FeedState> feed(const CodeBlock& /*block*/) override {
    return fail(ErrorCode::unimplemented, "it takes volts");
  }
  Result<std::vector<Pulse>> advance(Instant until) override {
    const double needed = (until - start_).in(second)*rate_.value() + reach;
    if (needed > static_cast<double>(fed_))
      return fail(ErrorCode::failed_precondition, "samples were not fed");
    std::vector<Pulse> pulses;
    while (!known_.empty() && known_.front().time <= until) {
      pulses.push_back(known_.front());
      known_.erase(known_.begin());
    }
    now_ = until;
    return pulses;
  }

 private:
  Instant now_ = attached;
  Instant start_;
  Rational rate_{1, 1};
  std::int64_t fed_ = 0;
  double last_ = 0;
  std::vector<Pulse> known_;
};

iio::AdcSettings inputs_with(const std::string& output, Rational rate) {
  iio::AdcSettings settings = three_phase_inputs();
  settings.rate = rate;
  settings.pulse_inputs.push_back(
      {.channel = "voltage6", .output = output, .threshold = volt(1.65), .hysteresis = volt(0.5)});
  return settings;
}

iio_server::BenchSettings bench_with(Terminals& device, const std::string& output, Duration width) {
  iio_server::BenchSettings settings;
  settings.wiring = iio_server::three_phase_wiring(output);
  settings.wiring.pulse_lines.front().width = width;
  settings.device = &device;
  return settings;
}

/// Where the voltage of L1 rises through 0, as times since sample 0 of the first block.
std::vector<double> crossings(const SampleBlock& block) {
  std::vector<double> times;
  const auto row = block.volts(0);
  for (std::size_t i = 1; i < row.size(); ++i)
    if (row[i - 1] < 0 && row[i] >= 0)
      times.push_back((static_cast<double>(i) - row[i] / (row[i] - row[i - 1])) /
                      block.rate.value());
  return times;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_pulse_input)

BOOST_AUTO_TEST_CASE(a_pulse_is_stamped_to_half_a_sample_on_the_clock_of_the_phases) {
  CrossingDevice device;
  const Rational rate{8000, 1};
  DriverRig rig(three_phase(bench_with(device, "crossing", millisecond(4))), three_phase_outputs(),
                inputs_with("crossing", rate));
  OperatingPoint point = three_phase_point();
  point.frequency = hertz(49.3);  // crossings lie anywhere between two samples
  must(rig.source->apply(point));
  must(rig.input->start());
  const SampleBlock block = must(rig.input->read(8000));
  BOOST_REQUIRE(!rig.served.bench->device_error());
  const std::vector<Pulse> pulses = rig.input->take_pulses();
  BOOST_TEST(rig.input->take_pulses().empty());
  std::vector<double> expected = crossings(block);
  // The amplitude begins in the middle of a period, which is no crossing.
  BOOST_REQUIRE(expected.size() > 40);
  BOOST_REQUIRE(pulses.size() == expected.size());
  const double half_a_sample = 0.5 / rate.value();
  double greatest = 0;
  for (std::size_t i = 0; i < pulses.size(); ++i) {
    BOOST_TEST(pulses[i].output == "crossing");
    const double stamp = static_cast<double>(pulses[i].time.nanoseconds) / nanoseconds_per_second;
    greatest = std::max(greatest, std::abs(stamp - expected[i]));
  }
  // The stamps, the device's clock and the codes of 0.5 uV round to a few nanoseconds.
  BOOST_TEST(greatest < half_a_sample + 20e-9);
  BOOST_TEST(greatest > 0.8 * half_a_sample);
  BOOST_TEST(
      rig.input->timestamp_standard_uncertainty().in(second) == half_a_sample / std::sqrt(3.0),
      boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(pulses_come_with_the_blocks_that_they_are_in_and_begin_anew_with_start) {
  CrossingDevice device;
  DriverRig rig(three_phase(bench_with(device, "crossing", millisecond(4))), three_phase_outputs(),
                inputs_with("crossing", {8000, 1}));
  must(rig.source->apply(three_phase_point()));
  for (int round = 0; round < 2; ++round) {
    must(rig.input->start());
    for (std::int64_t first = 0; first < 16'000; first += 1600) {
      (void)must(rig.input->read(1600));
      for (const Pulse& pulse : rig.input->take_pulses()) {
        const double sample = static_cast<double>(pulse.time.nanoseconds) * 1e-9 * 8000;
        BOOST_TEST(sample >= static_cast<double>(first) - 0.6);
        BOOST_TEST(sample < static_cast<double>(first) + 1600);
      }
    }
    must(rig.input->stop());
  }
}

BOOST_AUTO_TEST_CASE(the_energy_between_two_pulses_of_a_meter_is_what_its_constant_says) {
  const auto meter = twin::test::make_twin(twin::test::ideal_model());
  const Rational rate{8000, 1};
  DriverRig rig(three_phase(bench_with(*meter, "S0-2", millisecond(30))), three_phase_outputs(),
                inputs_with("S0-2", rate));
  must(rig.source->apply(three_phase_point()));
  must(rig.input->start());
  (void)must(rig.input->read(6 * 8000));  // the meter settles
  const double begin = 6;
  const SampleBlock block = must(rig.input->read(30 * 8000));
  BOOST_REQUIRE(!rig.served.bench->device_error());
  std::vector<double> times;
  for (const Pulse& pulse : rig.input->take_pulses()) {
    const double time = static_cast<double>(pulse.time.nanoseconds) * 1e-9 - begin;
    if (time > 0) times.push_back(time);
  }
  BOOST_REQUIRE(times.size() > 20);
  double power = 0;
  for (std::size_t p = 0; p < phase_count; ++p)
    for (std::size_t i = 0; i < block.count(); ++i)
      power += block.volts(p)[i] * block.amperes(p)[i] / static_cast<double>(block.count());
  const double span = times.back() - times.front();
  const double joules = static_cast<double>(times.size() - 1) * 3.6e6 / 3200;
  // The meter puts its edges on a grid of 1 ms, and each stamp is within half a sample.
  BOOST_TEST(std::abs(power * span / joules - 1) < (1e-3 + 1.0 / 8000) / span + 5e-6);
}

BOOST_AUTO_TEST_CASE(without_pulse_inputs_the_uncertainty_of_a_stamp_is_not_known) {
  DriverRig rig(three_phase());
  BOOST_TEST(!rig.input->timestamp_standard_uncertainty().known());
  BOOST_TEST(rig.input->take_pulses().empty());
}

BOOST_AUTO_TEST_CASE(pulse_inputs_that_cannot_be_are_refused_by_name) {
  const ServedBench served = three_phase();
  const auto refused = [&served](const auto& change) {
    iio::AdcSettings settings = inputs_with("S0-2", {8000, 1});
    change(settings.pulse_inputs.front(), settings);
    const auto opened = iio::AdcInput::open(served.connect(), settings);
    BOOST_REQUIRE(!opened);
    return opened.error().message;
  };
  using Line = iio::AdcPulseInput;
  using All = iio::AdcSettings;
  const std::string line = "pulse input 'S0-2' on channel ";
  BOOST_TEST(refused([](Line& one, All&) { one.channel = "voltage2"; }) ==
             line + "voltage2: the channel is used twice");
  BOOST_TEST(refused([](Line& one, All& all) {
               Line other = one;
               other.channel = "voltage7";
               all.pulse_inputs.push_back(other);
             }) == line + "voltage6: that output has another channel too");
  BOOST_TEST(refused([](Line& one, All&) { one.hysteresis = volt(-1); }) ==
             line + "voltage6: a hysteresis of -1 V; expected at least 0 V");
  BOOST_TEST(refused([](Line& one, All&) { one.threshold = {}; }) ==
             line + "voltage6: no threshold; expected volts");
  BOOST_TEST(refused([](Line& one, All&) { one.channel = "voltage9"; }).find("voltage9") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_pulse_line_on_a_channel_with_a_sensor_is_refused) {
  iio_server::BenchSettings settings{.wiring = iio_server::three_phase_wiring("S0-2")};
  settings.wiring.pulse_lines.front().to.channel = "voltage3";
  const auto bench =
      iio_server::VirtualBench::create(iio_server::three_phase_bench(), std::move(settings));
  BOOST_REQUIRE(!bench);
  BOOST_TEST(bench.error().message ==
             "wiring: pulse output 'S0-2' on channel 'voltage3' of device 'reference', which has "
             "something else on it");
}

BOOST_AUTO_TEST_SUITE_END()
