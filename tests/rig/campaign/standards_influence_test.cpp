// SPDX-License-Identifier: GPL-3.0-or-later
// Influence suites of the standards on devices that fit them: the rows of the connection, by which
// method, and what stays in the plan without a measurement.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "meterrig/campaign/plan.h"
#include "meterrig/store/assemble.h"
#include "shipped_inputs.h"

using namespace meterrig;
using meterrig::test::inputs_of;
using meterrig::test::Meter;
using meterrig::test::plan_of;
using meterrig::test::point;

namespace {

bool has(const campaign::Plan& plan, const std::string& id) {
  return std::any_of(plan.begin(), plan.end(), [&](const auto& p) { return p.id() == id; });
}

void check(const campaign::Plan& plan,
           const std::map<std::string, std::pair<std::string, double>>& expected) {
  for (const auto& [id, row] : expected) {
    const v1::PlannedPoint& found = point(plan, id);
    BOOST_TEST(found.limit().row() == row.first, id);
    BOOST_TEST(found.limit().magnitude() == row.second, id);
  }
}

const Meter direct_1{.accuracy_class = "1", .nominal = 5, .maximum = 60, .transformer = false};

}  // namespace

BOOST_AUTO_TEST_SUITE(standards_influence)

// The same suite; the ranges are those of the connection.
BOOST_AUTO_TEST_CASE(direct_and_transformer_connection_vary_the_same_rows) {
  const auto ct = plan_of(inputs_of("iec-62053-21-1-influence", {.accuracy_class = "1"}));
  const auto direct = plan_of(inputs_of("iec-62053-21-1-influence", direct_1));
  check(ct, {
                {"voltage/21.V1/import/0.9Un/0.02In/1", {"21.V1", 0.7}},
                {"voltage/21.V1/import/0.9Un/0.02In/1/reference", {"21.B1", 1.5}},
                {"voltage/21.V2/import/1.1Un/0.05In/0.5i", {"21.V2", 1.0}},
                {"voltage/21.V2/import/1.1Un/0.05In/0.5i/reference", {"21.B3", 1.5}},
                {"voltage/21.V3/import/0.8Un/In/1", {"21.V3", 2.1}},
                {"frequency/21.F2/import/0.98fn/Imax/0.5i", {"21.F2", 0.7}},
                {"phases/21.RPS/import/L1-L3-L2/0.1In/1", {"21.RPS", 1.5}},
                {"phases/21.UNB/import/L1-L2-off/In/1", {"21.UNB", 2.0}},
                {"waveform/21.H5/import/5th/0.5Imax/1", {"21.H5", 0.8}},
                {"waveform/21.SUB/import/burst/0.5In/1", {"21.SUB", 3.0}},
                {"others/21.TC2", {"21.TC2", 0.07}},
                {"others/21.OC-T", {"21.OC-T", 0.5}},
            });
  check(direct, {
                    {"voltage/21.V1/import/0.9Un/0.05In/1", {"21.V1", 0.7}},
                    {"voltage/21.V2/import/1.1Un/0.1In/0.5i", {"21.V2", 1.0}},
                    {"waveform/21.DC/import/half-wave/0.7071Imax/1", {"21.DC", 3.0}},
                    {"waveform/21.DC/import/half-wave/0.7071Imax/1/reference", {"21.B2", 1.0}},
                    {"others/21.OC-D", {"21.OC-D", 1.5}},
                });
  BOOST_TEST(!has(direct, "voltage/21.V1/import/0.9Un/0.02In/1"));
  BOOST_TEST(!has(direct, "voltage/21.V2/import/1.1Un/0.05In/0.5i"));
  BOOST_TEST(point(ct, "others/21.TC1").current_label() == "0.05 In to Imax");
  BOOST_TEST(point(direct, "others/21.TC1").current_label() == "0.1 In to Imax");
}

