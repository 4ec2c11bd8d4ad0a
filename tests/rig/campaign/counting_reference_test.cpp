// SPDX-License-Identifier: GPL-3.0-or-later
// A reference standard that counts by itself, and pulses on a line beside it.
#include "hardware/counting_reference.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <deque>

#include "hardware/line_pulses.h"

using namespace meterrig;
using namespace meterrig::campaign;

namespace {

namespace tt = boost::test_tools;

/// Steady power on each phase; waits no shorter than it is told, and tells pulses when they are
/// due.
class SteadyStandard final : public ReferenceStandard {
 public:
  ActivePower power = watt(3600);  // of each phase: 1 Wh a second
  double seconds = 0;
  std::deque<double> pulses;  // their times
  bool pulse_input = true;
  double overshoot = 0;  // of a wait

  Result<InstrumentIdentity> identify() override { return InstrumentIdentity{}; }
  Result<ReferenceValues> read() override { return values; }
  Result<void> start_energy() override {
    seconds = 0;
    return {};
  }
  Result<EnergyCount> read_energy() override { return count_at(seconds); }
  Result<std::optional<EnergyCount>> next_pulse() override {
    if (!pulse_input) return fail(ErrorCode::unimplemented, "no pulse input");
    if (pulses.empty() || pulses.front() > seconds) return std::optional<EnergyCount>();
    const EnergyCount count = count_at(pulses.front());
    pulses.pop_front();
    return std::optional(count);
  }
  Result<void> wait(Duration duration) override {
    seconds += duration.in(second) + overshoot;
    return {};
  }

  ReferenceValues values;

