// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/output.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../ports/scratch_folder.h"
#include "recording_source.h"

namespace meterrig::safety {
namespace {

constexpr Duration tick_length = millisecond(10);

Limits bench_limits() {
  return {.voltage = volt(300),
          .current = ampere(100),
          .apparent_power = kilovolt_ampere(30),
          .apparent_energy = kilovolt_ampere_hour(10),
          .duration = hour(2),
          .voltage_rise = volt(2000),
          .current_rise = ampere(500),
          .lowest_frequency = hertz(45),
          .highest_frequency = hertz(65),
          .crest = 1.5};
}

OperatingPoint balanced(double volts, double amperes, double degrees = 0) {
  return {.frequency = hertz(50),
          .voltage = {volt(volts), volt(volts), volt(volts)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(amperes), ampere(amperes), ampere(amperes)},
          .displacement = {degree(degrees), degree(degrees), degree(degrees)}};
}

/// An output on a bench whose interlocks were acknowledged, in virtual time.
struct Bench {
  explicit Bench(const Limits& limits = bench_limits()) {
    auto interlocks = Interlocks::open(folder / "interlocks", {"door"});
    auto journal = Journal::open(folder / "journal");
    BOOST_REQUIRE((interlocks && journal));
    output = std::make_unique<Output>(std::make_unique<test::RecordingSource>(record),
                                      OutputSettings{.limits = limits,
                                                     .lease = second(1),
                                                     .read_back_tolerance = percent(5),
                                                     .read_back_interval = second(0.5)},
                                      std::move(*interlocks), std::move(*journal), clock);
    for (const char* name : {"start", "read-back", "door"})
      BOOST_REQUIRE(output->acknowledge(name, "A. Person").has_value());
    renew();
  }
  void renew() { BOOST_TEST(output->renew(++progress).has_value()); }
  /// Ticks with a control loop that gets on.
  void live(Duration duration) {
    const Instant end = clock.now() + duration;
    while (clock.now() < end) {
      renew();
      tick();
    }
  }
  void tick() {
    clock.advance(tick_length);
    output->tick();
  }