// It does not count against the run, but it is there.
BOOST_AUTO_TEST_CASE(a_row_for_the_other_connection_is_not_applicable) {
  const auto ct = plan_of(inputs_of("iec-62053-21-1-influence", {.accuracy_class = "1"}));
  const auto direct = plan_of(inputs_of("iec-62053-21-1-influence", direct_1));
  for (const auto* p : {&point(ct, "waveform/21.DC"), &point(ct, "others/21.OC-D")}) {
    BOOST_TEST(p->not_applicable(), p->id());
    BOOST_TEST(!p->manual(), p->id());
    BOOST_TEST(store::is_explained(*p), p->id());
    BOOST_TEST(p->not_run_reason() ==
               "for direct connection alone; the device is connected through transformers");
  }
  const v1::PlannedPoint& waves = point(direct, "others/21.DOW");
  BOOST_TEST(waves.not_applicable());
  BOOST_TEST(waves.not_run_reason() ==
             "for connection through transformers alone; the device is connected directly");
  BOOST_TEST(!store::is_explained(point(direct, "others/21.OC-D")));
}

BOOST_AUTO_TEST_CASE(what_has_no_figure_or_no_procedure_stays_in_the_plan_with_the_reason) {
  const auto plan = plan_of(inputs_of("iec-62053-21-0.5-influence", {.accuracy_class = "0.5"}));
  const v1::PlannedPoint& consumption = point(plan, "requirements/21.PC");
  BOOST_TEST(consumption.manual());
  BOOST_TEST(consumption.procedure() == "requirement");
  BOOST_TEST(consumption.influence_title() == "Power consumption of the circuits");
  BOOST_TEST(consumption.limit().row() == "21.PC");
  BOOST_TEST(consumption.not_run_reason().starts_with(
      "needs a meter of what the circuits take: active and apparent power"));
  for (const char* id : {"requirements/21.FLV-0.5", "requirements/21.LF-0.5"})
    BOOST_TEST(point(plan, id).manual(), id);
  const auto ansi = plan_of(inputs_of("ansi-c12.20-0.5-influence",
                                      {.accuracy_class = "0.5", .nominal = 2.5, .maximum = 20}));
  const v1::PlannedPoint& harmonics = point(ansi, "requirements/C12.HP");
  BOOST_TEST(!harmonics.manual());
  BOOST_TEST(!store::is_explained(harmonics));
  BOOST_TEST(harmonics.not_run_reason() ==
             "the amplitudes of the waveforms and the limits are not known here");
  for (const v1::PlannedPoint& p : plan)
    if (p.procedure() == "requirement") BOOST_TEST(campaign::expected_time(p).in(second) == 0);
}