 private:
  EnergyCount count_at(double time) const {
    EnergyCount count{.active_energy = {}, .duration = second(time)};
    count.active_energy.fill(power * second(time));
    return count;
  }
};

struct Counting {
  explicit Counting(double overshoot = 0) {
    auto made = std::make_unique<SteadyStandard>();
    standard = made.get();
    standard->overshoot = overshoot;
    reference.emplace(std::move(made), "S0-2", percent(0.005));
    BOOST_REQUIRE(reference->begin().has_value());
  }
  double watt_hours(double seconds) {
    const auto energy =
        reference->energy_until({static_cast<std::int64_t>(std::llround(seconds * 1e9))});
    BOOST_REQUIRE_MESSAGE(energy.has_value(), energy.error().message);
    return energy->at(1).in(watt_hour);
  }
  SteadyStandard* standard = nullptr;
  std::optional<CountingReference> reference;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(counting_reference)

BOOST_AUTO_TEST_CASE(energy_is_that_of_readings_and_pulses_and_linear_in_between) {
  Counting it(0.25);
  it.standard->pulses = {1.5, 4.125};
  BOOST_REQUIRE(it.reference->pass(second(3)).has_value());
  BOOST_TEST(it.reference->now().nanoseconds == 3'250'000'000);
  BOOST_REQUIRE(it.reference->pass(second(2)).has_value());
  const auto pulses = it.reference->take_pulses();
  BOOST_REQUIRE(pulses.size() == 2u);
  BOOST_TEST(pulses[0].output == "S0-2");
  BOOST_TEST(pulses[1].time.nanoseconds == 4'125'000'000);
  BOOST_TEST(it.reference->take_pulses().empty());
  for (const double time : {0.0, 1.5, 2.0, 4.125, 5.5})
    BOOST_TEST(it.watt_hours(time) == time, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(what_is_not_known_or_forgotten_is_an_error_and_no_number) {
  Counting it;
  BOOST_REQUIRE(it.reference->pass(second(10)).has_value());
  BOOST_REQUIRE(it.reference->pass(second(10)).has_value());
  const auto later = it.reference->energy_until({20'000'000'001});
  BOOST_TEST(!later.has_value());
  it.reference->forget_before({15'000'000'000});
  BOOST_TEST(it.watt_hours(15) == 15, tt::tolerance(1e-12));
  BOOST_TEST(!it.reference->energy_until({9'000'000'000}).has_value());
  BOOST_REQUIRE(it.reference->begin().has_value());
  BOOST_TEST(it.reference->now().nanoseconds == 0);
  it.standard->seconds = 5;
  BOOST_REQUIRE(it.reference->catch_up().has_value());
  it.standard->seconds = 4;
  const auto back = it.reference->catch_up();
  BOOST_REQUIRE(!back.has_value());
  BOOST_TEST(back.error().message.find("expected time to go on") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_standard_without_a_pulse_input_meters_all_the_same) {
  Counting it;
  it.standard->pulse_input = false;
  BOOST_REQUIRE(it.reference->pass(second(1)).has_value());
  BOOST_TEST(it.reference->take_pulses().empty());
}

BOOST_AUTO_TEST_CASE(powers_that_its_own_volts_and_amperes_do_not_explain_are_told) {
  ReferenceValues values;
  values.frequency = hertz(50);
  values.voltage.fill(volt(230));
  values.current = {ampere(5), ampere(5), ampere(0)};
  values.displacement.fill(degree(60));
  values.voltage_thd.fill(percent(0.1));
  values.current_thd.fill(percent(0.1));
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double s = 230 * values.current.at(p).in(ampere);
    values.apparent_power.at(p) = volt_ampere(s);
    values.active_power.at(p) = watt(s * 0.5);
    values.reactive_power.at(p) = var(s * std::sqrt(0.75));
  }
  const ReferenceReading good = reading_from(values, percent(0.005));
  BOOST_TEST(good.agreement.within);
  BOOST_TEST(good.first.p_total.in(watt) == 1150, tt::tolerance(1e-12));
  // A phase without current has no angle and no distortion, whatever the instrument says.
  BOOST_TEST(good.first.phase[1].displacement.known());
  BOOST_TEST(!good.first.phase[2].displacement.known());
  BOOST_TEST(!good.first.phase[2].current_thd.known());
  values.active_power[0] = watt(230 * 5 * 0.5 + 1);
  const ReferenceReading bad = reading_from(values, percent(0.005));
  BOOST_TEST(!bad.agreement.within);
  BOOST_TEST(bad.agreement.p_difference.in(watt) == 1, tt::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(line_pulses)

namespace {

class GivenPulses final : public PulseInput {
 public:
  std::vector<Pulse> pulses;
  Result<std::vector<Pulse>> take(Duration) override { return std::exchange(pulses, {}); }
  std::string time_base() const override { return "machine"; }
  Duration standard_uncertainty() const override { return second(3e-3); }
};

Instant at(double seconds) { return {static_cast<std::int64_t>(std::llround(seconds * 1e9))}; }

}  // namespace

BOOST_AUTO_TEST_CASE(stamps_of_the_machine_become_those_of_the_reference) {
  auto made = std::make_unique<GivenPulses>();
  GivenPulses& input = *made;
  LinePulses line(std::move(made));
  // The reference goes a thousandth faster, and its 0 is the machine's 100 s.
  const auto look = [&](double machine, double took) {
    return line.look(at((machine - 100) * 1.001), at(machine - took / 2), at(machine + took / 2));
  };
  input.pulses = {{.output = "S0-2", .time = at(99)}};
  BOOST_TEST(look(100, 0.002).value().empty());  // before anybody waited
  input.pulses = {{.output = "S0-2", .time = at(105)}, {.output = "S0-2", .time = at(110.001)}};
  const auto first = look(110, 0.004).value();
  BOOST_REQUIRE(first.size() == 1u);
  BOOST_TEST((first[0].time - Instant{}).in(second) == 5.005, tt::tolerance(1e-9));
  const auto next = look(120, 0.002).value();  // one that came behind the look
  BOOST_REQUIRE(next.size() == 1u);
  BOOST_TEST((next[0].time - Instant{}).in(second) == 10.001 * 1.001, tt::tolerance(1e-9));
  // The longest look took 4 ms: 2 ms / sqrt 3, and the input's 3 ms.
  BOOST_TEST(line.standard_uncertainty().in(second) == std::hypot(3e-3, 2e-3 / std::sqrt(3.0)),
             tt::tolerance(1e-9));
  line.begin();
  input.pulses = {{.output = "S0-2", .time = at(125)}};
  BOOST_TEST(look(130, 0.002).value().empty());
}

BOOST_AUTO_TEST_SUITE_END()
