// SPDX-License-Identifier: GPL-3.0-or-later
// What DacSource puts out comes back through AdcInput, over the real client library.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdint>
#include <memory>
#include <numbers>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "driver_rig.h"
#include "meterrig/synthesis/synthesis.h"

using namespace meterrig;

namespace {

constexpr double dac_step = 0.152588e-3;  // V
constexpr double adc_step = 0.000488281e-3;
constexpr std::size_t period = 640;  // samples of 50 Hz at 32 kHz
constexpr std::size_t count = 10 * period;

/// r.m.s. phasor of 50 Hz over whole periods.
std::complex<double> phasor(std::span<const double> row) {
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < row.size(); ++i)
    sum += row[i] * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(i % period) /
                                        static_cast<double>(period));
  return std::complex<double>(0, 1) * sum * std::numbers::sqrt2 / static_cast<double>(row.size());
}

/// Codes are rounded to half a step, at the output and at the input; no average is worse than the
/// worst sample, and a phasor of r.m.s. values has at most sqrt(2) times it.
double tolerance(double amplifier, double sensor) {
  return std::numbers::sqrt2 * (dac_step * amplifier / 2 + adc_step / sensor / 2);
}

void check_point(const SampleBlock& block, const OperatingPoint& point) {
  const std::complex<double> first = phasor(block.volts(0));
  // Where the input began in the period is its own affair: L1 gives the direction.
  const double turned = std::arg(first);
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double u_angle = point.voltage_angle.at(p).in(radian);
    const double i_angle = u_angle - point.displacement.at(p).in(radian);
    const auto u = std::polar(point.voltage.at(p).in(volt), u_angle + turned);
    const auto i = std::polar(point.current.at(p).in(ampere), i_angle + turned);
    BOOST_TEST(std::abs(phasor(block.volts(p)) - u) < 2 * tolerance(100, 0.01));
    // The direction is known as well as the voltage, which turns the current along.
    const double turn_error = tolerance(100, 0.01) / 230 * std::abs(i);
    BOOST_TEST(std::abs(phasor(block.amperes(p)) - i) < tolerance(4, 0.2) + turn_error);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_round_trip)

BOOST_AUTO_TEST_CASE(an_operating_point_comes_back_as_the_closed_form_says) {
  DriverRig rig(three_phase());
  must(rig.source->apply(three_phase_point()));
  must(rig.input->start());
  check_point(must(rig.input->read(count)), three_phase_point());
  const auto state = must(rig.source->read_back());
  BOOST_TEST(state.on);
  BOOST_TEST(!state.measured);
  BOOST_TEST((state.point.voltage.at(1) == volt(229)));
  // Once more without a gap, and off.
  check_point(must(rig.input->read(count)), three_phase_point());
  must(rig.source->off());
  BOOST_TEST(!must(rig.source->read_back()).on);
  must(rig.input->stop());
  must(rig.input->start());
  const SampleBlock quiet = must(rig.input->read(period));
  for (std::size_t p = 0; p < phase_count; ++p)
    for (const double u : quiet.volts(p)) BOOST_REQUIRE(u == 0);
}

// Its limits and corrections are those of single lines.
BOOST_AUTO_TEST_CASE(a_recipe_of_more_than_harmonics_is_refused) {
  DriverRig rig(three_phase());
  const auto refused = [&](auto change) {
    SignalRecipe recipe = *recipe_of(three_phase_point());
    change(recipe);
    const auto applied = rig.source->apply(recipe);
    return !applied && applied.error().code == ErrorCode::invalid_argument;
  };
  using R = SignalRecipe;
  BOOST_TEST(refused([](R& r) { r.voltage[0].noise_rms = volt(1); }));
  BOOST_TEST(refused([](R& r) { r.voltage[0].forms.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.current[1].tones.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.current[1].noise_bands.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.voltage[2].amplitude_modulations.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.voltage[2].phase_modulations.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.voltage[0].amplitude_changes.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.voltage[0].phase_changes.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.voltage[0].dc_changes.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.current[0].also.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.frequency_modulations.resize(1); }));
  BOOST_TEST(refused([](R& r) { r.frequency_changes.resize(1); }));
  BOOST_TEST(!must(rig.source->read_back()).on);
}

