// SPDX-License-Identifier: GPL-3.0-or-later
// Influence quantities on simulated devices that compute from samples: what is nearly ideal does
// not shift, and one with a defect of its front end fails in the rows that the defect is about.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>
#include <string>

#include "shipped_inputs.h"
#include "twin_run.h"

using namespace meterrig;

namespace {

// One load each of what a bench in software can do.
const std::vector<std::string> points{
    "voltage/22.V1/import/0.9Un/In/1",
    "voltage/22.V1/import/1.1Un/In/1",
    "voltage/22.V2/import/0.9Un/In/0.5i",
    "voltage/22.V3/import/0.8Un/In/1",
    "voltage/22.V3/import/1.15Un/In/1",
    "voltage/22.V3-0.5i/import/1.15Un/In/0.5i",
    "voltage/22.V4/import/0.5Un/In/1",
    "frequency/22.F1/import/0.98fn/In/1",
    "frequency/22.F1/import/1.02fn/In/1",
    "frequency/22.F2/import/0.98fn/In/0.5i",
    "frequency/22.F2/import/1.02fn/In/0.5i",
    "phases/22.RPS",
    "phases/22.UNB/import/L1-off",
    "phases/22.UNB/import/L1-L2-off",
    "waveform/22.H5",
    "waveform/22.ODD",
    "waveform/22.SUB",
};

constexpr const char* no_errors = R"(
    voltage: [{gain: 0 %}, {gain: 0 %}, {gain: 0 %}]
    current: [{gain: 0 %}, {gain: 0 %}, {gain: 0 %}]
)";

v1::Run run_of(const std::string& front_end, const std::string& full_scale = "500 V") {
  return test::run_on_twin(test::shipped_inputs(test::shipped_suite("iec-62053-22-0.5s-influence")),
                           points, test::twin_text(front_end, full_scale));
}

// Rows of the points that failed; whatever has no verdict is an error of the test.
std::set<std::string> failed_rows(const v1::Run& run) {
  std::set<std::string> rows;
  for (int i = 0; i < run.results_size(); ++i) {
    const v1::PointResult& result = run.results(i);
    if (!run.header().plan(i).not_run_reason().empty()) continue;
    BOOST_TEST((result.outcome() == v1::OUTCOME_PASS || result.outcome() == v1::OUTCOME_FAIL),
               result.point() << ": " << result.reason());
    if (result.outcome() == v1::OUTCOME_FAIL) rows.insert(result.limit().row());
  }
  return rows;
}

double value(const v1::Run& run, const std::string& point) {
  for (const v1::PointResult& result : run.results()) {
    if (result.point() == point) return result.value();
  }
  BOOST_ERROR("no point " + point);
  return NAN;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(influence_twin)

BOOST_AUTO_TEST_CASE(a_nearly_ideal_device_does_not_shift) {
  const v1::Run run = run_of(no_errors);
  BOOST_TEST(failed_rows(run).empty());
  int shifts = 0;
  for (const v1::PointResult& result : run.results()) {
    if (!result.has_influenced_error()) continue;
    ++shifts;
    BOOST_TEST(std::abs(result.value()) <= result.expanded_uncertainty(), result.point());
    BOOST_TEST(result.expanded_uncertainty() <= 0.2 * result.limit().magnitude(), result.point());
  }
  BOOST_TEST(shifts == 16);
}

// The filter below shifts by (37/36) / (1 + (1.02/6)^2) - 1 = -0.1091 % at 1.02 fn and by 0.1072 %
// at 0.98 fn, of which either may be read as the greater; nothing else is wrong, and so that is the
// root without the temperature's share.
BOOST_AUTO_TEST_CASE(the_composite_error_of_a_narrow_filter_is_its_shift_with_the_frequency) {
  const v1::Run run = test::run_on_twin(test::inputs_of("en-50470-3-c", {.accuracy_class = "C"}),
                                        {"composite/5..30degC/10Itr/1"},
                                        test::twin_text(R"(
    voltage: [{gain: 0 %}, {gain: 0 %}, {gain: 0 %}]
    current: [{gain: 2.7777778 %}, {gain: 2.7777778 %}, {gain: 2.7777778 %}]
    anti_alias_filter: {order: 1, corner: 300 Hz}
)",
                                                        "500 V"));
  const auto found =
      std::find_if(run.results().begin(), run.results().end(), [](const v1::PointResult& result) {
        return result.point() == "composite/5..30degC/10Itr/1";
      });
  BOOST_REQUIRE(found != run.results().end());
  BOOST_TEST(found->outcome() == v1::OUTCOME_NOT_RUN, found->reason());
  BOOST_REQUIRE_MESSAGE(found->parts_size() == 3, found->reason());
  BOOST_TEST(std::abs(found->parts(0).value()) < 0.02);
  BOOST_TEST(std::abs(found->parts(1).value()) < 0.02);
  BOOST_TEST(found->parts(2).name() == "frequency");
  BOOST_TEST(std::abs(std::abs(found->parts(2).value()) - 0.108) < 0.02);
}

