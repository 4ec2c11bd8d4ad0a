// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "meterrig/report/json.h"
#include "meterrig/report/mutants_page.h"
#include "meterrig/report/mutants_text.h"

using namespace meterrig;

namespace {

v1::MutantStudy example() {
  v1::MutantStudy study;
  study.set_suite("s");
  study.set_device("d");
  study.set_model("good");
  study.set_runs(3);
  study.set_seconds(7.4);
  for (const char* row : {"B1", "B2"}) {
    v1::MutantColumn& column = *study.add_columns();
    column.set_test("balanced");
    column.set_row(row);
    column.set_points(4);
  }
  v1::MutantResult& caught = *study.add_mutants();
  caught.set_id("gain");
  caught.set_title("Gain <too> high");
  caught.set_size(1);
  caught.set_unit("%");
  caught.set_verdict(v1::MUTANT_VERDICT_CAUGHT);
  caught.add_cells()->set_failed(4);
  caught.add_cells()->set_failed(1);
  caught.set_smallest_caught(0.5);
  caught.set_largest_missed(0.4);
  v1::MutantResult& missed = *study.add_mutants();
  missed.set_id("creep");
  missed.set_verdict(v1::MUTANT_VERDICT_MISSED);
  missed.set_because("the sum");
  missed.add_demanded("no-load");
  missed.add_cells();
  missed.add_cells()->set_not_valid(1);
  v1::MutantFalseAlarms& alarms = *study.mutable_without_defect();
  alarms.set_runs(1000);
  alarms.set_alarms(0);
  alarms.set_highest_rate(0.003682);
  alarms.set_confidence(0.95);
  return study;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mutants)

BOOST_AUTO_TEST_CASE(the_table_says_what_found_a_mutant_and_what_should_have) {
  const std::string text = report::mutants_text(example());
  BOOST_TEST(holds(text, "SIMULATED"));
  BOOST_TEST(holds(text, "caught                 from 0.5 %          balanced 5/8\n"));
  BOOST_TEST(holds(text, "MISSED\n    declared: no-load: the sum\n"));
  BOOST_TEST(holds(text, "2 mutants: 1 caught, 1 MISSED\n"));
  BOOST_TEST(holds(text, "0 of 1000 runs failed; false alarms 0 % to 0.368 % of runs (95 %"));
  BOOST_TEST(holds(text, "3 runs in 7 s\n"));
}

BOOST_AUTO_TEST_CASE(the_page_has_a_cell_for_each_mutant_and_row) {
  const std::string page = report::mutants_page(example());
  BOOST_TEST(holds(page, "SIMULATED"));
  BOOST_TEST(holds(page, R"(<th colspan="2">balanced</th>)"));
  BOOST_TEST(holds(page, R"(title="balanced B1: 4 of 4 points failed">4</td>)"));
  BOOST_TEST(holds(page, R"(title="balanced B2: 0 of 4 points failed, 1 not valid">?</td>)"));
  BOOST_TEST(holds(page, "Gain &lt;too&gt; high"));
  BOOST_TEST(!holds(page, "<too>"));
  // All failed is the full colour, none white.
  BOOST_TEST(holds(page, "background:#ea580c"));
  BOOST_TEST(holds(page, "background:#ffffff"));
}

BOOST_AUTO_TEST_CASE(a_study_without_mutants_is_a_sentence) {
  v1::MutantStudy study = example();
  study.clear_mutants();
  BOOST_TEST(!holds(report::mutants_page(study), "<table>"));
  BOOST_TEST(!holds(report::mutants_text(study), "mutants:"));
}

BOOST_AUTO_TEST_CASE(json_has_the_fields_of_the_schema) {
  const auto json = nlohmann::json::parse(report::json(example()));
  BOOST_TEST(json.at("mutants").at(0).at("verdict") == "MUTANT_VERDICT_CAUGHT");
  BOOST_TEST(json.at("mutants").at(0).at("cells").at(1).at("failed") == 1);
  BOOST_TEST(json.at("mutants").at(1).at("cells").at(0).at("failed") == 0);
  BOOST_TEST(!json.at("mutants").at(1).contains("size"));
}

BOOST_AUTO_TEST_SUITE_END()
