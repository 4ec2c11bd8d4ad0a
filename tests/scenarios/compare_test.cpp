// SPDX-License-Identifier: GPL-3.0-or-later
// What two editions of a standard say differently.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "meterrig/loader/compare.h"
#include "shipped_standard.h"

using namespace meterrig;
using namespace meterrig::loader;
using meterrig::test::standard;

namespace {

std::vector<std::string> lines(const v1::Standard& first, const v1::Standard& second) {
  std::vector<std::string> text;
  for (const RowDifference& d : compare(first, second))
    text.push_back(d.row + " | " + d.what + " | " + d.first + " | " + d.second);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(comparison)

BOOST_AUTO_TEST_CASE(a_standard_is_the_same_as_itself) {
  for (const char* id : {"iec-62053-22-2020", "iec-62053-21-2003", "oiml-r46-2012"})
    BOOST_TEST(lines(standard(id), standard(id)).empty(), id);
}

BOOST_AUTO_TEST_CASE(each_sort_of_difference_is_told) {
  const v1::Standard first = standard("iec-62053-22-2020");
  v1::Standard second = first;
  second.mutable_reference_conditions()->set_frequency(0.5);
  second.mutable_error_rows(0)->mutable_limits(2)->set_limit(1.1);
  second.mutable_error_rows(1)->mutable_source()->set_clause("another");
  second.mutable_error_rows(1)->mutable_from()->set_factor(0.1);
  second.mutable_no_load_rows(0)->set_formula(v1::NO_LOAD_FORMULA_MAXIMUM);
  second.mutable_no_load_rows(0)->set_voltage_factor(1.15);
  second.mutable_influence_rows()->RemoveLast();
  second.add_constant_rows()->set_id("22.NEW");
  const std::vector<std::string> expected{
      "reference conditions | frequency | 0.3 | 0.5",
      "22.B1 | limit of class 0.5S | 1 % | 1.1 %",
      "22.B2 | from | 0.05 In | 0.1 In",
      "22.NL | voltage factor | 1.1 | 1.15",
      "22.NL | formula | unspecified | maximum",
      "22.NEW | row | - | there",
      "22.OC | row | there | -",
  };
  BOOST_TEST(lines(first, second) == expected, boost::test_tools::per_element());
}

// By the facts: in 2003 no odd harmonics in part 22, no fast variations of the load, 1.15 Un and
// another time without load, no class 0.1S.
BOOST_AUTO_TEST_CASE(iec_62053_22_of_2003_differs_where_the_facts_say) {
  const v1::Standard older = standard("iec-62053-22-2003");
  const v1::Standard newer = standard("iec-62053-22-2020");
  std::vector<std::string> rows;
  for (const RowDifference& d : compare(older, newer)) {
    if (d.what == "limit of class 0.1S") {
      BOOST_TEST(d.first == "-", d.row);
      continue;
    }
    rows.push_back(d.row + " | " + d.what);
  }
  const std::vector<std::string> expected{
      "22.ST-0.1S | row",
      "22.NL-0.2S | row",
      "22.NL-0.5S | row",
      "22.NL | row",
      "22.NL-0.1S | row",
      "22.ODD | row",
      "22.FLV | row",
      "22.LF | row",
      "22.SH1 | drifts",
      "22.SH2 | drifts",
      "22.SU | accuracy classes",
      "22.PC | accuracy classes",
      "22.TF | accuracy classes",
      "22.TF | row",
      "22.DC | accuracy classes",
      "22.TK | row",
  };
  std::vector<std::string> found = rows;
  std::vector<std::string> wanted = expected;
  std::sort(found.begin(), found.end());
  std::sort(wanted.begin(), wanted.end());
  BOOST_TEST(found == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(iec_62053_21_of_2003_has_no_capacitive_limits_for_class_2) {
  std::vector<std::string> found;
  for (const std::string& line :
       lines(standard("iec-62053-21-2003"), standard("iec-62053-21-2020")))
    if (line.find("limit of class 2 ") != std::string::npos) found.push_back(line);
  const std::vector<std::string> expected{"21.B3c | limit of class 2 | - | 2.5 %",
                                          "21.B4c | limit of class 2 | - | 2 %"};
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
