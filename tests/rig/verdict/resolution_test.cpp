// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/resolution.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace meterrig;
using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

const PulseTiming meter_with_20_ms_quantum{microsecond(1), millisecond(20)};

bool is_infinite(Duration d) { return std::isinf(d.in(second)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(resolution)

BOOST_AUTO_TEST_CASE(a_fifth_of_the_limit_is_resolved_and_no_more) {
  BOOST_TEST(resolves(percent(0.5), percent(0.1)));
  BOOST_TEST(!resolves(percent(0.5), percent(0.1000001)));
  BOOST_TEST(!resolves(percent(0.5), Percent{}));
  BOOST_TEST(!resolves(Percent{}, percent(0.1)));
}

BOOST_AUTO_TEST_CASE(edges_have_the_variance_of_two_quantised_times) {
  // The mean square of a difference of two edges, each anywhere in its quantum, by summing over
  // both.
  constexpr int n = 400;
  double mean_square = 0;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      const double difference = 0.02 * (i - j) / n;
      mean_square += difference * difference / (n * n);
    }
  }
  const PulseTiming quantised{second(0), millisecond(20)};
  // On n points instead of a continuum the variance is smaller by 1/n^2.
  BOOST_TEST(edge_uncertainty(quantised).in(second) == std::sqrt(mean_square), tolerance(1e-5));
  const PulseTiming stamped{microsecond(3), second(0)};
  BOOST_TEST(edge_uncertainty(stamped).in(microsecond) == 3 * std::sqrt(2.0), tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_reference_that_counts_and_a_load_that_swings_add_to_the_edges) {
  // k_r = 1.6e8 imp/kWh at 57.5 W: a pulse in 0.391 ms; M = 160000 in one interval of 62.6 s, and
  // 100 / M = 0.000625 % is the half-width.
  PulseTiming counted{second(0), second(0), second(3.6e6 / (1.6e8 * 57.5)), second(0)};
  const double interval = 3600 / 57.5;
  BOOST_TEST(100 * edge_uncertainty(counted).in(second) / interval == 0.000625 / std::sqrt(6.0),
             tolerance(1e-12));
  // 50 Hz, 10 s: 0.032 % at power factor 1, twice that at 0.5 (U-shaped half-widths).
  BOOST_TEST(100 * power_ripple(hertz(50), 1).in(second) / 10 == 0.0318, tolerance(2e-3));
  BOOST_TEST(power_ripple(hertz(50), 0.5).in(second) == 2 * power_ripple(hertz(50), 1).in(second),
             tolerance(1e-14));
  BOOST_TEST(is_infinite(power_ripple(hertz(50), 0)));
  BOOST_TEST(is_infinite(power_ripple(hertz(0), 1)));
  const PulseTiming swinging{second(0), second(0), second(0), power_ripple(hertz(50), 1)};
  // The mean square of a sine of that amplitude.
  double mean_square = 0;
  for (int i = 0; i < 1000; ++i) {
    const double difference = std::sin(2 * std::acos(-1.0) * i / 1000) / (100 * std::acos(-1.0));
    mean_square += difference * difference / 1000;
  }
  BOOST_TEST(edge_uncertainty(swinging).in(second) == std::sqrt(mean_square), tolerance(1e-12));
  // Independent of each other: squares add.
  PulseTiming all{microsecond(3), millisecond(20), counted.reference_step, swinging.ripple};
  const PulseTiming edges{microsecond(3), millisecond(20)};
  BOOST_TEST(edge_uncertainty(all).in(second) == std::hypot(edge_uncertainty(edges).in(second),
                                                            edge_uncertainty(counted).in(second),
                                                            std::sqrt(mean_square)),
             tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(the_duration_that_would_do_just_does) {
  const Percent limit = percent(0.5);
  const auto check = [&](const MethodResolution& refused, auto measured_for) {
    BOOST_TEST(!refused.resolves);
    BOOST_TEST(!measured_for(refused.needed * 0.999).resolves);
    BOOST_TEST(measured_for(refused.needed * 1.001).resolves);
    BOOST_TEST(measured_for(refused.needed).resolution.in(percent) == 0.1, tolerance(1e-14));
  };
  const auto by_pulses = [&](Duration t) { return pulses(meter_with_20_ms_quantum, t, limit); };
  check(by_pulses(second(1)), by_pulses);
  // 1000 a / L, a = 20 ms / sqrt 6
  BOOST_TEST(by_pulses(second(1)).needed.in(second) == 1000 * 0.02 / std::sqrt(6.0) / 0.5,
             tolerance(1e-7));

  const auto by_register = [&](Duration t) {
    return register_advance(watt_hour(1), watt(3450), t, limit);
  };
  check(by_register(second(1)), by_register);
  // 2 R / (sqrt 6 E) = 0.1 % at E = 816.5 Wh: 852 s at 3450 W
  BOOST_TEST(by_register(second(1)).needed.in(second) == 2000 / std::sqrt(6.0) / 3450 * 3600,
             tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(time_does_not_sharpen_an_instantaneous_reading) {
  // 2 q / sqrt(12) of 0.1 W in 230 W is 0.0251 %.
  const MethodResolution fine = instantaneous(0.1, -230, percent(0.5));
  BOOST_TEST(fine.resolution.in(percent) == 100 * 0.1 / (std::sqrt(3.0) * 230), tolerance(1e-14));
  BOOST_TEST(fine.resolves);
  BOOST_TEST(fine.needed.in(second) == 0.0);
  const MethodResolution coarse = instantaneous(1, 230, percent(0.5));
  BOOST_TEST(!coarse.resolves);
  BOOST_TEST(is_infinite(coarse.needed));
}

BOOST_AUTO_TEST_CASE(nothing_resolves_without_power_time_or_limit) {
  BOOST_TEST(!register_advance(watt_hour(1), watt(0), second(60), percent(0.5)).resolves);
  BOOST_TEST(is_infinite(register_advance(watt_hour(1), watt(0), second(60), percent(0.5)).needed));
  BOOST_TEST(!register_advance(watt_hour(1), watt(-5), second(60), percent(0.5)).resolves);
  BOOST_TEST(!register_advance(watt_hour(1), ActivePower{}, second(60), percent(0.5)).resolves);
  BOOST_TEST(!pulses(meter_with_20_ms_quantum, second(0), percent(0.5)).resolves);
  BOOST_TEST(!pulses(meter_with_20_ms_quantum, Duration{}, percent(0.5)).resolves);
  BOOST_TEST(!pulses(meter_with_20_ms_quantum, second(60), percent(0)).resolves);
  BOOST_TEST(!pulses(meter_with_20_ms_quantum, second(60), Percent{}).resolves);
  BOOST_TEST(is_infinite(pulses(meter_with_20_ms_quantum, second(60), Percent{}).needed));
  BOOST_TEST(!instantaneous(0.1, 0, percent(0.5)).resolves);
}

BOOST_AUTO_TEST_CASE(measuring_time_meets_the_demand_exactly) {
  for (const double limit : {0.1, 0.2, 0.5, 1.0, 2.0}) {
    for (const double b : {0.0, 2e-4}) {
      for (const double unaveraged : {0.0, 0.005}) {
        MeasuringTime demand;
        demand.limit = percent(limit);
        demand.unaveraged = percent(unaveraged);
        demand.timing = meter_with_20_ms_quantum;
        demand.noise_root_second = b;
        const double T = measuring_time(demand).in(second);
        // u(T)^2 = uB^2 + (a/T)^2 + b^2/T put back: 2 u(T) = limit / 5.
        const double a = edge_uncertainty(demand.timing).in(second);
        const double u_b = unaveraged / 100;
        const double u = std::sqrt(u_b * u_b + a * a / (T * T) + b * b / T);
        BOOST_TEST(2 * u == limit / 100 / 5, tolerance(1e-12));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(without_other_contributions_it_is_what_the_pulses_need) {
  MeasuringTime demand;
  demand.limit = percent(0.5);
  demand.unaveraged = percent(0);
  demand.timing = meter_with_20_ms_quantum;
  BOOST_TEST(measuring_time(demand).in(second) ==
                 pulses(demand.timing, second(1), demand.limit).needed.in(second),
             tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(no_duration_helps_against_what_does_not_average) {
  MeasuringTime demand;
  demand.limit = percent(0.5);
  demand.timing = meter_with_20_ms_quantum;
  demand.unaveraged = percent(0.05);  // 2 u_B is all that is allowed
  BOOST_TEST(is_infinite(measuring_time(demand)));
  demand.unaveraged = percent(0.06);
  BOOST_TEST(is_infinite(measuring_time(demand)));
  demand.unaveraged = Percent{};  // unknown is not 0
  BOOST_TEST(is_infinite(measuring_time(demand)));
}

BOOST_AUTO_TEST_CASE(pulses_are_counted_whole_and_last_long_enough) {
  // k = 1000, 57.5 W: one pulse in 62.6 s.
  const MeterConstant k = impulse_per_kilowatt_hour(1000);
  BOOST_TEST(pulse_interval(k, watt(57.5)).in(second) == 3600.0 / 57.5, tolerance(1e-14));
  BOOST_TEST(*pulses_needed(second(60), k, watt(57.5), 1) == 1);
  BOOST_TEST(*pulses_needed(second(63), k, watt(57.5), 1) == 2);
  BOOST_TEST(*pulses_needed(second(63), k, watt(57.5), 5) == 5);
  BOOST_TEST(*pulses_needed(second(0), k, watt(57.5), 2) == 2);
  for (int i = 0; i < 35; ++i) {
    const double t = 0.1 * std::pow(1.3, i);
    const auto n = *pulses_needed(second(t), k, watt(1150), 1);
    BOOST_TEST(static_cast<double>(n) * pulse_interval(k, watt(1150)).in(second) >= t);
    BOOST_TEST(static_cast<double>(n - 1) * pulse_interval(k, watt(1150)).in(second) < t);
  }
}

BOOST_AUTO_TEST_CASE(a_plan_meets_the_uncertainty_and_what_the_standard_asks_for) {
  MeasuringTime demand;
  demand.limit = percent(0.5);
  demand.unaveraged = percent(0.01);
  demand.timing = meter_with_20_ms_quantum;
  const MeterConstant k = impulse_per_kilowatt_hour(1000);
  for (const double watts : {2.5, 57.5, 1150.0, 60000.0}) {
    for (const double least : {0.0, 10.0, 300.0}) {
      const auto plan = plan_pulses(demand, {second(least), 2}, k, watt(watts));
      BOOST_REQUIRE(plan);
      const double T = plan->duration.in(second);
      BOOST_TEST(T >= least);
      BOOST_TEST(plan->pulses >= 2);
      BOOST_TEST(T == static_cast<double>(plan->pulses) * 3600 / watts, tolerance(1e-12));
      // 2 u(T) is within the demand, and one pulse less would break one of the three.
      const double a = edge_uncertainty(demand.timing).in(second);
      const auto twice_u = [&](double t) { return 200 * std::hypot(1e-4, a / t); };
      BOOST_TEST(twice_u(T) <= 0.1);
      const double shorter = T - 3600 / watts;
      BOOST_TEST((twice_u(shorter) > 0.1 || shorter < least || plan->pulses == 2));
    }
  }
  // The suite asks for more than the uncertainty does.
  BOOST_TEST(plan_pulses(demand, {second(10), 5000}, k, watt(1150))->pulses == 5000);
}

BOOST_AUTO_TEST_CASE(a_plan_that_cannot_be_is_an_error) {
  MeasuringTime demand;
  demand.limit = percent(0.5);
  demand.unaveraged = percent(0.06);
  demand.timing = meter_with_20_ms_quantum;
  const MeterConstant k = impulse_per_kilowatt_hour(1000);
  const auto refused = plan_pulses(demand, {second(10), 2}, k, watt(1150));
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().message ==
             "no duration brings 2 u to 0.1 % beside 0.06 % that does not average");
  demand.unaveraged = percent(0.01);
  BOOST_TEST(!plan_pulses(demand, {second(10), 2}, k, watt(0)));
  BOOST_TEST(!plan_pulses(demand, {Duration{}, 2}, k, watt(1150)));
}

BOOST_AUTO_TEST_CASE(pulses_that_never_come_are_an_error) {
  const MeterConstant k = impulse_per_kilowatt_hour(1000);
  const auto refused = pulses_needed(second(10), k, watt(0), 1);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == ErrorCode::out_of_range));
  BOOST_TEST(refused.error().message == "cannot count pulses for 10 s at 1000 imp/kWh and 0 W");
  BOOST_TEST(!pulses_needed(second(10), k, watt(-5), 1));
  BOOST_TEST(!pulses_needed(second(10), k, ActivePower{}, 1));
  BOOST_TEST(!pulses_needed(Duration{}, k, watt(5), 1));
  BOOST_TEST(!pulses_needed(second(std::numeric_limits<double>::infinity()), k, watt(5), 1));
  BOOST_TEST(!pulses_needed(second(1e9), k, watt(1e9), 1));
}

BOOST_AUTO_TEST_CASE(a_register_needs_a_thousand_steps_over_the_limit) {
  // OIML R 46: E_min = 1000 R / b Wh, b in percent.
  BOOST_TEST(register_energy_needed(watt_hour(10), percent(0.5)).in(watt_hour) == 20000.0,
             tolerance(1e-14));
  BOOST_TEST(register_energy_needed(watt_hour(10), percent(0.5), 0.2).in(watt_hour) == 10000.0,
             tolerance(1e-14));
}

BOOST_AUTO_TEST_SUITE_END()
