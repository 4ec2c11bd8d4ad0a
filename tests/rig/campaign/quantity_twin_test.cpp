// SPDX-License-Identifier: GPL-3.0-or-later
// The quantities that a simulated device shows, against the reference: a nearly ideal device
// passes, and one with a single defect fails in the rows that the defect is about.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "meterrig/loader/load.h"
#include "shipped_inputs.h"
#include "twin_run.h"

using namespace meterrig;

namespace {

namespace fs = std::filesystem;
const fs::path root = METERRIG_SOURCE;
const char* const harmonics_suite = "iec-61557-12-harmonics-1";

struct Defect {
  std::string harmonics;                // of the twin
  std::string voltage = "{gain: 0 %}";  // of L2
  std::string current = "{gain: 0 %}";  // of L3
};

std::string twin_with(const Defect& defect) {
  return R"(twin:
  name: test
  device: smart-x96-5a
  serial_number: "10960009"
  firmware: "0104"
  creep_threshold: 1 mA
)" + defect.harmonics +
         R"(  front_end:
    sample_rate: 8 kHz
    adc_bits: 24
    current_full_scale: 25 A
    voltage_full_scale: 600 V
    voltage: [{gain: 0 %}, )" +
         defect.voltage + R"(, {gain: 0 %}]
    current: [{gain: 0 %}, {gain: 0 %}, )" +
         defect.current + "]\n";
}

v1::Run run_of(const std::string& suite, const Defect& defect, const std::vector<std::string>& only,
               const std::string& profile_without = "") {
  std::ifstream shipped(root / "dut/profiles/smart-x96-5a.yaml");
  std::string profile;
  for (std::string line; std::getline(shipped, line);)
    if (profile_without.empty() || line.find(profile_without) == std::string::npos)
      profile += line + '\n';
  const auto device = loader::parse_device(profile, "device.yaml");
  BOOST_REQUIRE(device.has_value());
  const auto inputs = test::inputs_for_suite(suite);
  return test::run_on_twin(inputs, test::plan_of(inputs, {.only = only, .repeat = 1}),
                           device->message.device(), test::twin_from(twin_with(defect)), 0.0025);
}

// Points that failed; whatever was planned and has no verdict is an error of the test.
std::set<std::string> failed(const v1::Run& run) {
  std::set<std::string> points;
  int passed = 0;
  for (int i = 0; i < run.results_size(); ++i) {
    const v1::PointResult& result = run.results(i);
    if (!run.header().plan(i).not_run_reason().empty()) continue;
    BOOST_TEST((result.outcome() == v1::OUTCOME_PASS || result.outcome() == v1::OUTCOME_FAIL),
               result.point() << ": " << result.reason());
    if (result.outcome() == v1::OUTCOME_FAIL)
      points.insert(result.point());
    else
      ++passed;
  }
  BOOST_TEST(passed > 0);
  return points;
}

const v1::PointResult& result_of(const v1::Run& run, const std::string& point) {
  for (const v1::PointResult& result : run.results())
    if (result.point() == point) return result;
  BOOST_FAIL("no point " + point);
  return run.results(0);
}

const std::vector<std::string> some_harmonics{"sweep/61557.Uh-1/h2",
                                              "sweep/61557.Uh-1/h4",
                                              "sweep/61557.Uh-1/h5",
                                              "sweep/61557.Uh-1/h63",
                                              "sweep/61557.Ih-1/h2",
                                              "sweep/61557.Ih-1/h5",
                                              "sweep/61557.Ih-1/h6",
                                              "sweep/61557.Ih-1/h63",
                                              "small/61557.Uh-1-low/h4",
                                              "small/61557.Uh-1-low/h5",
                                              "small/61557.Ih-1-low/h5",
                                              "small/61557.Ih-1-low/h63",
                                              "mixes",
                                              "all"};

}  // namespace

BOOST_AUTO_TEST_SUITE(quantity_twin)

BOOST_AUTO_TEST_CASE(a_nearly_ideal_device_passes_at_every_order) {
  const v1::Run run = run_of(harmonics_suite, {}, some_harmonics);
  BOOST_TEST(failed(run).empty());
  const v1::PointResult& fifth = result_of(run, "sweep/61557.Uh-1/h5");
  BOOST_TEST(fifth.unit() == "%");
  BOOST_REQUIRE(fifth.comparisons_size() == 6);
  BOOST_TEST(fifth.comparisons(0).quantity() == "voltage_harmonic_5.L1");
  BOOST_TEST(fifth.comparisons(0).unit() == "%");
  BOOST_TEST(std::abs(fifth.comparisons(0).reference() - 3) < 1e-6);
  BOOST_TEST(std::abs(fifth.comparisons(0).device() - 3) < 0.003);
  BOOST_TEST(fifth.comparisons(0).readings() == 2);
  BOOST_TEST(fifth.expanded_uncertainty() < 0.2 * 5);
  // Root of the sum of 62 squares: 1 % sqrt(62) and 3 % sqrt(62).
  const v1::PointResult& thd = result_of(run, "all/61557.THDu/dense");
  const v1::PointResult& measuring = result_of(run, "all/61557.Uh-1/dense/h2");
  BOOST_TEST(thd.unit() == "%");
  int distortions = 0;
  for (const v1::Comparison& comparison : measuring.comparisons()) {
    if (comparison.quantity() != "voltage_thd.L1") continue;
    ++distortions;
    BOOST_TEST(std::abs(comparison.device() - std::sqrt(62.0)) < 0.005);
    BOOST_TEST(std::abs(comparison.reference() - std::sqrt(62.0)) < 1e-6);
  }
  BOOST_TEST(distortions == 1);
}

