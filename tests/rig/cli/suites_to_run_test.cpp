// SPDX-License-Identifier: GPL-3.0-or-later
#include "suites_to_run.h"

#include <boost/test/unit_test.hpp>
#include <map>

using namespace meterrig;

namespace {

using Names = std::vector<std::string>;

// Suites by their ids, each with what it includes.
struct Library {
  std::map<std::string, Names> suites;
  std::map<std::string, std::string> accuracy_class = {};  // "1" where none is given
  Names read_so_far = {};
  std::vector<loader::Finding> findings = {};

  Names collected(const Names& names) {
    findings.clear();
    const std::vector<cli::LoadedSuite> loaded =
        cli::suites_to_run(names, [this](const std::string& name) { return read(name); }, findings);
    Names ids;
    ids.reserve(loaded.size());
    for (const cli::LoadedSuite& suite : loaded) ids.push_back(suite.message.suite().id());
    return ids;
  }

 private:
  std::optional<cli::LoadedSuite> read(const std::string& name) {
    read_so_far.push_back(name);
    const auto found = suites.find(name);
    if (found == suites.end()) return std::nullopt;
    std::optional<cli::LoadedSuite> loaded(std::in_place);
    v1::Suite& suite = *loaded->message.mutable_suite();
    suite.set_id(name);
    suite.set_standard("s");
    suite.set_accuracy_class(accuracy_class.contains(name) ? accuracy_class.at(name) : "1");
    for (const std::string& included : found->second) suite.add_includes(included);
    return loaded;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(suites_to_run)

BOOST_AUTO_TEST_CASE(what_a_suite_includes_is_run_before_it_in_its_order) {
  Library library{.suites = {{"whole", {"b", "a"}}, {"a", {}}, {"b", {"c"}}, {"c", {}}}};
  BOOST_TEST(library.collected({"whole"}) == (Names{"c", "b", "a", "whole"}),
             boost::test_tools::per_element());
  BOOST_TEST(library.findings.empty());
}

BOOST_AUTO_TEST_CASE(what_is_included_twice_is_run_once) {
  Library library{.suites = {{"x", {"c"}}, {"y", {"c"}}, {"c", {}}, {"both", {"x", "y"}}}};
  for (const Names& asked : {Names{"x", "y"}, Names{"x", "c", "y"}})
    BOOST_TEST(library.collected(asked) == (Names{"c", "x", "y"}),
               boost::test_tools::per_element());
  BOOST_TEST(library.collected({"both"}) == (Names{"c", "x", "y", "both"}),
             boost::test_tools::per_element());
  BOOST_TEST(library.collected({"c", "x"}) == (Names{"c", "x"}), boost::test_tools::per_element());
  BOOST_TEST(library.findings.empty());
}

// The plan says so, because its points would have the same names.
BOOST_AUTO_TEST_CASE(a_suite_that_is_asked_for_twice_stays_twice) {
  Library library{.suites = {{"a", {}}}};
  BOOST_TEST(library.collected({"a", "a"}) == (Names{"a", "a"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(suites_that_include_each_other_are_found_and_the_search_ends) {
  Library library{.suites = {{"a", {"b"}}, {"b", {"a"}}, {"self", {"self"}}}};
  BOOST_TEST(library.collected({"a"}) == (Names{"b", "a"}), boost::test_tools::per_element());
  BOOST_REQUIRE(library.findings.size() == 1u);
  BOOST_TEST(library.findings[0].where == "suite.includes[0]");
  BOOST_TEST(library.findings[0].found == "'a', which includes this suite");
  BOOST_TEST(library.findings[0].expected == "suites that do not include each other");
  BOOST_TEST(library.collected({"self"}) == (Names{"self"}), boost::test_tools::per_element());
  BOOST_TEST(library.findings.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_suite_of_another_class_cannot_be_included) {
  Library library{.suites = {{"a", {"c", "b"}}, {"b", {}}, {"c", {}}},
                  .accuracy_class = {{"b", "0.5S"}}};
  static_cast<void>(library.collected({"a"}));
  BOOST_REQUIRE(library.findings.size() == 1u);
  BOOST_TEST(library.findings[0].where == "suite.includes[1]");
  BOOST_TEST(library.findings[0].found == "'b', class 0.5S of s");
  BOOST_TEST(library.findings[0].expected == "a suite of class 1 of s");
}

// Who reads has said why.
BOOST_AUTO_TEST_CASE(one_that_cannot_be_read_is_left_out) {
  Library library{.suites = {{"a", {"gone"}}, {"b", {}}}};
  BOOST_TEST(library.collected({"a", "missing", "b"}) == (Names{"a", "b"}),
             boost::test_tools::per_element());
  BOOST_TEST(library.findings.empty());
  BOOST_TEST(library.read_so_far == (Names{"a", "gone", "missing", "b"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
