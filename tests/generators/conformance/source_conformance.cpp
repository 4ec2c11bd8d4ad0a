// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_conformance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "faulty_operations.h"
#include "meterrig/ports/clock.h"

namespace meterrig::conformance {
namespace {

OperatingPoint three_phase(double volts, double amperes, double displacement = 30, double hz = 50) {
  return {.frequency = hertz(hz),
          .voltage = {volt(volts), volt(volts), volt(volts)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(amperes), ampere(amperes), ampere(amperes)},
          .displacement = {degree(displacement), degree(displacement), degree(displacement)}};
}

/// A point that any source of a test bench can put out, and others than it.
OperatingPoint first_point() { return three_phase(60, 1); }
OperatingPoint second_point() { return three_phase(42, 2, -45, 51); }

std::unique_ptr<Source> connected(SourceBench& bench) {
  auto source = bench.connect();
  BOOST_REQUIRE_MESSAGE(source.has_value(), (source ? "" : source.error().message));
  return std::move(*source);
}

void succeeds(const Result<void>& result, const std::string& what) {
  BOOST_TEST(result.has_value(), what << ": " << (result ? "" : result.error().message));
}

bool is_near(double a, double b, double relative) {
  return std::abs(a - b) <= relative * std::max(std::abs(b), 1.0);
}

/// Angles apart, around the turn.
double apart(Angle a, Angle b) { return std::abs(std::remainder((a - b).in(degree), 360.0)); }

bool same_point(const OperatingPoint& a, const OperatingPoint& b, double relative) {
  bool same = is_near(a.frequency.in(hertz), b.frequency.in(hertz), 1e-4);
  const Angle turn_of_a = a.voltage_angle[0];
  const Angle turn_of_b = b.voltage_angle[0];
  for (std::size_t p = 0; p < phase_count; ++p) {
    same = same && is_near(a.voltage.at(p).in(volt), b.voltage.at(p).in(volt), relative) &&
           is_near(a.current.at(p).in(ampere), b.current.at(p).in(ampere), relative);
    // Time begins anywhere, so voltages are told from that of L1.
    if (b.voltage.at(p) > volt(0) && b.voltage[0] > volt(0))
      same = same &&
             apart(a.voltage_angle.at(p) - turn_of_a, b.voltage_angle.at(p) - turn_of_b) < 0.05;
    if (b.voltage.at(p) > volt(0) && b.current.at(p) > ampere(0))
      same = same && apart(a.displacement.at(p), b.displacement.at(p)) < 0.05;
  }
  return same;
}

bool is_silent(const OperatingPoint& point) {
  bool silent = true;
  for (std::size_t p = 0; p < phase_count; ++p)
    silent = silent && point.voltage.at(p) == volt(0) && point.current.at(p) == ampere(0);
  return silent;
}

bool becomes_silent(SourceBench& bench, Duration patience) {
  ports::MonotonicClock clock;
  const Instant deadline = clock.now() + patience;
  while (!is_silent(bench.output()) && clock.now() < deadline)
    clock.sleep_until(clock.now() + millisecond(5));
  return is_silent(bench.output());
}

bool is_failure_of_the_line(ErrorCode code) {
  return code == ErrorCode::data_loss || code == ErrorCode::aborted ||
         code == ErrorCode::deadline_exceeded || code == ErrorCode::unavailable;
}

/// Operations of an apply() without faults, with the first point on the wires before.
std::int64_t operations_of_apply(SourceBench& bench, Source& source) {
  succeeds(source.apply(first_point()), "the first point");
  const std::int64_t before = bench.operations();
  succeeds(source.apply(second_point()), "the second point");
  return bench.operations() - before;
}

/// Whatever goes wrong with whichever operation: success means that the point is on the wires, and
/// a failure leaves a source that can be switched off and used.
void survives(const MakeSourceBench& make, LineFault fault) {
  const auto bench = make();
  const auto source = connected(*bench);
  const std::int64_t operations = operations_of_apply(*bench, *source);
  BOOST_TEST(operations > 0);
  for (const std::int64_t n : faulty_operations(operations)) {
    BOOST_TEST_CONTEXT("fault at operation " << n << " of " << operations) {
      succeeds(source->apply(first_point()), "before");
      bench->fault_at(n, fault);
      const auto applied = source->apply(second_point());
      bench->clear_faults();
      if (applied && !bench->measures()) {
        succeeds(source->off(), "off after a fault that nobody could see");
        BOOST_TEST(is_silent(bench->output()));
      } else if (applied) {
        BOOST_TEST(same_point(bench->output(), second_point(), bench->tolerance()),
                   "believed what is not on the wires");
      } else {
        BOOST_TEST(is_failure_of_the_line(applied.error().code), applied.error().message);
        BOOST_TEST(!applied.error().message.empty());
        succeeds(source->off(), "off after the fault");
        BOOST_TEST(is_silent(bench->output()));
      }
    }
  }
  succeeds(source->apply(second_point()), "after all faults");
  BOOST_TEST(same_point(bench->output(), second_point(), bench->tolerance()));
}

}  // namespace

void identifies_itself_and_states_a_range(const MakeSourceBench& make) {
  const auto bench = make();
  const auto source = connected(*bench);
  const auto identity = source->identify();
  BOOST_REQUIRE(identity.has_value());
  BOOST_TEST(!identity->model.empty());
  const SourceRange range = source->range();
  BOOST_TEST(range.voltage.in(volt) > 0);
  BOOST_TEST(range.current.in(ampere) > 0);
  BOOST_TEST(range.lowest.in(hertz) > 0);
  BOOST_TEST(range.highest.in(hertz) > range.lowest.in(hertz));
  BOOST_TEST(is_silent(bench->output()), "connecting must put nothing out");
}

void puts_out_what_it_is_told_and_reads_it_back(const MakeSourceBench& make) {
  const auto bench = make();
  const auto source = connected(*bench);
  OperatingPoint unequal = three_phase(0, 0);
  unequal.voltage = {volt(57), volt(58), volt(59)};
  unequal.current = {ampere(0.5), ampere(0), ampere(1.5)};
  unequal.displacement = {degree(-179), degree(0), degree(90)};
  OperatingPoint one_phase = three_phase(0, 0);
  one_phase.voltage[0] = volt(50);
  one_phase.voltage_angle = {degree(0), Angle(), Angle()};
  one_phase.current[0] = ampere(1);
  one_phase.displacement = {degree(60), Angle(), Angle()};
  for (const OperatingPoint& point : {first_point(), second_point(), unequal, one_phase}) {
    succeeds(source->apply(point), "apply");
    BOOST_TEST(same_point(bench->output(), point, bench->tolerance()));
    const auto state = source->read_back();
    BOOST_REQUIRE(state.has_value());
    BOOST_TEST(state->on);
    BOOST_TEST(same_point(state->point, point, bench->tolerance()));
  }
}

void refuses_what_is_beyond_its_range_before_it_sends_anything(const MakeSourceBench& make) {
  const auto bench = make();
  const auto source = connected(*bench);
  const SourceRange range = source->range();
  succeeds(source->apply(first_point()), "apply");
  const std::int64_t operations = bench->operations();
  const auto refused = [&](const std::function<void(OperatingPoint&)>& spoil, ErrorCode code) {
    OperatingPoint point = first_point();
    spoil(point);
    const auto applied = source->apply(point);
    BOOST_REQUIRE(!applied.has_value());
    BOOST_TEST((applied.error().code == code), applied.error().message);
    BOOST_TEST(applied.error().message.find("expected") != std::string::npos,
               applied.error().message);
    BOOST_TEST(bench->operations() == operations, "something was sent");
    BOOST_TEST(same_point(bench->output(), first_point(), bench->tolerance()));
  };
  using P = OperatingPoint;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  refused([&](P& p) { p.voltage[1] = range.voltage * 1.001; }, ErrorCode::out_of_range);
  refused([&](P& p) { p.current[2] = range.current * 1.001; }, ErrorCode::out_of_range);
  refused([&](P& p) { p.frequency = range.highest * 1.001; }, ErrorCode::out_of_range);
  refused([&](P& p) { p.frequency = range.lowest * 0.999; }, ErrorCode::out_of_range);
  refused([&](P& p) { p.frequency = Frequency(); }, ErrorCode::invalid_argument);
  refused([&](P& p) { p.voltage[0] = Voltage(); }, ErrorCode::invalid_argument);
  refused([&](P& p) { p.voltage[0] = volt(-1); }, ErrorCode::invalid_argument);
  refused([&](P& p) { p.current[0] = ampere(infinity); }, ErrorCode::invalid_argument);
  refused([&](P& p) { p.displacement[0] = Angle(); }, ErrorCode::invalid_argument);
}

void never_puts_out_more_than_its_range(const MakeSourceBench& make) {
  const auto bench = make();
  const auto source = connected(*bench);
  const SourceRange range = source->range();
  std::mt19937_64 random(5);
  // Half of the values lie beyond the range, some just at its ends.
  const auto amount = [&random](double greatest) {
    const std::array<double, 6> ends{
        0, greatest, std::nextafter(greatest, 1e9), greatest - 4e-6, greatest + 4e-6, greatest * 2};
    const auto which = random() % 12;
    if (which < ends.size()) return ends.at(which);
    return std::uniform_real_distribution<double>(0, greatest * 1.1)(random);
  };
  std::uniform_real_distribution<double> angle(-720, 720);
  std::uniform_real_distribution<double> hz(range.lowest.in(hertz) * 0.95,
                                            range.highest.in(hertz) * 1.05);
  int taken = 0;
  for (int i = 0; i < 60; ++i) {
    OperatingPoint point = three_phase(0, 0);
    point.frequency = hertz(hz(random));
    const bool modest = i % 3 == 0;  // or hardly a point would be taken
    if (modest) point.frequency = hertz(50);
    for (std::size_t p = 0; p < phase_count; ++p) {
      point.voltage.at(p) = volt(modest ? range.voltage.in(volt) : amount(range.voltage.in(volt)));
      point.current.at(p) = ampere(amount(range.current.in(ampere)));
      if (modest && point.current.at(p) > range.current) point.current.at(p) = range.current;
      point.voltage_angle.at(p) = degree(angle(random));
      point.displacement.at(p) = degree(angle(random));
    }
    if (source->apply(point)) ++taken;
    const OperatingPoint wires = bench->output();
    for (std::size_t p = 0; p < phase_count; ++p) {
      BOOST_TEST(wires.voltage.at(p).in(volt) <= range.voltage.in(volt) * (1 + bench->tolerance()));
      BOOST_TEST(wires.current.at(p).in(ampere) <=
                 range.current.in(ampere) * (1 + bench->tolerance()));
    }
    BOOST_TEST(wires.frequency.in(hertz) <= range.highest.in(hertz));
    BOOST_TEST(wires.frequency.in(hertz) >= range.lowest.in(hertz));
  }
  BOOST_TEST(taken >= 15);
}

void is_off_however_often_it_is_switched_off(const MakeSourceBench& make) {
  const auto bench = make();
  const auto source = connected(*bench);
  succeeds(source->off(), "off before anything");
  BOOST_TEST(is_silent(bench->output()));
  for (int i = 0; i < 2; ++i) {
    succeeds(source->apply(first_point()), "apply");
    BOOST_TEST(!is_silent(bench->output()));
    succeeds(source->off(), "off");
    BOOST_TEST(is_silent(bench->output()));
    succeeds(source->off(), "off again");
    BOOST_TEST(is_silent(bench->output()));
    const auto state = source->read_back();
    BOOST_REQUIRE(state.has_value());
    BOOST_TEST(!state->on);
  }
}

void notices_an_output_that_differs_from_what_was_set(const MakeSourceBench& make) {
  const auto bench = make();
  const auto source = connected(*bench);
  if (!bench->measures()) {
    succeeds(source->apply(first_point()), "apply");
    const auto state = source->read_back();
    BOOST_REQUIRE(state.has_value());
    BOOST_TEST(!state->measured, "it claims to have measured what it only set");
    return;
  }
  bench->deviate(percent(1));
  const auto applied = source->apply(first_point());
  BOOST_REQUIRE(!applied.has_value());
  BOOST_TEST((applied.error().code == ErrorCode::aborted));
  const std::string& message = applied.error().message;
  BOOST_TEST(message.find("60 V") != std::string::npos, message);  // set
  BOOST_TEST(message.find("60.6") != std::string::npos, message);  // read
  succeeds(source->off(), "off");
  BOOST_TEST(is_silent(bench->output()));
  bench->deviate(percent(0));
  succeeds(source->apply(first_point()), "once it is mended");
}

void survives_garbage_at_every_operation(const MakeSourceBench& make) {
  survives(make, LineFault::garbage);
}
void survives_lost_replies_at_every_operation(const MakeSourceBench& make) {
  survives(make, LineFault::lost);
}
void survives_late_replies_at_every_operation(const MakeSourceBench& make) {
  survives(make, LineFault::late);
}
void survives_a_disconnection_at_every_operation(const MakeSourceBench& make) {
  survives(make, LineFault::disconnect);
}

void switches_off_through_every_fault(const MakeSourceBench& make) {
  const auto bench = make();
  const auto source = connected(*bench);
  for (const LineFault fault :
       {LineFault::garbage, LineFault::lost, LineFault::late, LineFault::disconnect}) {
    for (std::int64_t n = 1; n <= 6; ++n) {
      BOOST_TEST_CONTEXT("fault " << static_cast<int>(fault) << " at operation " << n) {
        succeeds(source->apply(first_point()), "apply");
        bench->fault_at(n, fault);
        // It may fail to know, but the wires are dead once the line has let one command through.
        if (!source->off()) succeeds(source->off(), "off again");
        bench->clear_faults();
        BOOST_TEST(is_silent(bench->output()));
      }
    }
  }
}

void switches_off_when_it_is_let_go(const MakeSourceBench& make) {
  const auto bench = make();
  {
    const auto source = connected(*bench);
    succeeds(source->apply(first_point()), "apply");
    BOOST_TEST(!is_silent(bench->output()));
  }
  BOOST_TEST(becomes_silent(*bench, second(5)));
}

}  // namespace meterrig::conformance