// 10 % of a reading are more than 5 % of it; of 0.8 % of Un they are 0.08 % of Un and not 0.05 %,
// of 2.5 % of In 0.25 % and not 0.15 %. The distortion is shown without the error.
BOOST_AUTO_TEST_CASE(a_wrong_fifth_harmonic_fails_wherever_there_is_one_and_nowhere_else) {
  const v1::Run run =
      run_of(harmonics_suite, {.harmonics = "  harmonic_errors: [{order: 5, gain: 10 %}]\n"},
             some_harmonics);
  const std::set<std::string> expected{"all/61557.Ih-1/dense/h5",
                                       "all/61557.Uh-1/dense/h5",
                                       "mixes/61557.Ih-1/low-orders/h5",
                                       "mixes/61557.Ih-1/six-pulse/h5",
                                       "mixes/61557.Uh-1/low-orders/h5",
                                       "mixes/61557.Uh-1/six-pulse/h5",
                                       "small/61557.Ih-1-low/h5",
                                       "small/61557.Uh-1-low/h5",
                                       "sweep/61557.Ih-1/h5",
                                       "sweep/61557.Uh-1/h5"};
  BOOST_TEST(failed(run) == expected, boost::test_tools::per_element());
  BOOST_TEST(std::abs(result_of(run, "sweep/61557.Ih-1/h5").value() - 10) < 0.05);
  const v1::PointResult& small = result_of(run, "small/61557.Uh-1-low/h5");
  BOOST_TEST(std::abs(small.value() - 0.08) < 0.002);
  BOOST_TEST(small.unit() == "% of rated");
}

// L2 shows 0.7 % too much voltage and L3 1.2 % too little current. In class 1, U and I may be off
// by 1 %, S and P by 1 %; power factor and frequency do not know of it. S and P: L2 +0.7 %, L3
// -1.2 %, the sum -0.17 %.
BOOST_AUTO_TEST_CASE(a_wrong_current_fails_where_it_counts_with_the_phase_that_is_furthest_off) {
  const std::vector<std::string> only{"active-power", "reactive-power", "apparent-power",
                                      "frequency",    "current",        "voltage",
                                      "power-factor"};
  const v1::Run good = run_of("iec-61557-12-1", {}, only);
  BOOST_TEST(failed(good).empty());
  const v1::Run run =
      run_of("iec-61557-12-1",
             {.harmonics = "", .voltage = "{gain: 0.7 %}", .current = "{gain: -1.2 %}"}, only);
  std::set<std::string> rows;
  for (const std::string& name : failed(run)) rows.insert(result_of(run, name).limit().row());
  BOOST_TEST(
      rows == (std::set<std::string>{"61557.I-Sx", "61557.Pi-Sx", "61557.Qi-Sx", "61557.S-Sx"}),
      boost::test_tools::per_element());
  const v1::PointResult& volts = result_of(run, "voltage/61557.U/0.8Un");
  BOOST_TEST(std::abs(volts.value() - 0.7) < 0.002);
  BOOST_TEST((volts.outcome() == v1::OUTCOME_PASS));
  BOOST_TEST(volts.unit() == "%");
  BOOST_TEST(volts.comparisons(1).unit() == "V");
  BOOST_TEST(std::abs(volts.comparisons(1).reference() - 184) < 1e-6);
  BOOST_TEST(std::abs(result_of(run, "current/61557.I-Sx/In").value() - -1.2) < 0.002);
  BOOST_TEST(result_of(run, "power-factor/61557.PF/In-0.5i").unit() == "1");
  BOOST_TEST(result_of(run, "frequency/61557.f/1.1fn").comparisons(0).unit() == "Hz");
}

// Budget in the limit's unit: 0.0025 % of the reading from the reference is 0.0025 % of an error in
// % of the reading.
BOOST_AUTO_TEST_CASE(the_budget_is_in_the_unit_of_the_limit) {
  const v1::Run run = run_of("iec-61557-12-1", {}, {"voltage/61557.U/Un"});
  const v1::PointResult& volts = result_of(run, "voltage/61557.U/Un");
  BOOST_REQUIRE(volts.budget_size() == 3);
  BOOST_TEST(volts.budget(0).name() == "reference standard");
  BOOST_TEST(std::abs(volts.budget(0).standard_uncertainty() - 0.0025) < 1e-7);
  BOOST_TEST(volts.budget(1).name() == "resolution of the reading");
  BOOST_TEST(volts.budget(2).name() == "repeatability");
}

BOOST_AUTO_TEST_CASE(what_the_device_does_not_show_is_not_run_with_the_reason) {
  const v1::Run run = run_of(harmonics_suite, {}, {"sweep/61557.Uh-1/h5", "sweep/61557.Ih-1/h5"},
                             "quantity: voltage_harmonic");
  const v1::PointResult& volts = result_of(run, "sweep/61557.Uh-1/h5");
  BOOST_TEST((volts.outcome() == v1::OUTCOME_NOT_RUN));
  BOOST_TEST(volts.reason() ==
             "device or reference has no voltage_harmonic_5.L1, voltage_harmonic_5.L2, "
             "voltage_harmonic_5.L3");
  BOOST_TEST((result_of(run, "sweep/61557.Ih-1/h5").outcome() == v1::OUTCOME_PASS));
}

BOOST_AUTO_TEST_SUITE_END()
