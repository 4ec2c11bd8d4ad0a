// SPDX-License-Identifier: GPL-3.0-or-later
// Sweeps of the simulated radio over SoapySDR, on virtual time where nothing else is said.
#include "meterrig/soapy/rf_sweep.h"

#include <SoapySDR/Constants.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <thread>

#include "loop_radio.h"
#include "results.h"

using namespace meterrig;
using namespace meterrig::test;
using soapy::RfSweep;
using soapy::SweepStep;

namespace {

RfSweepPlan plan_of(Frequency first, Frequency last) {
  return {.first = first,
          .last = last,
          .step = percent(1),
          .level = volt(9),
          .modulation = am_80(),
          .dwell = millisecond(500)};
}

Result<void> nothing(const RfOutput& /*output*/) { return {}; }

struct Swept {
  Result<void> result;
  std::vector<SweepStep> steps;
  Duration taken;
};

// A whole sweep on virtual time; the output must be off after it, whatever came of it.
Swept sweep(LoopRadio& radio, const RfSweepPlan& plan, const soapy::SweepSettings& settings,
            const soapy::DuringStep& during = nothing, std::stop_token stop = {}) {
  const RfSweep swept = right(RfSweep::create(plan, settings));
  const auto generator = right(radio.open_generator());
  const auto monitor = right(radio.open_monitor());
  ports::VirtualClock clock;
  Swept result;
  result.result = swept.run(*generator, *monitor, clock, stop, during, [&](const SweepStep& step) {
    BOOST_TEST(!radio.streaming());
    result.steps.push_back(step);
  });
  result.taken = clock.now() - Instant();
  BOOST_TEST(!radio.streaming());
  BOOST_TEST(radio.magnitude() == 0.0);
  BOOST_TEST(radio.low());
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rf_sweep)

// Counts as the fact sheets give them: 1 + ceil(ln(last / first) / ln 1.01).
BOOST_AUTO_TEST_CASE(one_percent_steps_as_many_as_there_must_be) {
  const auto count = [](Frequency first, Frequency last) {
    return right(frequencies_of(plan_of(first, last))).size();
  };
  BOOST_TEST(count(kilohertz(150), megahertz(80)) == 633U);
  BOOST_TEST(count(megahertz(80), megahertz(1000)) == 255U);
  BOOST_TEST(count(megahertz(80), megahertz(2000)) == 325U);
  BOOST_TEST(count(megahertz(80), megahertz(6000)) == 435U);
  BOOST_TEST(count(megahertz(80), megahertz(80)) == 1U);
  BOOST_TEST(count(megahertz(1), megahertz(1.01)) == 2U);
  const auto frequencies = right(frequencies_of(plan_of(kilohertz(150), megahertz(80))));
  BOOST_TEST(frequencies.front().in(hertz) == 150e3);
  BOOST_TEST(frequencies.back().in(hertz) == 80e6);
  for (std::size_t i = 1; i < frequencies.size(); ++i) {
    const double ratio = frequencies[i] / frequencies[i - 1];
    BOOST_REQUIRE(ratio > 1);
    BOOST_REQUIRE(ratio < 1.01 + 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(plans_that_make_no_sense_are_refused) {
  const auto refused = [](const RfSweepPlan& plan, ErrorCode code, const std::string& words) {
    check_refused(RfSweep::create(plan, {}), code, words);
  };
  refused(plan_of(megahertz(2), megahertz(1)), ErrorCode::invalid_argument,
          "a sweep from 2 MHz to 1 MHz");
  refused(plan_of(hertz(0), megahertz(1)), ErrorCode::invalid_argument, "from 0 Hz");
  refused(plan_of(hertz(1), Frequency()), ErrorCode::invalid_argument, "to unknown");
  RfSweepPlan plan = plan_of(megahertz(1), megahertz(2));
  plan.step = percent(0);
  refused(plan, ErrorCode::out_of_range, "a step of 0 %");
  plan.step = percent(1);
  plan.dwell = second(-1);
  refused(plan, ErrorCode::out_of_range, "a time of -1 s");
}

BOOST_AUTO_TEST_CASE(the_whole_conducted_sweep_is_valid_at_every_step) {
  // A path and a calibration that both fall by 3 dB a decade.
  LoopRadio radio("clock=virtual,tilt=3");
  const auto tilted = [](double hertz_number) {
    return 20 * std::pow(10.0, -3.0 / 20 * std::log10(hertz_number / 1e6));
  };
  radio.generator_calibration.rows.front().level = volt(tilted(150e3));
  radio.generator_calibration.rows.back().level = volt(tilted(6e9));
  RfSweepPlan plan = plan_of(kilohertz(150), megahertz(80));
  plan.level = volt(5);
  radio.monitor_settings.settle = millisecond(1);
  radio.monitor_settings.capture = millisecond(10);
  radio.generator_settings.run_out = millisecond(35);
  const Swept swept = sweep(radio, plan, {});
  require(swept.result);
  BOOST_REQUIRE(swept.steps.size() == 633U);
  for (const SweepStep& step : swept.steps) {
    BOOST_REQUIRE_MESSAGE(step.not_valid.empty(), step.not_valid);
    BOOST_REQUIRE(std::abs(step.reading->depth.in(percent)-80) < 0.2);
    BOOST_REQUIRE(std::abs(ratio(step.reading->level, volt(5)) - 1) < 0.005);
    BOOST_REQUIRE(step.count == 633U);
  }
  BOOST_TEST(swept.taken.in(second) == 633 * 0.5, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(the_dwell_is_at_least_the_response_time) {
  LoopRadio radio;
  const RfSweepPlan plan = plan_of(megahertz(1), megahertz(1.02));
  const Swept swept = sweep(radio, plan, {.response_time = second(3)});
  require(swept.result);
  BOOST_TEST(swept.steps.size() == 3U);
  BOOST_TEST(swept.taken.in(second) == 9.0, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(the_device_is_looked_at_while_the_disturbance_is_there) {
  LoopRadio radio;
  std::vector<double> carriers;
  const Swept swept =
      sweep(radio, plan_of(megahertz(1), megahertz(1.02)), {}, [&](const RfOutput& output) {
        BOOST_TEST(radio.streaming());
        carriers.push_back(output.carrier.in(hertz));
        BOOST_TEST(radio.device().getFrequency(SOAPY_SDR_TX, 0) == carriers.back());
        return Result<void>();
      });
  require(swept.result);
  BOOST_TEST(carriers.size() == 3U);
}

BOOST_AUTO_TEST_CASE(an_error_of_the_look_ends_the_sweep_with_the_output_off) {
  LoopRadio radio;
  const Swept swept = sweep(radio, plan_of(megahertz(1), megahertz(2)), {}, [](const RfOutput&) {
    return Result<void>(fail(ErrorCode::unavailable, "the meter is gone"));
  });
  check_refused(swept.result, ErrorCode::unavailable, "the meter is gone");
  BOOST_TEST(swept.steps.empty());
}

BOOST_AUTO_TEST_CASE(a_gap_makes_its_step_not_valid_and_no_other) {
  LoopRadio radio;
  int look = 0;
  const Swept swept =
      sweep(radio, plan_of(megahertz(1), megahertz(1.03)), {}, [&](const RfOutput&) {
        if (++look == 2) radio.device().writeSetting("lose_writes", "1");
        return Result<void>();
      });
  require(swept.result);
  BOOST_REQUIRE(swept.steps.size() == 4U);
  BOOST_TEST(swept.steps[0].not_valid == "");
  BOOST_TEST(swept.steps[1].not_valid == "a gap in the transmitted samples (underflow)");
  BOOST_TEST(swept.steps[2].not_valid == "");
  BOOST_TEST(swept.steps[3].not_valid == "");
}

BOOST_AUTO_TEST_CASE(a_level_that_is_not_there_makes_the_step_not_valid) {
  LoopRadio radio("clock=virtual,loss=24");
  const Swept swept = sweep(radio, plan_of(megahertz(1), megahertz(1)), {});
  require(swept.result);
  BOOST_REQUIRE(swept.steps.size() == 1U);
  BOOST_TEST(swept.steps[0].not_valid.starts_with("the level is 5.67"));  // 9 V less 4 dB
}

BOOST_AUTO_TEST_CASE(a_frequency_that_the_generator_refuses_is_not_valid_and_the_next_goes_on) {
  LoopRadio radio;
  radio.generator_calibration.rows.back().frequency = megahertz(1.015);
  const Swept swept = sweep(radio, plan_of(megahertz(1), megahertz(1.03)), {});
  require(swept.result);
  BOOST_REQUIRE(swept.steps.size() == 4U);
  BOOST_TEST(swept.steps[1].not_valid == "");
  BOOST_TEST(swept.steps[2].not_valid ==
             "1.0201 MHz; calibration 'tx' holds from 150 kHz to 1.015 MHz");
  BOOST_TEST(!swept.steps[2].reading.has_value());
}

BOOST_AUTO_TEST_CASE(a_stop_before_it_puts_nothing_out) {
  LoopRadio radio;
  std::stop_source stop;
  stop.request_stop();
  const Swept swept =
      sweep(radio, plan_of(megahertz(1), megahertz(2)), {}, nothing, stop.get_token());
  check_refused(swept.result, ErrorCode::cancelled, "stopped");
  BOOST_TEST(swept.steps.empty());
}

// At a moment that nobody chose, twenty times, on the radio's own clock.
BOOST_AUTO_TEST_CASE(a_stop_at_any_time_ends_with_the_output_off) {
  LoopRadio radio("clock=wall");
  radio.generator_settings.run_out = millisecond(40);
  const RfSweep swept = right(RfSweep::create(plan_of(megahertz(1), megahertz(2)), {}));
  const auto generator = right(radio.open_generator());
  const auto monitor = right(radio.open_monitor());
  for (int i = 0; i < 20; ++i) {
    std::stop_source stop;
    const std::jthread stopper([&stop, i] {
      std::this_thread::sleep_for(std::chrono::milliseconds(7 * i));
      stop.request_stop();
    });
    ports::MonotonicClock clock;
    const Instant begin = clock.now();
    check_refused(
        swept.run(*generator, *monitor, clock, stop.get_token(), nothing, [](const SweepStep&) {}),
        ErrorCode::cancelled, "stopped");
    BOOST_TEST(!radio.streaming());
    BOOST_TEST(radio.magnitude() == 0.0);
    BOOST_TEST((clock.now() - begin).in(second) < 10);
  }
}

BOOST_AUTO_TEST_CASE(what_differs_is_told) {
  const RfOutput output = output_of(megahertz(1), volt(10));
  RfReading reading{.carrier_offset = hertz(0),
                    .level = volt(10),
                    .depth = percent(80),
                    .duty = Percent(),
                    .modulation_frequency = kilohertz(1),
                    .invalid = ""};
  const auto told = [&output](const RfReading& changed) {
    return soapy::difference(output, changed, {});
  };
  BOOST_TEST(told(reading) == "");
  RfReading wrong = reading;
  wrong.depth = percent(74);
  BOOST_TEST(told(wrong) == "the modulation depth is 74 %, not 80 %");
  wrong = reading;
  wrong.depth = Percent();
  BOOST_TEST(told(wrong) != "");
  wrong = reading;
  wrong.modulation_frequency = hertz(400);
  BOOST_TEST(told(wrong) == "the modulation has 400 Hz, not 1 kHz");
  wrong = reading;
  wrong.carrier_offset = kilohertz(2);
  BOOST_TEST(told(wrong) == "the carrier is 2 kHz off");
  wrong = reading;
  wrong.level = volt_per_metre(10);
  BOOST_TEST(told(wrong) == "the level is 10 V/m, not 10 V");
  wrong = reading;
  wrong.invalid = "why";
  BOOST_TEST(told(wrong) == "why");
}

BOOST_AUTO_TEST_SUITE_END()