  ScratchFolder folder;
  std::shared_ptr<test::SourceRecord> record = std::make_shared<test::SourceRecord>();
  ports::VirtualClock clock;
  std::unique_ptr<Output> output;
  std::uint64_t progress = 0;
};

std::string refusal(const Result<void>& result) {
  BOOST_TEST_REQUIRE(!result.has_value());
  return result.error().message;
}

std::string refused(const Result<void>& result) {
  return result ? std::string() : result.error().message;
}

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(output)

BOOST_AUTO_TEST_CASE(a_start_switches_the_source_off_and_waits_for_a_person_and_a_lease) {
  Bench bench;
  BOOST_TEST(bench.record->switched_off == 1);
  BOOST_TEST(!bench.output->status().on);

  auto interlocks = Interlocks::open(bench.folder / "others", {"door"});
  auto journal = Journal::open(bench.folder / "journal");
  Output fresh(std::make_unique<test::RecordingSource>(bench.record), {.limits = bench_limits()},
               std::move(*interlocks), std::move(*journal), bench.clock);
  BOOST_TEST(says(refusal(fresh.energise(balanced(230, 5))), "start"));
  for (const char* name : {"start", "read-back", "door"})
    BOOST_TEST(fresh.acknowledge(name, "A. Person").has_value());
  BOOST_TEST(says(refusal(fresh.energise(balanced(230, 5))), "lease"));
  BOOST_TEST(bench.record->applied.empty());
}

namespace {

/// A port whose lines a test sets.
class GivenLines final : public ports::ModemLines {
 public:
  bool cts = true;
  bool dsr = false;
  bool gone = false;
  Result<bool> read(ports::ModemLine line) override {
    if (gone) return fail(ErrorCode::unavailable, "the port is gone");
    return line == ports::ModemLine::cts ? cts : dsr;
  }
  Duration latency() const override { return second(0); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_contact_that_opens_and_a_port_that_is_gone_switch_off_and_latch) {
  Bench bench;
  const auto lines = std::make_shared<GivenLines>();
  bench.output->watch(InterlockInputs({{.interlock = "door", .lines = lines}}));
  const auto is_on_again = [&] {
    if (!bench.output->acknowledge("door", "A. Person")) return false;
    bench.renew();
    return bench.output->energise(balanced(230, 5)).has_value();
  };
  // It acts on the level: nobody acknowledges it away, and closing it again is not enough.
  lines->cts = false;
  bench.tick();
  BOOST_TEST(!is_on_again());
  lines->cts = true;
  bench.tick();
  BOOST_TEST(says(refusal(bench.output->energise(balanced(230, 5))), "door"));
  BOOST_TEST(is_on_again());
  bench.live(second(1));
  BOOST_TEST(bench.output->status().on);
  lines->cts = false;
  bench.tick();
  BOOST_TEST(!bench.output->status().on);
  BOOST_TEST(says(bench.output->status().reason, "door"));
  lines->cts = true;
  bench.tick();
  BOOST_TEST(is_on_again());
  lines->gone = true;
  bench.tick();
  BOOST_TEST(!bench.output->status().on);
}

BOOST_AUTO_TEST_CASE(a_contact_that_closes_when_it_is_not_safe_is_looked_at_from_the_start) {
  Bench bench;
  const auto lines = std::make_shared<GivenLines>();
  lines->dsr = true;
  bench.output->watch(InterlockInputs({{.interlock = "door",
                                        .lines = lines,
                                        .line = ports::ModemLine::dsr,
                                        .safe_when_off = true}}));
  BOOST_TEST(says(refusal(bench.output->energise(balanced(230, 5))), "door"));
  lines->dsr = false;
  bench.tick();
  BOOST_TEST(bench.output->acknowledge("door", "A. Person").has_value());
  bench.renew();
  BOOST_TEST(bench.output->energise(balanced(230, 5)).has_value());
}

BOOST_AUTO_TEST_CASE(it_rises_no_faster_than_its_limits_and_voltage_before_current) {
  Bench bench;
  BOOST_TEST(bench.output->energise(balanced(230, 5)).has_value());
  bench.live(second(1));
  BOOST_TEST(bench.output->status().settled);
  const auto& applied = bench.record->applied;
  BOOST_TEST_REQUIRE(applied.size() > 10U);
  double volts = 0;
  double amperes = 0;
  for (const OperatingPoint& point : applied) {
    BOOST_TEST(point.voltage[0].in(volt)-volts <= 2000 * 0.01 + 1e-9);
    BOOST_TEST(point.current[0].in(ampere)-amperes <= 500 * 0.01 + 1e-9);
    volts = point.voltage[0].in(volt);
    amperes = point.current[0].in(ampere);
    if (amperes > 0) BOOST_TEST(volts == 230);
  }
  BOOST_TEST(amperes == 5);
}

BOOST_AUTO_TEST_CASE(other_waves_begin_from_zero_and_no_step_exceeds_both_ends) {
  Bench bench;
  BOOST_TEST(bench.output->energise(balanced(300, 30, 60)).has_value());
  bench.live(second(1));
  bench.record->applied.clear();
  BOOST_TEST(bench.output->energise(balanced(100, 90)).has_value());
  bench.live(second(2));
  BOOST_TEST(bench.output->status().settled);
  bool was_zero = false;
  for (const OperatingPoint& point : bench.record->applied) {
    BOOST_TEST((apparent_power_of(point) <= volt_ampere(3 * 100 * 90 + 1e-6)));
    if (point.voltage[0] == volt(0) && point.current[0] == ampere(0)) was_zero = true;
    if (point.displacement[0] == degree(0) && point.voltage[0] > volt(0)) BOOST_TEST(was_zero);
  }
  BOOST_TEST(was_zero);
}

BOOST_AUTO_TEST_CASE(a_loop_that_is_stuck_loses_the_output_within_the_lease_and_a_tick) {
  Bench bench;
  BOOST_TEST(bench.output->energise(balanced(230, 5)).has_value());
  bench.live(second(1));
  bench.renew();
  const Instant renewed = bench.clock.now();
  while (bench.record->on) {
    // Alive, but with the same count: that does not renew.
    BOOST_TEST(!bench.output->renew(bench.progress).has_value());
    bench.tick();
    BOOST_TEST_REQUIRE((bench.clock.now() - renewed < second(2)));
  }
  BOOST_TEST((bench.clock.now() - renewed <= second(1) + tick_length));
  BOOST_TEST((bench.clock.now() - renewed > second(1)));
  BOOST_TEST(says(bench.output->status().reason, "lease"));
  // Currents went first.
  const OperatingPoint& last = bench.record->applied.back();
  BOOST_TEST((last.current[0] == ampere(0) && last.voltage[0] == volt(230)));
}

BOOST_AUTO_TEST_CASE(an_interlock_switches_off_at_once_and_keeps_it_off) {
  Bench bench;
  BOOST_TEST(bench.output->energise(balanced(230, 5)).has_value());
  bench.live(second(1));
  BOOST_TEST(bench.output->set_interlock("door", false).has_value());
  BOOST_TEST(!bench.record->on);
  BOOST_TEST(bench.output->set_interlock("door", true).has_value());
  BOOST_TEST(says(refusal(bench.output->energise(balanced(230, 5))), "door"));
  BOOST_TEST(bench.output->acknowledge("door", "A. Person").has_value());
  BOOST_TEST(bench.output->energise(balanced(230, 5)).has_value());
}

BOOST_AUTO_TEST_CASE(time_and_energy_end_it) {
  Limits limits = bench_limits();
  limits.duration = second(3);
  Bench timed(limits);
  BOOST_TEST(timed.output->energise(balanced(230, 5)).has_value());
  timed.live(second(2.9));
  BOOST_TEST(timed.record->on);
  timed.live(second(0.2));
  BOOST_TEST(!timed.record->on);
  BOOST_TEST(says(timed.output->status().reason, "3 s"));

  limits = bench_limits();
  limits.apparent_energy = volt_ampere_hour(10);
  Bench metered(limits);
  BOOST_TEST(metered.output->energise(balanced(200, 45)).has_value());
  metered.live(second(3));  // 27 kVA need 1.3 s
  BOOST_TEST(!metered.record->on);
  BOOST_TEST(says(metered.output->status().reason, "10 VAh"));
}

BOOST_AUTO_TEST_CASE(an_output_that_is_not_what_was_set_is_switched_off_and_latched) {
  Bench bench;
  BOOST_TEST(bench.output->energise(balanced(230, 5)).has_value());
  bench.live(second(1));
  bench.record->gain = 0.94;
  bench.live(second(1));
  BOOST_TEST(!bench.record->on);
  BOOST_TEST(says(bench.output->status().reason, "voltage L1 is 216.2 V, and was set to 230 V"));
  BOOST_TEST(says(refusal(bench.output->energise(balanced(230, 5))), "read-back"));
}

BOOST_AUTO_TEST_CASE(a_source_that_fails_or_does_not_answer_is_switched_off) {
  Bench refusing;
  BOOST_TEST(refusing.output->energise(balanced(230, 5)).has_value());
  refusing.live(second(0.05));
  refusing.record->refuses_points = true;
  refusing.live(second(0.05));
  BOOST_TEST(!refusing.record->on);
  BOOST_TEST(says(refusing.output->status().reason, "it refuses"));

  Bench silent;
  BOOST_TEST(silent.output->energise(balanced(230, 5)).has_value());
  silent.live(second(1));
  silent.record->refuses_read_back = true;
  silent.live(second(1));
  BOOST_TEST(!silent.record->on);
}

BOOST_AUTO_TEST_CASE(a_source_that_cannot_be_switched_off_is_told_again_until_it_can) {
  Bench bench;
  BOOST_TEST(bench.output->energise(balanced(230, 5)).has_value());
  bench.live(second(1));
  bench.record->refuses_off = true;
  BOOST_TEST(!bench.output->off("asked for").has_value());
  BOOST_TEST(bench.output->status().unknown);
  bench.live(second(0.1));
  BOOST_TEST(!bench.output->energise(balanced(230, 5)).has_value());
  bench.record->refuses_off = false;
  bench.live(second(0.02));
  BOOST_TEST(!bench.output->status().unknown);
  BOOST_TEST(!bench.record->on);
}

BOOST_AUTO_TEST_CASE(a_journal_that_cannot_be_written_switches_off) {
  Bench bench;
  auto interlocks = Interlocks::open(bench.folder / "others", {});
  auto full = Journal::open("/dev/full");
  BOOST_REQUIRE(full.has_value());
  Output output(std::make_unique<test::RecordingSource>(bench.record), {.limits = bench_limits()},
                std::move(*interlocks), std::move(*full), bench.clock);
  for (const char* name : {"start", "read-back"})
    BOOST_TEST(output.acknowledge(name, "A. Person").has_value());
  BOOST_TEST(output.renew(1).has_value());
  BOOST_TEST(says(refusal(output.energise(balanced(230, 5))), "journal"));
  BOOST_TEST(!bench.record->on);
}

BOOST_AUTO_TEST_CASE(the_journal_tells_what_was_done_and_why) {
  Bench bench;
  BOOST_TEST(bench.output->energise(balanced(230, 5, 60)).has_value());
  bench.live(second(1));
  BOOST_TEST(bench.output->off("the operator asked for it").has_value());
  std::ifstream file(bench.folder / "journal");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const char* words :
       {"\"event\":\"acknowledge\"", "door by A. Person", "\"event\":\"energise\"",
        "50 Hz, L1 230 V 5 A 60 deg", "the operator asked for it", "\"time\":\"20"})
    BOOST_TEST(says(text, words), words);
}

// No sequence of requests, sound or not, puts out more than the limits or widens them.
BOOST_AUTO_TEST_CASE(nothing_that_is_asked_for_exceeds_the_limits) {
  std::mt19937 random(20'261'127);
  const auto chance = [&random](int of) {
    return std::uniform_int_distribution(1, of)(random) == 1;
  };
  const auto number = [&](double usual) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinite = std::numeric_limits<double>::infinity();
    switch (std::uniform_int_distribution(0, 9)(random)) {
      case 0:
        return nan;
      case 1:
        return infinite;
      case 2:
        return -usual;
      case 3:
        return 1e300;
      default:
        return std::uniform_real_distribution(0.0, 1.6 * usual)(random);
    }
  };
  for (int sequence = 0; sequence < 100; ++sequence) {
    Bench bench;
    Limits least = bench_limits();
    for (int request = 0; request < 60; ++request) {
      if (chance(8)) {
        Limits wanted = bench_limits();
        wanted.voltage = volt(number(300));
        wanted.current = ampere(number(100));
        wanted.apparent_power = volt_ampere(number(30'000));
        wanted.voltage_rise = volt(number(2000));
        wanted.highest_frequency = hertz(number(65));
        bench.output->narrow(wanted);
        least = bench.output->limits();
        BOOST_TEST_REQUIRE((least.voltage <= volt(300) && least.current <= ampere(100)));
        BOOST_TEST_REQUIRE((least.apparent_power <= kilovolt_ampere(30)));
        BOOST_TEST_REQUIRE((least.highest_frequency <= hertz(65)));
      } else if (chance(10)) {
        static_cast<void>(bench.output->set_interlock(chance(2) ? "door" : "none", chance(2)));
      } else if (chance(6)) {
        static_cast<void>(bench.output->acknowledge("door", "A. Person"));
      } else {
        OperatingPoint point = balanced(number(250), number(60), number(90));
        if (chance(3)) point.voltage[1] = volt(number(300));
        if (chance(3)) point.frequency = hertz(number(50));
        static_cast<void>(bench.output->energise(point));
      }
      bench.record->applied.clear();
      for (int i = 0; i < 5; ++i) {
        if (!chance(50)) static_cast<void>(bench.output->renew(++bench.progress));
        bench.tick();
      }
      for (const OperatingPoint& point : bench.record->applied)
        BOOST_TEST_REQUIRE(refused(check(point, least)) == "");
      if (!bench.output->interlocks().check()) BOOST_TEST_REQUIRE(!bench.record->on);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::safety