BOOST_AUTO_TEST_CASE(a_streamed_signal_is_the_same_as_its_samples) {
  DriverRig rig(three_phase());
  auto signal = synthesis::Synthesis::create(*recipe_of(three_phase_point()), {256'000, 1});
  must(rig.input->start());
  must(rig.source->play(std::make_unique<synthesis::Synthesis>(std::move(*signal)), {50, 1}));
  BOOST_TEST(must(rig.source->read_back()).on);
  must(rig.input->read(count));  // it begins somewhere in here
  check_point(must(rig.input->read(count)), three_phase_point());
  check_point(must(rig.input->read(count)), three_phase_point());
  must(rig.source->off());
  for (const char* board : {"source-l1", "source-l2", "source-l3"}) {
    const auto output = rig.served.bench->output(board);
    BOOST_TEST(output.underflows == 0);
    BOOST_TEST(output.volts.at(0) == 0);
  }
}

namespace {

/// First sample that is not zero; -1 without one.
std::int64_t first_sample_on(std::span<const double> row, double threshold) {
  for (std::size_t i = 0; i < row.size(); ++i)
    if (std::abs(row[i]) > threshold) return static_cast<std::int64_t>(i);
  return -1;
}

SignalRecipe steps(std::size_t phases) {
  SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 0, .voltage = {}, .current = {}};
  for (std::size_t p = 0; p < phases; ++p) {
    recipe.voltage.at(p).dc = volt(100);
    recipe.current.at(p).dc = ampere(2);
  }
  return recipe;
}

iio::DacSettings m2k_outputs() {
  iio::DacSettings settings;
  settings.rate = {750'000, 1};
  settings.channels = {{.device = "m2k-dac-a",
                        .channel = "voltage0",
                        .kind = ChannelKind::voltage,
                        .gain = 100,
                        .greatest = 300},
                       {.device = "m2k-dac-b",
                        .channel = "voltage0",
                        .kind = ChannelKind::current,
                        .gain = 4,
                        .greatest = 10}};
  return settings;
}

iio::AdcSettings m2k_inputs() {
  iio::AdcSettings settings;
  settings.device = "m2k-adc";
  settings.rate = {100'000, 1};
  settings.channels = {{.channel = "voltage0", .kind = ChannelKind::voltage, .gain = 0.01},
                       {.channel = "voltage1", .kind = ChannelKind::current, .gain = 0.2}};
  return settings;
}

}  // namespace

// Time passes while the boards get their samples one after another.
BOOST_AUTO_TEST_CASE(all_boards_begin_with_the_same_sample) {
  for (const bool student : {false, true}) {
    DriverRig rig =
        student ? DriverRig(m2k(), m2k_outputs(), m2k_inputs()) : DriverRig(three_phase());
    must(rig.input->start());
    const std::size_t phases = student ? 1 : 3;
    std::vector<SampleBlock> blocks;
    std::optional<Error> error;  // checks are for one thread
    std::jthread reader([&](const std::stop_token& stop) {
      while (!stop.stop_requested() && !error) {
        auto block = rig.input->read(512);
        if (block) {
          blocks.push_back(std::move(*block));
        } else {
          error = block.error();
        }
      }
    });
    must(rig.source->apply(steps(phases)));
    reader.request_stop();
    reader.join();
    BOOST_REQUIRE(!error.has_value());
    blocks.push_back(must(rig.input->read(4096)));
    bool seen = false;
    for (const SampleBlock& block : blocks) {
      const std::int64_t on = first_sample_on(block.volts(0), 50);
      if (seen || on < 0) continue;
      seen = true;
      for (std::size_t p = 0; p < phases; ++p) {
        BOOST_TEST(first_sample_on(block.volts(p), 50) == on);
        BOOST_TEST(first_sample_on(block.amperes(p), 1) == on);
      }
    }
    BOOST_TEST(seen);
  }
}

BOOST_AUTO_TEST_CASE(twelve_bits_are_enough_for_a_demonstration) {
  DriverRig rig(m2k(), m2k_outputs(), m2k_inputs());
  must(rig.source->apply({.frequency = hertz(50),
                          .voltage = {volt(230), volt(0), volt(0)},
                          .voltage_angle = {degree(0), degree(0), degree(0)},
                          .current = {ampere(5), ampere(0), ampere(0)},
                          .displacement = {degree(60), degree(0), degree(0)}}));
  must(rig.input->start());
  must(rig.input->read(1000));
  const SampleBlock block = must(rig.input->read(20'000));
  double power = 0;
  double square = 0;
  for (std::size_t i = 0; i < block.count(); ++i) {
    power += block.volts(0)[i] * block.amperes(0)[i] / static_cast<double>(block.count());
    square += block.volts(0)[i] * block.volts(0)[i] / static_cast<double>(block.count());
  }
  // Steps of 12 bits: 2.44 mV at the output, floored (half a step of offset), 12.2 mV at the input.
  const double volts = 100 * 2.44e-3 + 12.2e-3 / 0.01 / 2;
  const double amperes = 4 * 2.44e-3 + 12.2e-3 / 0.2 / 2;
  BOOST_TEST(std::abs(std::sqrt(square) - 230) < volts);
  BOOST_TEST(std::abs(power - 230 * 5 * 0.5) < volts * 5 + amperes * 230);
  BOOST_TEST(rig.source->range().voltage.in(volt) == 300);
}

BOOST_AUTO_TEST_CASE(a_frequency_without_whole_periods_at_the_rate_takes_another_rate_or_a_stream) {
  DriverRig rig(three_phase());
  OperatingPoint point = three_phase_point();
  point.frequency = hertz(49.97);  // 256 kHz: 25.6 million samples; 4997 periods in 100 s
  must(rig.source->apply(point));
  BOOST_TEST(must(rig.source->read_back()).on);
  must(rig.input->start());
  must(rig.input->read(32'000));
  const SampleBlock block = must(rig.input->read(320'000));  // 10 s
  double square = 0;
  for (const double u : block.volts(0)) square += u * u / static_cast<double>(block.count());
  // A part of a period is left over: below 1 part in 2 * 499 of a mean square.
  BOOST_TEST(std::sqrt(square) == 230, boost::test_tools::tolerance(1.0 / 1998));
  must(rig.source->off());
  BOOST_TEST(rig.served.bench->output("source-l1").underflows == 0);
}

BOOST_AUTO_TEST_CASE(identity_and_time_base_name_the_board) {
  DriverRig rig(three_phase());
  const InstrumentIdentity identity = must(rig.source->identify());
  BOOST_TEST(identity.model == "SIMULATED three-phase bench");
  BOOST_TEST(identity.serial_number == "SIMULATED-3P-1");
  BOOST_TEST(must(rig.input->identify()).firmware == "1");
  BOOST_TEST(rig.input->time_base() ==
             "sample clock of ad7768 'reference' at " + rig.served.uri() + ", 32000 Hz");
  const auto converters = rig.context->converters();
  BOOST_REQUIRE(converters.size() == 4);
  BOOST_TEST(converters.at(1).label == "source-l2");
  BOOST_TEST(converters.at(1).output);
  BOOST_TEST(converters.at(3).channels.size() == 9);
}

BOOST_AUTO_TEST_CASE(what_the_board_does_not_have_is_named) {
  const ServedBench served = three_phase();
  const auto context = served.connect();
  iio::DacSettings settings = three_phase_outputs();
  settings.channels.at(0).device = "ad3552r";
  BOOST_TEST(iio::DacSource::open(context, settings).error().message ==
             "3 devices at " + served.uri() +
                 " are called 'ad3552r'; expected the label of one: ad3552r 'source-l1', ad3552r "
                 "'source-l2', ad3552r 'source-l3', ad7768 'reference'");
  settings.channels.at(0).device = "iio:device0";
  BOOST_TEST(name(iio::DacSource::open(context, settings).error().code) ==
             name(ErrorCode::not_found));
  settings = three_phase_outputs();
  settings.channels.at(0).channel = "voltage7";
  BOOST_TEST(iio::DacSource::open(context, settings).error().message ==
             "device ad3552r 'source-l1' has no output channel 'voltage7' with a buffer");
  settings = three_phase_outputs();
  settings.common_trigger = false;
  BOOST_TEST(name(iio::DacSource::open(context, settings).error().code) ==
             name(ErrorCode::failed_precondition));
  BOOST_TEST(name(iio::Context::open("serial:/dev/ttyS0").error().code) ==
             name(ErrorCode::invalid_argument));
}

// The rate that the board makes counts, not the one asked for.
BOOST_AUTO_TEST_CASE(a_rate_is_what_the_board_makes_of_it) {
  iio::AdcSettings inputs = three_phase_inputs();
  inputs.rate = {30'000, 1};
  const ServedBench served = three_phase();
  const auto context = served.connect();
  const auto input = must(iio::AdcInput::open(context, inputs));
  BOOST_TEST((input->rate() == Rational{32'000, 1}));
  const auto source = must(iio::DacSource::open(context, three_phase_outputs()));
  auto signal = synthesis::Synthesis::create(*recipe_of(three_phase_point()), {48'000, 1});
  const auto refused =
      source->play(std::make_unique<synthesis::Synthesis>(std::move(*signal)), {50, 1});
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(name(refused.error().code) == name(ErrorCode::out_of_range));
  BOOST_TEST(refused.error().message ==
             "a signal of 48000 samples a second; the boards make 32000 of it");
  BOOST_TEST((source->rate() == Rational{256'000, 1}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(iio_paced)

BOOST_AUTO_TEST_CASE(paced_samples_come_with_the_wall_clock_and_are_lost_when_nobody_reads) {
  DriverRig rig(three_phase({.wiring = {}, .paced = true, .input_frames = 4000}));
  must(rig.source->apply(three_phase_point()));
  must(rig.input->start());
  const auto begin = std::chrono::steady_clock::now();
  must(rig.input->read(9600));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  BOOST_TEST(took.count() > 0.28);
  std::this_thread::sleep_for(std::chrono::milliseconds(400));  // 12 800 samples
  Result<SampleBlock> block = SampleBlock();
  for (int i = 0; i < 10 && block; ++i) block = rig.input->read(1024);
  BOOST_REQUIRE(!block.has_value());
  BOOST_TEST(name(block.error().code) == name(ErrorCode::aborted));
  must(rig.source->off());
}

BOOST_AUTO_TEST_SUITE_END()
