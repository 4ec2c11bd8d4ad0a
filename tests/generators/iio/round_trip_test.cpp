// SPDX-License-Identifier: GPL-3.0-or-later
// What DacSource puts out comes back through AdcInput, over the real client library.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>
#include <span>

#include "meterrig/synthesis/synthesis.h"
#include "served_bench.h"
#include "three_phase_settings.h"

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

struct Rig {
  ServedBench served;
  std::shared_ptr<iio::Context> context;
  std::unique_ptr<iio::DacSource> source;
  std::unique_ptr<iio::AdcInput> input;

  explicit Rig(ServedBench bench, const iio::DacSettings& outputs = three_phase_outputs())
      : served(std::move(bench)), context(served.connect()) {
    auto opened = iio::DacSource::open(context, outputs);
    BOOST_REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
    source = std::move(*opened);
    auto sampled = iio::AdcInput::open(context, three_phase_inputs());
    BOOST_REQUIRE_MESSAGE(sampled.has_value(), sampled.error().message);
    input = std::move(*sampled);
  }
  template <class T>
  static T must(Result<T> result) {
    BOOST_REQUIRE_MESSAGE(result.has_value(), result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }
};

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
  Rig rig(three_phase());
  Rig::must(rig.source->apply(three_phase_point()));
  Rig::must(rig.input->start());
  check_point(Rig::must(rig.input->read(count)), three_phase_point());
  const auto state = Rig::must(rig.source->read_back());
  BOOST_TEST(state.on);
  BOOST_TEST(!state.measured);
  BOOST_TEST((state.point.voltage.at(1) == volt(229)));
  // Once more without a gap, and off.
  check_point(Rig::must(rig.input->read(count)), three_phase_point());
  Rig::must(rig.source->off());
  BOOST_TEST(!Rig::must(rig.source->read_back()).on);
  Rig::must(rig.input->stop());
  Rig::must(rig.input->start());
  const SampleBlock quiet = Rig::must(rig.input->read(period));
  for (std::size_t p = 0; p < phase_count; ++p)
    for (const double u : quiet.volts(p)) BOOST_REQUIRE(u == 0);
}

BOOST_AUTO_TEST_CASE(a_streamed_signal_is_the_same_as_its_samples) {
  Rig rig(three_phase());
  auto signal = synthesis::Synthesis::create(*recipe_of(three_phase_point()), {256'000, 1});
  Rig::must(rig.input->start());
  Rig::must(rig.source->play(std::make_unique<synthesis::Synthesis>(std::move(*signal)), {50, 1}));
  BOOST_TEST(Rig::must(rig.source->read_back()).on);
  Rig::must(rig.input->read(count));  // it begins somewhere in here
  check_point(Rig::must(rig.input->read(count)), three_phase_point());
  check_point(Rig::must(rig.input->read(count)), three_phase_point());
  Rig::must(rig.source->off());
  for (const char* board : {"source-l1", "source-l2", "source-l3"}) {
    const auto output = rig.served.bench->output(board);
    BOOST_TEST(output.underflows == 0);
    BOOST_TEST(output.volts.at(0) == 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()
