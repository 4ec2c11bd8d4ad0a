// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/json.h"

#include <google/protobuf/util/json_util.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "example_run.h"
#include "hostile_run.h"

using namespace meterrig;

namespace {

v1::Run read_back(const std::string& json) {
  v1::Run run;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &run);
  BOOST_TEST_REQUIRE(status.ok(), status.ToString());
  return run;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(Run_ReadsBackToTheSameBytes) {
  // Bytes, because an unknown distortion is NaN and NaN equals nothing.
  const v1::Run run = report::test::example_run(true);
  BOOST_TEST((read_back(report::json(run)).SerializeAsString() == run.SerializeAsString()));
}

BOOST_AUTO_TEST_CASE(EveryPlannedPoint_IsInTheFile) {
  const v1::Run run = report::test::example_run(true);
  const std::string json = report::json(run);
  for (const v1::PlannedPoint& plan : run.header().plan())
    BOOST_TEST(json.find("\"" + plan.id() + "\"") != std::string::npos, plan.id());
}

BOOST_AUTO_TEST_CASE(Names_AreTheSchemasAndAZeroIsPrinted) {
  v1::Run run;
  run.add_results()->set_value(0);
  const std::string json = report::json(run);
  BOOST_TEST(json.find("\"schema_version\"") != std::string::npos);
  BOOST_TEST(json.find("\"value\": 0") != std::string::npos);
  BOOST_TEST(json.find("\"expanded_uncertainty\"") == std::string::npos);  // unknown is not zero
}

BOOST_AUTO_TEST_CASE(HostileText_ReadsBackAsItWas) {
  const v1::Run run = report::test::hostile_run();
  BOOST_TEST((read_back(report::json(run)).SerializeAsString() == run.SerializeAsString()));
}

BOOST_AUTO_TEST_CASE(TwoRenders_OfEqualRuns_AreTheSameBytes) {
  BOOST_TEST(report::json(report::test::example_run(true)) ==
             report::json(report::test::example_run(true)));
}

BOOST_AUTO_TEST_SUITE_END()
