// SPDX-License-Identifier: GPL-3.0-or-later
// The points of quantity rows and how they are decided, on a bench whose numbers are closed forms.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "meterrig/vocabulary/units.h"
#include "procedures/procedures.h"
#include "quantity_points.h"
#include "scripted_bench.h"

using namespace meterrig;
using boost::test_tools::tolerance;

namespace {

constexpr double un = 230;
constexpr double in = 5;

/// Puts recipes out, too; its reference reads their lines and its device shows them with one gain
/// for each quantity.
class HarmonicBench final : public test::ScriptedBench {
 public:
  std::map<std::string, double> gains;  ///< by quantity, % off
  std::set<std::string> missing;        ///< what the device does not show
  bool without_phasors = false;         ///< of the reference

  Result<void> apply_recipe(const SignalRecipe& recipe, std::uint64_t seed) override {
    recipe_ = recipe;
    OperatingPoint point{.frequency = hertz(50),
                         .voltage = {},
                         .voltage_angle = {degree(0), degree(-120), degree(120)},
                         .current = {},
                         .displacement = {degree(0), degree(0), degree(0)}};
    for (std::size_t p = 0; p < phase_count; ++p) {
      point.voltage.at(p) = recipe.voltage.at(p).components.at(0).rms;
      point.current.at(p) = recipe.current.at(p).components.at(0).rms;
    }
    return ScriptedBench::apply(point, seed);
  }
  Result<void> apply(const OperatingPoint& point, std::uint64_t seed) override {
    recipe_.reset();
    return ScriptedBench::apply(point, seed);
  }

  Result<campaign::ReferenceReading> read_reference() override {
    auto reading = ScriptedBench::read_reference();
    if (!reading) return reading;
    reading->first.power_factor_total = 1;
    for (std::size_t p = 0; p < phase_count; ++p) {
      auto& phase = reading->first.phase.at(p);
      phase.p = watt(phase.u.in(volt)*phase.i.in(ampere));
      phase.s = volt_ampere(phase.u.in(volt)*phase.i.in(ampere));
      phase.power_factor = 1;
      if (without_phasors || !recipe_) continue;
      reading->second.voltage_phasors.at(p) = phasors(recipe_->voltage.at(p), volt);
      reading->second.current_phasors.at(p) = phasors(recipe_->current.at(p), ampere);
    }
    return reading;
  }

  bool device_offers(QuantityId id) const override { return !missing.contains(to_string(id)); }
  Result<std::vector<Reading>> read_device(std::span<const QuantityId> ids) override {
    const auto reference = read_reference();
    if (!reference) return tl::unexpected(reference.error());
    std::vector<Reading> readings;
    for (const QuantityId id : ids) {
      double value = 0;
      const auto p = static_cast<std::size_t>(id.place);
      if (has_order(id.measurand)) {
        const auto& lines = id.measurand == Measurand::voltage_harmonic
                                ? reference->second.voltage_phasors.at(p)
                                : reference->second.current_phasors.at(p);
        if (!lines.empty())
          value =
              std::abs(lines.at(static_cast<std::size_t>(id.order))) / std::abs(lines.at(1)) * 100;
      } else if (id.measurand == Measurand::voltage && p < phase_count) {
        value = reference->first.phase.at(p).u.in(volt);
      } else if (id.measurand == Measurand::power_factor) {
        value = 1;
      }
      const auto gain = gains.find(to_string(id));
      if (gain != gains.end()) value *= 1 + gain->second / 100;
      readings.push_back(
          {.id = id, .value = value, .resolution = 0.001, .time = now(), .time_base = "scripted"});
    }
    return readings;
  }

