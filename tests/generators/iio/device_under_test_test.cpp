// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated meter on the terminals of the virtual bench meters exactly what is there.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "../../dut/virtual/shipped_device.h"
#include "driver_rig.h"
#include "meterrig/twin/twin.h"

using namespace meterrig;

BOOST_AUTO_TEST_SUITE(iio_device_under_test)

BOOST_AUTO_TEST_CASE(the_meter_reads_what_the_input_samples) {
  const auto meter = twin::test::make_twin(twin::test::ideal_model());
  DriverRig rig(three_phase({.wiring = {}, .device = meter.get()}));
  must(rig.source->apply(three_phase_point()));
  must(rig.input->start());
  must(rig.input->read(6 * 32'000));  // the meter settles
  const std::size_t first_pulses = rig.served.bench->pulses().size();
  const SampleBlock block = must(rig.input->read(20 * 32'000));
  BOOST_REQUIRE_MESSAGE(!rig.served.bench->device_error(),
                        rig.served.bench->device_error()->message);
  const twin::Readings readings = meter->readings();
  double total = 0;
  for (std::size_t p = 0; p < phase_count; ++p) {
    double square = 0;
    double power = 0;
    for (std::size_t i = 0; i < block.count(); ++i) {
      square += block.volts(p)[i] * block.volts(p)[i] / static_cast<double>(block.count());
      power += block.volts(p)[i] * block.amperes(p)[i] / static_cast<double>(block.count());
    }
    const auto place = static_cast<Place>(static_cast<int>(Place::L1) + static_cast<int>(p));
    // The meter interpolates to its own clock (3e-7 of the peak) and computes in 32-bit numbers
    // (1e-7); the input rounds to 0.5 uV of 2.3 V and of 1 V.
    BOOST_TEST(readings[QuantityId(Measurand::voltage, place)] == std::sqrt(square),
               boost::test_tools::tolerance(2e-6));
    BOOST_TEST(readings[QuantityId(Measurand::active_power, place)] == power,
               boost::test_tools::tolerance(4e-6));
    total += power;
  }
  // Its pulses count the energy of the 20 s: one pulse more or less.
  const auto pulses = rig.served.bench->pulses();
  BOOST_TEST(pulses.size() > first_pulses);
  must(rig.source->off());
  BOOST_TEST(total > 0);
}

BOOST_AUTO_TEST_SUITE_END()