BOOST_AUTO_TEST_CASE(shifts_of_reactive_energy_are_planned_for_reactive_energy) {
  const auto plan = plan_of(inputs_of("iec-62053-23-2-influence", {.accuracy_class = "2"}));
  check(plan, {
                  {"voltage/23.V1/import/1.1Un/0.02In/1", {"23.V1", 1.0}},
                  {"voltage/23.V1/import/1.1Un/0.02In/1/reference", {"23.B1", 2.5}},
                  {"voltage/23.V2/import/0.9Un/In/0.5i", {"23.V2", 1.5}},
                  {"frequency/23.F1/import/1.02fn/In/1", {"23.F1", 2.5}},
              });
  for (const v1::PlannedPoint& p : plan) {
    if (p.procedure() == "requirement") continue;
    BOOST_TEST(p.energy() == v1::ENERGY_REACTIVE, p.id());
  }
  // sin phi 1: the current lags by 90 deg.
  BOOST_TEST(
      point(plan, "voltage/23.V1/import/1.1Un/In/1").applied().elements(0).displacement() == 90,
      boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(each_suite_of_the_others_expands_on_a_meter_of_its_class) {
  const std::map<std::string, Meter> suites{
      {"iec-62053-21-2-influence", {.accuracy_class = "2"}},
      {"iec-62053-23-3-influence", {.accuracy_class = "3"}},
      {"iec-62053-24-0.5s-influence", {.accuracy_class = "0.5S"}},
      {"iec-62053-24-1s-influence", {.accuracy_class = "1S"}},
      {"iec-62053-24-1-influence", direct_1},
      {"iec-62053-24-2-influence", {.accuracy_class = "2"}},
      {"iec-62053-24-3-influence", {.accuracy_class = "3"}},
      {"en-50470-3-a-influence", {.accuracy_class = "A"}},
      {"en-50470-3-b-influence",
       {.accuracy_class = "B", .nominal = 10, .maximum = 60, .transformer = false}},
      {"en-50470-3-c-influence", {.accuracy_class = "C"}},
      {"oiml-r46-a-influence", {.accuracy_class = "A"}},
      {"oiml-r46-b-influence",
       {.accuracy_class = "B", .nominal = 10, .maximum = 60, .transformer = false}},
      {"oiml-r46-c-influence", {.accuracy_class = "C"}},
      {"oiml-r46-d-influence", {.accuracy_class = "D"}},
      {"ansi-c12.20-0.1-influence", {.accuracy_class = "0.1", .nominal = 2.5, .maximum = 20}},
      {"ansi-c12.20-0.2-influence", {.accuracy_class = "0.2", .nominal = 2.5, .maximum = 20}},
      {"iec-61557-12-0.2-influence", {.accuracy_class = "0.2"}},
      {"iec-61557-12-0.5-influence", {.accuracy_class = "0.5"}},
      {"iec-61557-12-1-influence", {.accuracy_class = "1"}},
      {"iec-61557-12-2-influence", {.accuracy_class = "2"}}};
  for (const auto& [name, meter] : suites) {
    const auto plan = plan_of(inputs_of(name, meter));
    std::map<std::string, int> points;
    for (const v1::PlannedPoint& p : plan) {
      ++points[p.limit().row()];
      // Each is measured, left to a person or says why not.
      BOOST_TEST((p.method() != v1::METHOD_UNSPECIFIED || !p.not_run_reason().empty()), p.id());
    }
    const campaign::Inputs inputs = test::inputs_for_suite(name);
    for (const v1::Test& t : inputs.suites.front().message.suite().tests()) {
      for (const std::string& row : t.influence().rows()) BOOST_TEST(points[row] > 0, name << row);
      for (const std::string& row : t.self_heating().rows())
        BOOST_TEST(points[row] == 1, name << row);
      for (const std::string& row : t.requirement().rows())
        BOOST_TEST(points[row] == 1, name << row);
    }
  }
}

// A digit changed in the data changes the points of its row and no others.
BOOST_AUTO_TEST_CASE(a_limit_that_changes_changes_its_points_alone) {
  campaign::Inputs inputs = inputs_of("iec-62053-21-1-influence", {.accuracy_class = "1"});
  const auto before = plan_of(inputs);
  v1::Standard& standard = *inputs.standards.front().message.mutable_standard();
  for (v1::InfluenceRow& row : *standard.mutable_influence_rows()) {
    if (row.id() != "21.F1") continue;
    for (v1::ClassLimit& limit : *row.mutable_limits())
      if (limit.accuracy_class() == "1") limit.set_limit(0.4);
  }
  const auto after = plan_of(inputs);
  BOOST_REQUIRE(before.size() == after.size());
  int changed = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    BOOST_TEST(before[i].id() == after[i].id());
    const bool own = before[i].limit().row() == "21.F1";
    BOOST_TEST((before[i].limit().magnitude() != after[i].limit().magnitude()) == own,
               before[i].id());
    changed += own ? 1 : 0;
  }
  BOOST_TEST(changed == 2 * 5);  // two frequencies at 0.02, 0.05, 0.1, 1 In and Imax
}

BOOST_AUTO_TEST_SUITE_END()