 private:
  template <class Channel, class Unit>
  static std::vector<std::complex<double>> phasors(const Channel& channel, Unit unit) {
    std::vector<std::complex<double>> lines(64);
    for (const auto& component : channel.components)
      lines.at(static_cast<std::size_t>(component.order)) = component.rms.in(unit);
    return lines;
  }
  std::optional<SignalRecipe> recipe_;
};

v1::QuantityRow row(const std::string& id, const std::string& quantity, v1::LimitBasis basis,
                    double limit, const std::string& unit = "") {
  v1::QuantityRow row;
  row.set_id(id);
  row.set_quantity(quantity);
  row.set_basis(basis);
  row.set_unit(unit);
  v1::ClassLimit& entry = *row.add_limits();
  entry.set_accuracy_class("1");
  entry.set_limit(limit);
  return row;
}

// Class 1 of harmonics: 5 % of the reading from 1 % Un and 3 % In on, below that 0.05 % of Un.
v1::Standard standard() {
  v1::Standard standard;
  standard.set_designation("test");
  v1::ReferenceConditions& conditions = *standard.mutable_reference_conditions();
  conditions.set_voltage(1);
  conditions.set_voltage_symmetry(1);
  conditions.set_current_symmetry(2);
  conditions.set_frequency(0.3);
  conditions.set_displacement_spread(2);
  conditions.set_distortion(2);
  const auto add = [&standard](v1::QuantityRow made) { *standard.add_quantity_rows() = made; };
  v1::QuantityRow high = row("Uh", "voltage_harmonics", v1::LIMIT_BASIS_READING, 5);
  high.set_from(1);
  add(high);
  v1::QuantityRow low = row("Uh-low", "voltage_harmonics", v1::LIMIT_BASIS_NOMINAL, 0.05);
  low.set_below(1);
  add(low);
  v1::QuantityRow currents = row("Ih", "current_harmonics", v1::LIMIT_BASIS_READING, 5);
  currents.set_from(3);
  add(currents);
  v1::QuantityRow volts = row("U", "voltage", v1::LIMIT_BASIS_READING, 1);
  volts.set_from(80);
  volts.set_up_to(120);
  add(volts);
  add(row("PF", "power_factor", v1::LIMIT_BASIS_ABSOLUTE, 0.01, "1"));
  add(row("Unb", "voltage_unbalance", v1::LIMIT_BASIS_ABSOLUTE, 1, "%"));
  return standard;
}

struct World {
  v1::Standard rows = standard();
  v1::Device device;
  v1::DecisionRule rule;
  v1::QuantityError spec;
  HarmonicBench bench;
  std::vector<v1::PlannedPoint> plan;
  std::vector<v1::PointResult> results;
  std::vector<std::string> findings;
  campaign::RatedCurrents rated;

  World() {
    device.mutable_ratings()->set_reference_voltage(un);
    device.mutable_ratings()->set_reference_frequency(50);
    device.mutable_ratings()->set_nominal_current(in);
    device.mutable_ratings()->set_maximum_current(6);
    device.mutable_ratings()->set_transformer_operated(true);
    rated = campaign::rated_currents(device.ratings());
    rule.set_kind(v1::DECISION_RULE_KIND_SIMPLE_ACCEPTANCE);
    spec.set_observations(2);
  }

  void sweep(double volts, double amperes, int from = 2, int up_to = 63) {
    v1::HarmonicSweep& sweep = *spec.mutable_sweep();
    sweep.set_from(from);
    sweep.set_up_to(up_to);
    sweep.set_voltage_share(volts);
    sweep.set_current_share(amperes);
    sweep.mutable_current()->set_factor(1);
  }
  v1::InfluenceLevel& level(const std::string& id) {
    v1::QuantityLevel& level = *spec.add_levels();
    level.mutable_current()->set_factor(1);
    level.mutable_condition()->set_id(id);
    return *level.mutable_condition();
  }

  void expand() {
    plan = campaign::quantity_points(
        spec, {.standard = rows,
               .accuracy_class = "1",
               .rated = rated,
               .reference_voltage = un,
               .averaging = second(1),
               .test = "t",
               .base =
                   [] {
                     v1::PlannedPoint base;
                     base.set_settle_s(2.5);
                     return base;
                   },
               .name = [](std::string tail) { return tail; },
               .load_point =
                   [](Current current, Angle phi) {
                     return OperatingPoint{.frequency = hertz(50),
                                           .voltage = {volt(un), volt(un), volt(un)},
                                           .voltage_angle = {degree(0), degree(-120), degree(120)},
                                           .current = {current, current, current},
                                           .displacement = {phi, phi, phi}};
                   },
               .finding =
                   [this](const std::string& where, const std::string& found,
                          const std::string& expected) {
                     findings.push_back(where + ": found " + found + "; expected " + expected);
                   }});
  }

