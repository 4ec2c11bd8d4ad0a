// SPDX-License-Identifier: GPL-3.0-or-later
// Generator and monitor over SoapySDR's own interface, looped through the simulated radio.
#include <SoapySDR/Constants.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <thread>

#include "loop_radio.h"
#include "results.h"

using namespace meterrig;
using namespace meterrig::test;

namespace {

// What the monitor finds of an output that is right, then everything is off.
RfReading look(LoopRadio& radio, const RfOutput& output) {
  const auto generator = right(radio.open_generator());
  const auto monitor = right(radio.open_monitor());
  require(generator->start(output));
  const RfReading reading = right(monitor->measure(output));
  require(generator->check());
  require(generator->off());
  return reading;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loop_back)

BOOST_AUTO_TEST_CASE(eighty_percent_am_comes_back_as_it_was_asked_for) {
  LoopRadio radio;
  const RfReading reading = look(radio, output_of(megahertz(27), volt(9)));
  BOOST_TEST(reading.invalid == "");
  BOOST_TEST(reading.depth.in(percent) == 80.0, boost::test_tools::tolerance(0.0005));
  BOOST_TEST(std::get<Voltage>(reading.level).in(volt) == 9.0,
             boost::test_tools::tolerance(0.0005));
  BOOST_TEST(reading.modulation_frequency.in(hertz) == 1000.0, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(std::abs(reading.carrier_offset.in(hertz)) < 0.1);
  BOOST_TEST(!reading.duty.known());
}

// The level is that of the unmodulated carrier, whatever the modulation.
BOOST_AUTO_TEST_CASE(modulation_does_not_move_the_level) {
  LoopRadio radio;
  for (const RfModulation modulation :
       {RfModulation(ContinuousWave()), RfModulation(am_80()),
        RfModulation(PulseModulation{.duty = percent(50), .frequency = hertz(200)})}) {
    const RfReading reading = look(radio, output_of(megahertz(1), volt(3), modulation));
    BOOST_TEST(reading.invalid == "");
    BOOST_TEST(std::get<Voltage>(reading.level).in(volt) == 3.0,
               boost::test_tools::tolerance(0.002));
  }
}

BOOST_AUTO_TEST_CASE(pulses_come_back_with_their_duty_and_frequency) {
  LoopRadio radio;
  const PulseModulation pulses{.duty = percent(12.5), .frequency = hertz(217)};
  const RfReading reading = look(radio, output_of(megahertz(900), volt(5), pulses));
  BOOST_TEST(reading.invalid == "");
  BOOST_TEST(reading.duty.in(percent) == 12.5, boost::test_tools::tolerance(0.02));
  BOOST_TEST(reading.modulation_frequency.in(hertz) == 217.0, boost::test_tools::tolerance(0.01));
  BOOST_TEST(reading.depth.in(percent) == 100.0, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(a_bare_carrier_has_no_ripple) {
  LoopRadio radio;
  const RfReading reading = look(radio, output_of(kilohertz(150), volt(10), ContinuousWave()));
  BOOST_TEST(reading.invalid == "");
  BOOST_TEST(reading.depth.in(percent) < 0.1);
  BOOST_TEST(!reading.modulation_frequency.known());
}

BOOST_AUTO_TEST_CASE(an_oscillator_that_is_off_shows_as_carrier_offset) {
  LoopRadio radio("clock=virtual,ppm=10");
  const RfReading reading = look(radio, output_of(megahertz(100), volt(9)));
  BOOST_TEST(reading.invalid == "");
  // The receiver is 10e-6 high of 100.25 MHz, so the carrier stands that much low.
  BOOST_TEST(reading.carrier_offset.in(hertz) == -1002.5, boost::test_tools::tolerance(1e-3));
  BOOST_TEST(reading.depth.in(percent) == 80.0, boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(a_path_with_more_loss_shows_as_less_level) {
  LoopRadio radio("clock=virtual,loss=26");
  const RfReading reading = look(radio, output_of(megahertz(1), volt(9)));
  BOOST_TEST(std::get<Voltage>(reading.level).in(volt) == 9 * std::pow(10.0, -0.3),
             boost::test_tools::tolerance(0.002));
}

BOOST_AUTO_TEST_CASE(silence_and_overdrive_are_readings_with_a_reason) {
  LoopRadio silent;
  const auto monitor = right(silent.open_monitor());
  BOOST_TEST(right(monitor->measure(output_of(megahertz(10), volt(9)))).invalid ==
             "no carrier that stands out of the noise");
  LoopRadio loud("clock=virtual,loss=6");
  BOOST_TEST(look(loud, output_of(megahertz(1), volt(9))).invalid == "the receiver is overdriven");
}

BOOST_AUTO_TEST_CASE(an_output_ends_at_zero_with_its_stream_stopped_and_gains_low) {
  // A buffer of 131 ms: here a busy machine shall not make a gap.
  for (const char* clock : {"clock=virtual,buffer=131072", "clock=wall,buffer=131072"}) {
    LoopRadio radio(clock);
    radio.generator_settings.run_out = millisecond(150);
    const auto generator = right(radio.open_generator());
    BOOST_TEST(radio.low());
    require(generator->start(output_of(megahertz(5), volt(9), ContinuousWave())));
    BOOST_TEST(radio.streaming());
    BOOST_TEST(!radio.low());
    for (int i = 0; i < 200 && radio.magnitude() == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    BOOST_TEST(radio.magnitude() == 0.45, boost::test_tools::tolerance(1e-3));
    require(generator->off());
    BOOST_TEST(!radio.streaming());
    BOOST_TEST(radio.low());
    BOOST_TEST(radio.magnitude() == 0.0);
    require(generator->off());
  }
}

BOOST_AUTO_TEST_CASE(the_destructor_ends_the_output) {
  LoopRadio radio;
  {
    const auto generator = right(radio.open_generator());
    require(generator->start(output_of(megahertz(5), volt(9))));
    BOOST_TEST(radio.streaming());
  }
  BOOST_TEST(!radio.streaming());
  BOOST_TEST(radio.magnitude() == 0.0);
  BOOST_TEST(radio.low());
}

BOOST_AUTO_TEST_CASE(a_gap_ends_the_output_and_is_told) {
  LoopRadio radio;
  const auto generator = right(radio.open_generator());
  require(generator->start(output_of(megahertz(5), volt(9))));
  require(generator->check());
  radio.device().writeSetting("lose_writes", "1");
  check_refused(generator->check(), ErrorCode::aborted, "underflow");
  BOOST_TEST(!radio.streaming());
  BOOST_TEST(radio.magnitude() == 0.0);
  BOOST_TEST(radio.low());
  check_refused(generator->check(), ErrorCode::aborted, "underflow");
  require(generator->start(output_of(megahertz(5), volt(9))));
  require(generator->check());
}

// A control loop that is stuck renews nothing; nobody but the transmission is there to end it.
BOOST_AUTO_TEST_CASE(an_output_ends_by_itself_when_its_lease_is_not_renewed) {
  LoopRadio radio;
  radio.generator_settings.lease = millisecond(200);
  const auto generator = right(radio.open_generator());
  require(generator->start(output_of(megahertz(5), volt(9))));
  for (int i = 0; i < 6; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    generator->renew();
  }
  require(generator->check());
  BOOST_TEST(radio.streaming());
  for (int i = 0; i < 100 && radio.streaming(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  BOOST_TEST(!radio.streaming());
  BOOST_TEST(radio.magnitude() == 0.0);
  BOOST_TEST(radio.low());
  check_refused(generator->check(), ErrorCode::aborted,
                "the control loop did not get on for 0.2 s");
  require(generator->off());
}

BOOST_AUTO_TEST_CASE(a_rate_that_this_machine_cannot_keep_is_a_gap) {
  LoopRadio radio("clock=wall,buffer=4096");
  radio.generator_settings.radio.rate = {61'440'000, 1};
  radio.generator_settings.run_out = millisecond(1);
  const auto generator = right(radio.open_generator());
  // A period that does not repeat is computed sample by sample, and 4096 samples last 67 us.
  auto result = generator->start(output_of(
      megahertz(5), volt(9), AmplitudeModulation{.depth = percent(80), .frequency = hertz(999.9)}));
  for (int i = 0; i < 500 && result; ++i) result = generator->check();
  check_refused(result, ErrorCode::aborted, "underflow");
  BOOST_TEST(!radio.streaming());
}

BOOST_AUTO_TEST_CASE(nothing_is_transmitted_outside_a_closed_set_up) {
  LoopRadio radio;
  const auto refusal = [&radio] {
    const auto generator = radio.open_generator();
    return generator ? Result<void>() : Result<void>(tl::unexpected(generator.error()));
  };
  radio.generator_settings.set_up = {};
  check_refused(refusal(), ErrorCode::failed_precondition, "no closed set-up is declared");
  radio.generator_settings.set_up.enclosure = soapy::Enclosure::shielded_room;
  check_refused(refusal(), ErrorCode::failed_precondition, "power limit of unknown");
  radio.generator_settings.set_up.power_limit = watt(0);
  check_refused(refusal(), ErrorCode::failed_precondition, "expected one above 0 W");
  radio.generator_settings.set_up.power_limit = watt(1);
  for (RfCalibrationRow& row : radio.generator_calibration.rows) row.forward_power = ActivePower();
  check_refused(refusal(), ErrorCode::failed_precondition, "has no forward power");
}

// At full scale 20 V and 4 W: 10 V with 80 % AM peaks at 0.9 of full scale, 3.24 W.
BOOST_AUTO_TEST_CASE(power_at_the_peak_is_held_to_the_limit_of_the_set_up) {
  LoopRadio radio;
  radio.generator_settings.set_up.power_limit = watt(3.25);
  const auto within = right(radio.open_generator());
  require(within->start(output_of(megahertz(1), volt(10))));
  require(within->off());
  radio.generator_settings.set_up.power_limit = watt(3.23);
  const auto beyond = right(radio.open_generator());
  check_refused(beyond->start(output_of(megahertz(1), volt(10))), ErrorCode::out_of_range,
                "takes 3.24 W at its peak; the set-up allows 3.23 W");
  BOOST_TEST(!radio.streaming());
  // The bare carrier takes 1 W.
  require(beyond->start(output_of(megahertz(1), volt(10), ContinuousWave())));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_put_out_is_refused_with_its_number) {
  LoopRadio radio;
  const auto generator = right(radio.open_generator());
  const auto start = [&](Frequency carrier, RfLevel level, RfModulation modulation = am_80()) {
    return generator->start(output_of(carrier, level, modulation));
  };
  check_refused(start(kilohertz(149), volt(1)), ErrorCode::out_of_range,
                "149 kHz; calibration 'tx' holds from 150 kHz to 6 GHz");
  check_refused(start(kilohertz(99), volt(1)), ErrorCode::out_of_range,
                "a carrier of 99 kHz; the radio reaches from 100 kHz to 6 GHz");
  check_refused(start(Frequency(), volt(1)), ErrorCode::out_of_range, "a carrier of unknown");
  check_refused(start(megahertz(1), volt(10.1)), ErrorCode::out_of_range,
                "needs 0.909 of full scale at its peak; at most 0.9 is used");
  check_refused(start(megahertz(1), volt_per_metre(1)), ErrorCode::invalid_argument,
                "a level of 1 V/m");
  check_refused(start(megahertz(1), volt(0)), ErrorCode::invalid_argument, "a level of 0 V");
  check_refused(start(megahertz(1), volt(-1)), ErrorCode::invalid_argument, "a level of -1 V");
  check_refused(start(megahertz(1), volt(1),
                      AmplitudeModulation{.depth = percent(101), .frequency = hertz(1)}),
                ErrorCode::invalid_argument, "depth of 101 %");
  check_refused(
      start(megahertz(1), volt(1), PulseModulation{.duty = percent(100), .frequency = hertz(1)}),
      ErrorCode::invalid_argument, "100 % duty");
  check_refused(start(megahertz(1), volt(1),
                      AmplitudeModulation{.depth = percent(80), .frequency = kilohertz(126)}),
                ErrorCode::out_of_range, "a modulation frequency of 126 kHz");
  check_refused(generator->check(), ErrorCode::failed_precondition, "nothing was started");
  BOOST_TEST(!radio.streaming());
}

BOOST_AUTO_TEST_CASE(a_refusal_ends_what_was_out_before) {
  LoopRadio radio;
  const auto generator = right(radio.open_generator());
  require(generator->start(output_of(megahertz(1), volt(1))));
  check_refused(generator->start(output_of(kilohertz(1), volt(1))), ErrorCode::out_of_range, "");
  BOOST_TEST(!radio.streaming());
  BOOST_TEST(radio.low());
}

BOOST_AUTO_TEST_CASE(a_radio_that_is_not_the_calibrated_one_is_refused) {
  LoopRadio radio;
  radio.generator_calibration.serial_number = "other";
  BOOST_TEST(name(radio.open_generator().error().code) == name(ErrorCode::failed_precondition));
  BOOST_TEST(radio.open_generator().error().message ==
             "radio 'driver=rigloop,clock=virtual' has serial 'rigloop-1'; calibration 'tx' is of "
             "'other'");
}

// A gain that the radio rounds or does not have is no gain that the calibration holds at.
BOOST_AUTO_TEST_CASE(gains_are_set_by_name_and_read_back) {
  LoopRadio radio;
  {
    const auto generator = right(radio.open_generator());
    require(generator->start(output_of(megahertz(1), volt(1))));
    BOOST_TEST(radio.device().getGain(SOAPY_SDR_TX, 0, "PAD") == -10);
    BOOST_TEST(radio.device().getGain(SOAPY_SDR_TX, 0, "PA") == 10);
  }
  radio.generator_calibration.gains[0].gain = decibel(-10.3);
  const auto rounded = right(radio.open_generator());
  check_refused(rounded->start(output_of(megahertz(1), volt(1))), ErrorCode::aborted,
                "gain PAD stands at -10.5 dB; -10.3 dB was asked for");
  BOOST_TEST(radio.low());
  radio.generator_calibration.gains.pop_back();
  BOOST_TEST(radio.open_generator().error().message ==
             "calibration 'tx' does not say at which gain of PA it holds");
}

BOOST_AUTO_TEST_CASE(a_radio_that_is_not_there_is_unavailable) {
  LoopRadio radio;
  radio.generator_settings.radio.device = "driver=nosuchradio";
  BOOST_TEST(name(radio.open_generator().error().code) == name(ErrorCode::unavailable));
  // SoapySDR's own device without channels.
  radio.generator_settings.radio.device = "driver=null,type=null";
  BOOST_TEST(radio.open_generator().error().message ==
             "radio 'driver=null,type=null' has no transmitter 0");
  radio.monitor_settings.radio.device = "driver=null,type=null";
  BOOST_TEST(radio.open_monitor().error().message ==
             "radio 'driver=null,type=null' has no receiver 0");
}

BOOST_AUTO_TEST_SUITE_END()
