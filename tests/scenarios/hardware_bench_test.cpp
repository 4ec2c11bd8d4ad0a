// SPDX-License-Identifier: GPL-3.0-or-later
// What a bench of converters may say of the channels that it reads.
#include <boost/test/unit_test.hpp>
#include <string>

#include "meterrig/loader/load.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

// Findings about a bench whose reference has these pulse inputs.
std::string findings(const std::string& pulse_inputs,
                     const std::string& certificate = "certificate: none") {
  const auto loaded = parse_bench(R"(bench:
  id: b
  title: B
  hardware:
    source:
      iio:
        context: "ip:127.0.0.1"
        rate: 32 kHz
        lowest_frequency: 40 Hz
        highest_frequency: 70 Hz
        outputs: [{device: d, channel: voltage0, quantity: voltage, phase: L1, gain: 100, greatest: 280}]
    reference:
      iio:
        context: "ip:127.0.0.1"
        device: reference
        rate: 8 kHz
        inputs:
          - {channel: voltage0, quantity: voltage, phase: L1, gain: 0.01}
          - {channel: voltage3, quantity: current, phase: L1, gain: 0.2}
        pulse_inputs: [)" + pulse_inputs +
                                      R"(]
      uncertainty: 0.001 %
      timestamp_uncertainty: 36.1 us
      )" + certificate + R"(
    wiring_check: {voltage: 12 V, current: 500 mA}
    limits: limits.yaml
    lease: 5 s
    tick: 1 s
    read_back_interval: 1 s
    read_back_tolerance: 5 %
    fallback: none
  link_policy: {answer_timeout: 1 s, retries: 2}
  positions: [{id: "1", modbus_tcp: {host: h, port: 502, unit: 1}}]
)",
                                  "f");
  return loaded ? "" : to_string(loaded.error());
}

std::string input(const std::string& channel, const std::string& output,
                  const std::string& level = "threshold: 1.65 V, hysteresis: 500 mV") {
  return "{channel: " + channel + ", output: " + output + ", " + level + "}";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hardware_bench)

BOOST_AUTO_TEST_CASE(pulse_inputs_on_channels_of_their_own_are_taken) {
  BOOST_TEST(findings(input("voltage6", "S0-1")) == "");
  BOOST_TEST(findings(input("voltage6", "S0-1") + ", " + input("voltage7", "S0-2")) == "");
}

BOOST_AUTO_TEST_CASE(a_channel_is_used_once_also_by_the_phases) {
  const std::string twice = findings(input("voltage6", "S0-1") + ", " + input("voltage6", "S0-2"));
  BOOST_TEST(
      has(twice,
          "reference.iio.pulse_inputs[1].channel: found 'voltage6' again; expected a channel "
          "once; the first is in line 20"),
      twice);
  const std::string phase = findings(input("voltage3", "S0-1"));
  BOOST_TEST(has(phase, "pulse_inputs[0].channel: found 'voltage3' again"), phase);
  BOOST_TEST(has(phase, "the first is in line 19"), phase);
}

BOOST_AUTO_TEST_CASE(a_pulse_output_is_on_one_channel) {
  const std::string found = findings(input("voltage6", "S0-1") + ", " + input("voltage7", "S0-1"));
  BOOST_TEST(has(found, "pulse_inputs[1].output: found 'S0-1' again; expected a pulse output once"),
             found);
}

BOOST_AUTO_TEST_CASE(a_pulse_input_needs_both_levels) {
  BOOST_TEST(has(findings(input("voltage6", "S0-1", "threshold: 1 V")), "hysteresis"));
  BOOST_TEST(has(findings(input("voltage6", "S0-1", "threshold: 1 V, hysteresis: -1 V")),
                 "hysteresis: found '-1 V'"));
}

BOOST_AUTO_TEST_CASE(a_reference_drifts_from_the_day_of_its_calibration) {
  const std::string one = input("voltage6", "S0-1");
  const auto stated = [&](const std::string& dates) {
    return findings(one, "certificate: C-1\n      " + dates);
  };
  BOOST_TEST(
      stated("calibrated: 2026-01-10\n      calibration_due: 2027-01-10\n      drift: 0.001 %") ==
      "");
  BOOST_TEST(has(stated("drift: 0.001 %"),
                 "bench.hardware.reference: found a drift and no calibrated; "
                 "expected calibrated, the day that it drifts from"));
  BOOST_TEST(has(stated("calibrated: 2026-13-10"),
                 "reference.calibrated: found '2026-13-10'; expected a date as YYYY-MM-DD"));
  BOOST_TEST(
      has(stated("calibrated: 2026-01-10\n      calibration_due: 2026-01-10"),
          "reference.calibration_due: found '2026-01-10'; expected a day after '2026-01-10'"));
}

BOOST_AUTO_TEST_SUITE_END()