  const v1::PlannedPoint& point(const std::string& id) const {
    for (const v1::PlannedPoint& planned : plan)
      if (planned.id() == id) return planned;
    BOOST_FAIL("no point " + id);
    return plan.front();
  }

  // All that is to be run; the names of what failed.
  std::set<std::string> run() {
    expand();
    std::set<std::string> failed;
    for (const v1::PlannedPoint& planned : plan) {
      if (!planned.not_run_reason().empty()) continue;
      campaign::PointContext context{
          .point = planned,
          .rule = rule,
          .device = device,
          .standard = rows,
          .bench = bench,
          .seed = 1,
          .longest = hour(1),
          .earlier = [this](std::string_view name) -> const v1::PointResult* {
            for (const auto& result : results)
              if (result.point() == name) return &result;
            return nullptr;
          },
          .progress = [](double) { return true; }};
      auto result = campaign::quantity(context);
      BOOST_REQUIRE(result.has_value());
      if (result->outcome() == v1::OUTCOME_FAIL) failed.insert(result->point());
      results.push_back(std::move(*result));
    }
    return failed;
  }

  const v1::PointResult& result(const std::string& id) const {
    for (const v1::PointResult& result : results)
      if (result.point() == id) return result;
    BOOST_FAIL("no result " + id);
    return results.front();
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(quantity)

BOOST_AUTO_TEST_CASE(a_sweep_has_a_point_for_each_order_measured_once) {
  World world;
  for (const char* id : {"Uh", "Ih"}) world.spec.add_rows(id);
  world.sweep(3, 10);
  world.expand();
  BOOST_REQUIRE(world.plan.size() == 2 * 62);
  const v1::PlannedPoint& measuring = world.point("t/Uh/h5");
  BOOST_TEST(measuring.procedure() == "quantity");
  BOOST_TEST(measuring.harmonic_order() == 5);
  BOOST_TEST(measuring.limit().magnitude() == 5);
  BOOST_TEST(measuring.limit_unit() == "%");
  BOOST_REQUIRE(measuring.decides_size() == 3);
  BOOST_TEST(measuring.decides(0) == "voltage_harmonic_5.L1");
  BOOST_REQUIRE(measuring.along_size() == 3);
  BOOST_TEST(measuring.along(2) == "current_harmonic_5.L3");
  BOOST_TEST(measuring.settle_s() == 2.5);
  BOOST_TEST(measuring.duration_s() == 2);  // two readings of means over 1 s
  const v1::PlannedPoint& other = world.point("t/Ih/h5");
  BOOST_REQUIRE(other.of_points_size() == 1);
  BOOST_TEST(other.of_points(0) == "t/Uh/h5");
  BOOST_TEST(other.duration_s() + other.settle_s() == 0);
}

// 15 % of Un: 5 % of that are 0.75 % of Un, and Un is 100 / 0.15 % of the fundamental.
BOOST_AUTO_TEST_CASE(a_value_belongs_to_the_row_whose_range_has_it) {
  World world;
  for (const char* id : {"Uh", "Uh-low", "U"}) world.spec.add_rows(id);
  const auto with_fifth = [&](const char* id, double share, double voltage_factor) {
    v1::InfluenceLevel& level = world.level(id);
    level.set_voltage_factor(voltage_factor);
    v1::HarmonicShare& fifth = *level.mutable_signal()->add_voltage_harmonics();
    fifth.set_order(5);
    fifth.set_share(share);
  };
  with_fifth("bend", 1, 1);
  with_fifth("below", 0.999, 1);
  with_fifth("low", 5, 0.15);
  world.expand();
  std::set<std::string> ids;
  for (const v1::PlannedPoint& planned : world.plan) ids.insert(planned.id());
  BOOST_TEST(ids == (std::set<std::string>{"t/U/below", "t/U/bend", "t/Uh-low/below/h5",
                                           "t/Uh-low/low/h5", "t/Uh/bend/h5"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.point("t/Uh-low/low/h5").nominal_value() == 100 / 0.15, tolerance(1e-12));
  BOOST_TEST(world.point("t/Uh-low/low/h5").limit_unit() == "% of rated");
  BOOST_TEST(world.point("t/Uh-low/low/h5").applied().elements(0).voltage() == 34.5,
             tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(what_is_not_measured_stays_with_the_reason) {
  World world;
  for (const char* id : {"Unb", "Uh"}) world.spec.add_rows(id);
  world.level("sine");
  world.expand();
  BOOST_REQUIRE(world.plan.size() == 2);
  BOOST_TEST(world.point("t/Unb").not_run_reason() ==
             "no procedure of this version measures the error of voltage_unbalance");
  BOOST_TEST(world.point("t/Uh").not_run_reason() ==
             "no level of this test lies in the range of Uh");
  BOOST_TEST(world.findings.empty());
}

BOOST_AUTO_TEST_CASE(wrong_rows_orders_and_currents_are_findings) {
  World world;
  world.spec.add_rows("Uq");
  world.sweep(3, 10, 40, 39);
  v1::QuantityLevel& level = *world.spec.add_levels();
  level.mutable_current()->set_factor(1);
  level.mutable_current()->set_base(v1::CURRENT_BASE_TRANSITIONAL);
  world.expand();
  BOOST_REQUIRE(world.findings.size() == 3);
  BOOST_TEST(world.findings[0].starts_with("rows[0]: found 'Uq'; expected the id of a quantity"));
  BOOST_TEST(world.findings[1].find("Itr, which is not known of the device") != std::string::npos);
  BOOST_TEST(world.findings[2] ==
             "sweep.up_to: found '39'; expected an order of at least 40, the sweep's from");
}

BOOST_AUTO_TEST_CASE(a_perfect_device_passes_at_every_order) {
  World world;
  for (const char* id : {"Uh", "Ih"}) world.spec.add_rows(id);
  world.sweep(3, 10);
  BOOST_TEST(world.run().empty());
  BOOST_TEST(world.results.size() == 124);
  for (const v1::PointResult& result : world.results) {
    BOOST_TEST((result.outcome() == v1::OUTCOME_PASS), result.point() << result.reason());
    BOOST_TEST(std::abs(result.value()) < 1e-9);
  }
  BOOST_TEST(world.bench.times_applied == 62);
}

// One phase is enough; its neighbours in order and its current pass.
BOOST_AUTO_TEST_CASE(a_fifth_harmonic_10_percent_off_fails_its_own_rows_alone) {
  World world;
  for (const char* id : {"Uh", "Ih"}) world.spec.add_rows(id);
  world.sweep(3, 10);
  world.bench.gains["voltage_harmonic_5.L2"] = 10;
  BOOST_TEST(world.run() == (std::set<std::string>{"t/Uh/h5"}), boost::test_tools::per_element());
  BOOST_TEST(world.result("t/Uh/h5").value() == 10, tolerance(1e-9));
  BOOST_TEST(world.result("t/Uh/h5").unit() == "%");
  const v1::Comparison& second = world.result("t/Uh/h5").comparisons(1);
  BOOST_TEST(second.quantity() == "voltage_harmonic_5.L2");
  BOOST_TEST(second.unit() == "%");
  BOOST_TEST(second.reference() == 3, tolerance(1e-9));
  BOOST_TEST(second.device() == 3.3, tolerance(1e-9));
}

// A current that takes its value from the point of the voltage.
BOOST_AUTO_TEST_CASE(a_point_measured_with_another_is_decided_by_itself) {
  World world;
  for (const char* id : {"Uh", "Ih"}) world.spec.add_rows(id);
  world.sweep(3, 10, 4, 6);
  world.bench.gains["current_harmonic_5.L3"] = -10;
  BOOST_TEST(world.run() == (std::set<std::string>{"t/Ih/h5"}), boost::test_tools::per_element());
  BOOST_TEST(world.result("t/Ih/h5").value() == -10, tolerance(1e-9));
}

// 10 % of 0.8 % of Un are 0.08 % of Un, more than 0.05 %; 6 % are 0.048 %.
BOOST_AUTO_TEST_CASE(a_small_harmonic_is_held_against_the_nominal_value) {
  World world;
  world.spec.add_rows("Uh-low");
  world.sweep(0.8, 10, 5, 6);
  world.bench.gains["voltage_harmonic_5.L1"] = 10;
  world.bench.gains["voltage_harmonic_6.L1"] = 6;
  BOOST_TEST(world.run() == (std::set<std::string>{"t/Uh-low/h5"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.result("t/Uh-low/h5").value() == 0.08, tolerance(1e-9));
  BOOST_TEST(world.result("t/Uh-low/h6").value() == 0.048, tolerance(1e-9));
  BOOST_TEST(world.result("t/Uh-low/h5").unit() == "% of rated");
}

// 0.00025 % of the voltage from the reference; half of 1 mV, rectangular, of 230 V: 0.0005 V /
// sqrt(3) / 230 V. A steady reading does not scatter.
BOOST_AUTO_TEST_CASE(the_budget_is_in_the_unit_of_the_limit) {
  World world;
  world.spec.add_rows("U");
  world.level("Un");
  BOOST_TEST(world.run().empty());
  const v1::PointResult& volts = world.result("t/U/Un");
  BOOST_REQUIRE(volts.budget_size() == 3);
  BOOST_TEST(volts.budget(0).name() == "reference standard");
  BOOST_TEST(volts.budget(0).standard_uncertainty() == 0.00025, tolerance(1e-9));
  BOOST_TEST(volts.budget(1).name() == "resolution of the reading");
  BOOST_TEST(volts.budget(1).standard_uncertainty() == 0.0005 / std::sqrt(3.0) / 230 * 100,
             tolerance(1e-9));
  BOOST_TEST(volts.budget(2).standard_uncertainty() == 0);
  BOOST_TEST(volts.comparisons(0).unit() == "V");
}

BOOST_AUTO_TEST_CASE(an_absolute_limit_is_in_the_quantitys_own_unit) {
  World world;
  world.spec.add_rows("PF");
  world.level("In");
  world.bench.gains["power_factor.L3"] = -2;
  BOOST_TEST(world.run() == (std::set<std::string>{"t/PF/In"}), boost::test_tools::per_element());
  BOOST_TEST(world.result("t/PF/In").value() == -0.02, tolerance(1e-9));
  BOOST_TEST(world.result("t/PF/In").unit() == "1");
}

BOOST_AUTO_TEST_CASE(what_the_device_does_not_show_is_not_run_and_the_rest_is) {
  World world;
  for (const char* id : {"Uh", "Ih"}) world.spec.add_rows(id);
  world.sweep(3, 10, 5, 5);
  for (const char* place : {"L1", "L2", "L3"})
    world.bench.missing.insert(std::string("voltage_harmonic_5.") + place);
  BOOST_TEST(world.run().empty());
  BOOST_TEST((world.result("t/Uh/h5").outcome() == v1::OUTCOME_NOT_RUN));
  BOOST_TEST(world.result("t/Uh/h5").reason() ==
             "device or reference has no voltage_harmonic_5.L1, voltage_harmonic_5.L2, "
             "voltage_harmonic_5.L3");
  BOOST_TEST((world.result("t/Ih/h5").outcome() == v1::OUTCOME_PASS));
}

BOOST_AUTO_TEST_CASE(a_reference_without_harmonics_is_said) {
  World world;
  world.spec.add_rows("Uh");
  world.sweep(3, 10, 5, 5);
  world.bench.without_phasors = true;
  BOOST_TEST(world.run().empty());
  BOOST_TEST((world.result("t/Uh/h5").outcome() == v1::OUTCOME_NOT_RUN));
}

BOOST_AUTO_TEST_CASE(a_reference_that_disagrees_with_itself_makes_both_points_not_valid) {
  World world;
  for (const char* id : {"Uh", "Ih"}) world.spec.add_rows(id);
  world.sweep(3, 10, 5, 5);
  world.bench.algorithms_disagree = true;
  BOOST_TEST(world.run().empty());
  BOOST_TEST((world.result("t/Uh/h5").outcome() == v1::OUTCOME_NOT_VALID));
  BOOST_TEST((world.result("t/Ih/h5").outcome() == v1::OUTCOME_NOT_VALID));
}

// sqrt(3^2 + 4^2)
BOOST_AUTO_TEST_CASE(distortion_is_the_root_of_the_sum_of_squares) {
  v1::InfluenceSignal signal;
  signal.add_voltage_harmonics()->set_share(3);
  signal.add_voltage_harmonics()->set_share(4);
  BOOST_TEST(campaign::distortion(signal.voltage_harmonics()) == 5);
  BOOST_TEST(campaign::distortion(signal.current_harmonics()) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