// A first-order low pass of 300 Hz in all channels leaves 1 / (1 + (h/6)^2) of a power at h x 50
// Hz: 36/37 of the fundamental's, which the gain makes up for, and 36/61 of the 5th's. Of 1.04 P1
// the 5th has 0.04, so that the error is (1 + 0.04 x 37/61) / 1.04 - 1 = -1.5132 %. At 0.98 fn the
// fundamental has (37/36) / (1 + (0.98/6)^2) - 1 = 0.1072 % more, within 0.2 %.
BOOST_AUTO_TEST_CASE(a_narrow_filter_fails_with_harmonics) {
  const v1::Run run = run_of(R"(
    voltage: [{gain: 0 %}, {gain: 0 %}, {gain: 0 %}]
    current: [{gain: 2.7777778 %}, {gain: 2.7777778 %}, {gain: 2.7777778 %}]
    anti_alias_filter: {order: 1, corner: 300 Hz}
)");
  BOOST_TEST(failed_rows(run) == (std::set<std::string>{"22.H5"}),
             boost::test_tools::per_element());
  BOOST_TEST(std::abs(value(run, "waveform/22.H5/import/5th/0.5Imax/1") - -1.5132) < 0.02);
  BOOST_TEST(std::abs(value(run, "frequency/22.F1/import/0.98fn/In/1") - 0.1072) < 0.02);
}

// A coil's integrator with a corner of 3 Hz leads by atan(3 Hz / f), 3.4336 deg at 50 Hz; samples
// that are taken 190.76 us early make up for that there. At 0.98 fn the rest is atan(3/49) - 2 pi
// 49 Hz x 190.76 us = 0.002418 rad, which at 0.5i is tan(60 deg) of that: 0.419 %, and less at 1.02
// fn. The loss of the integrator, 1 / sqrt(1 + (3/50)^2), is made up by the gain.
BOOST_AUTO_TEST_CASE(a_phase_error_that_goes_with_the_frequency_fails_there_with_a_lagging_load) {
  const v1::Run run = run_of(R"(
    voltage: [{gain: 0 %}, {gain: 0 %}, {gain: 0 %}]
    current: [{gain: 0.17984 %, skew: -190.76 us}, {gain: 0.17984 %, skew: -190.76 us}, {gain: 0.17984 %, skew: -190.76 us}]
    rogowski_coil: {mutual_inductance: 1e-6, integrator_corner: 3 Hz}
)");
  BOOST_TEST(failed_rows(run) == (std::set<std::string>{"22.F2"}),
             boost::test_tools::per_element());
  BOOST_TEST(std::abs(std::abs(value(run, "frequency/22.F2/import/0.98fn/In/0.5i")) - 0.419) <
             0.02);
  BOOST_TEST(std::abs(value(run, "frequency/22.F1/import/0.98fn/In/1")) < 0.02);
}

// 360 V cut the peak of 1.15 Un, 374.06 V, at r = 0.96242 of it: the fundamental has (2 / pi) (asin
// r + r sqrt(1 - r^2)) of its size, -0.869 %. The limit is 0.6 % at power factor 1, and 1.2 % at
// 0.5i.
BOOST_AUTO_TEST_CASE(a_converter_that_is_too_small_fails_where_the_voltage_is_too_high) {
  const v1::Run run = run_of(no_errors, "360 V");
  BOOST_TEST(failed_rows(run) == (std::set<std::string>{"22.V3"}),
             boost::test_tools::per_element());
  const double r = 360 / (1.15 * 230 * std::sqrt(2.0));
  const double expected =
      (2 / std::acos(-1.0) * (std::asin(r) + r * std::sqrt(1 - r * r)) - 1) * 100;
  BOOST_TEST(std::abs(value(run, "voltage/22.V3/import/1.15Un/In/1") - expected) < 0.03);
}

// A transformer whose phase is wrong around 0.7 A alone, by 0.25 deg: at 0.5i tan(60 deg) of it,
// 0.756 %. The points of the standard are at 0.5 A and 1 A, where nothing is wrong.
BOOST_AUTO_TEST_CASE(a_search_finds_what_is_wrong_between_the_points_of_the_standard) {
  const v1::Run run = test::run_on_twin(test::shipped_inputs(), {"balanced/import"},
                                        test::twin_text(R"(
    voltage: [{gain: 0 %}, {gain: 0 %}, {gain: 0 %}]
    current: [{gain: 0 %}, {gain: 0 %}, {gain: 0 %}]
    current_transformer:
      - {current: 0.5 A, ratio_error: 0 %, phase_error: 0 deg}
      - {current: 0.7 A, ratio_error: 0 %, phase_error: -0.25 deg}
      - {current: 1 A, ratio_error: 0 %, phase_error: 0 deg}
)",
                                                        "500 V"),
                                        40);
  double planned = 0;
  double worst = 0;
  const v1::PlannedPoint* place = nullptr;
  for (int i = 0; i < run.results_size(); ++i) {
    const v1::PlannedPoint& point = run.header().plan(i);
    const double share = std::abs(run.results(i).value()) / point.limit().magnitude();
    if (!point.adaptive()) {
      planned = std::max(planned, share);
    } else if (share > worst) {
      worst = share;
      place = &point;
    }
  }
  BOOST_TEST(planned < 0.05);
  BOOST_REQUIRE(place != nullptr);
  BOOST_TEST(worst > 0.9 * 0.756 / 0.6, place->id());
  BOOST_TEST(place->power_factor_label() == "0.5i");
  BOOST_TEST(std::abs(std::log(place->search().current() / 0.7)) < 0.05);
  BOOST_TEST(run.verdict() == v1::OUTCOME_FAIL);
}

BOOST_AUTO_TEST_SUITE_END()
