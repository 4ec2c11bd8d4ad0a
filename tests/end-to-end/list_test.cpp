// SPDX-License-Identifier: GPL-3.0-or-later
// `meterrig list` for people, for programs and for the shell's completion.
#include <boost/test/unit_test.hpp>
#include <set>
#include <sstream>

#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

std::set<std::string> lines(const std::string& text) {
  std::set<std::string> found;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) found.insert(line);
  return found;
}

std::set<std::string> files(const std::string& folder) {
  std::set<std::string> found;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(METERRIG_SOURCE) / folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".twin.yaml")) found.insert(entry.path().stem().string());
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(list)

BOOST_AUTO_TEST_CASE(names_and_json_name_every_file_that_ships) {
  Rig rig(std::nullopt);
  const std::map<std::string, std::string> folders{{"suites", "scenarios/suites"},
                                                   {"devices", "dut/profiles"},
                                                   {"standards", "scenarios/standards"},
                                                   {"benches", "rig/benches"},
                                                   {"scenarios", "scenarios/signals"}};
  for (const auto& [what, folder] : folders) {
    const std::set<std::string> expected = files(folder);
    BOOST_TEST(rig.run({"list", what, "--names"}) == 0);
    BOOST_TEST(lines(rig.output) == expected, boost::test_tools::per_element());
    BOOST_TEST(rig.run({"list", what, "--json"}) == 0);
    std::set<std::string> named;
    for (const auto& entry : nlohmann::json::parse(rig.output)) {
      named.insert(entry.at("name").get<std::string>());
      BOOST_TEST(std::filesystem::exists(entry.at("file").get<std::string>()));
    }
    BOOST_TEST(named == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(ports_are_told_in_every_form_alike) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"list", "ports", "--names"}) == 0);
  const std::set<std::string> names = lines(rig.output);
  BOOST_TEST(rig.run({"list", "ports", "--json"}) == 0);
  const auto json = nlohmann::json::parse(rig.output);
  BOOST_TEST(json.is_array());
  std::set<std::string> named;
  for (const auto& port : json) {
    named.insert(port.at("name").get<std::string>());
    BOOST_TEST(port.at("permitted").is_boolean());
    BOOST_TEST(port.at("users").is_array());
  }
  BOOST_TEST(named == names, boost::test_tools::per_element());
  BOOST_TEST(rig.run({"list", "ports"}) == 0);
  if (names.empty()) BOOST_TEST(rig.output == "no serial ports\n");
  for (const std::string& name : names) BOOST_TEST(rig.output.find(name) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(sources_are_command_files_of_sources_and_references_and_what_is_plugged_in) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"list", "sources", "--names"}) == 0);
  const std::set<std::string> names = lines(rig.output);
  for (const char* name : {"generic-scpi-source", "generic-scpi-reference", "fluke-6105a-set"})
    BOOST_TEST(names.count(name) == 1u, name);
  BOOST_TEST(names.count("generic-chamber") == 0u);  // neither
  BOOST_TEST(rig.run({"list", "sources", "--json"}) == 0);
  std::set<std::string> simulated;
  for (const auto& entry : nlohmann::json::parse(rig.output)) {
    BOOST_TEST(names.count(entry.at("name").get<std::string>()) == 1u);
    if (entry.at("simulated").get<bool>()) simulated.insert(entry.at("name").get<std::string>());
  }
  BOOST_TEST(simulated.count("simulated-scpi-reference") == 1u);
  BOOST_TEST(simulated.count("generic-scpi-source") == 0u);
  BOOST_TEST(rig.run({"list", "sources"}) == 0);
  BOOST_TEST(rig.output.find("granted time, SIMULATED") != std::string::npos, rig.output);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_wrong_does_not_hide_the_others) {
  Rig rig(std::nullopt);
  for (const char* folder : {"scenarios/standards", "scenarios/suites"})
    std::filesystem::create_directories(rig.folder / folder);
  write_file(rig.folder / "scenarios/suites/right.yaml",
             shipped("scenarios/suites/iec-62053-22-0.5s.yaml"));
  write_file(rig.folder / "scenarios/suites/wrong.yaml", "suite: {id: 5}\n");
  BOOST_TEST(
      rig.run({"list", "suites", "--names"}, {"METERRIG_DATA=" + rig.folder.path().string()}) == 2);
  BOOST_TEST(rig.output.find("wrong.yaml:1:") != std::string::npos);
  BOOST_TEST(lines(rig.output).count("right") == 1u);
  BOOST_TEST(lines(rig.output).count("wrong") == 0u);
}

// One of the differences that compare_test has one by one: class 0.1S is new in 2020.
BOOST_AUTO_TEST_CASE(two_editions_are_compared_row_by_row) {
  Rig rig(std::nullopt);
  const std::vector<std::string> asked{"list", "standards", "--compare", "iec-62053-22-2003",
                                       "iec-62053-22-2020"};
  BOOST_TEST(rig.run(asked) == 0);
  std::istringstream table(rig.output);
  std::string head;
  std::getline(table, head);
  BOOST_TEST(head.starts_with("row "));
  BOOST_TEST(head.find("IEC 62053-22:2003") < head.find("IEC 62053-22:2020"));
  BOOST_TEST(head.ends_with("IEC 62053-22:2020"));

  std::vector<std::string> with_json = asked;
  with_json.emplace_back("--json");
  BOOST_TEST(rig.run(with_json) == 0);
  const auto json = nlohmann::json::parse(rig.output);
  BOOST_TEST(json.at("first") == "iec-62053-22-2003");
  BOOST_TEST(json.at("second") == "iec-62053-22-2020");
  bool found = false;
  for (const auto& difference : json.at("differences")) {
    if (difference.at("row") != "22.B2" || difference.at("what") != "limit of class 0.1S") continue;
    found = true;
    BOOST_TEST(difference.at("first") == "-");
    BOOST_TEST(difference.at("second") == "0.1 %");
  }
  BOOST_TEST(found);

  BOOST_TEST(rig.run({"list", "standards", "--compare", "oiml-r46-2012", "oiml-r46-2012"}) == 0);
  BOOST_TEST(rig.output == "OIML R 46-1/-2:2012 and OIML R 46-1/-2:2012 do not differ\n");
}

BOOST_AUTO_TEST_CASE(a_comparison_that_cannot_be_made_is_wrong_usage) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"list", "standards", "--compare", "iec-62053-22-2020"}) == 2);
  BOOST_TEST(rig.run({"list", "standards", "--compare", "iec-62053-22-2020", "nobody"}) == 2);
  BOOST_TEST(rig.output.find("nobody") != std::string::npos, rig.output);
  BOOST_TEST(rig.run({"list", "suites", "--compare", "iec-62053-22-2020", "oiml-r46-2012"}) == 2);
}

BOOST_AUTO_TEST_CASE(names_and_json_at_once_are_wrong_usage) {
  Rig rig(std::nullopt);
  BOOST_TEST(rig.run({"list", "suites", "--names", "--json"}) == 2);
  BOOST_TEST(rig.run({"list", "nonsense"}) == 2);
}

// Counted by hand in the two files.
BOOST_AUTO_TEST_CASE(standards_and_suites_say_their_edition_and_how_sure_their_rows_are) {
  Rig rig(std::nullopt);
  const auto entry = [&](const char* what, const std::string& name) {
    BOOST_TEST(rig.run({"list", what, "--json"}) == 0);
    for (const auto& one : nlohmann::json::parse(rig.output)) {
      if (one.at("name") == name) return one;
    }
    BOOST_ERROR(name);
    return nlohmann::json();
  };
  // 22 rows of points and 32 of influences and requirements, which standards_test has one by one.
  // Of the former: 10 error rows (8 of 3 classes, 2 of one), 1 difference of 3 classes, 3 starting,
  // 5 no-load, 1 constant, 1 repeatability, 1 start-up: public are classes 1 and 2 of 8 error rows
  // but 21.B3c and 21.B4c of class 2, and of 21.S3; uncertain those two, class 0.5 of 7 error rows
  // and of 21.S3, 21.ST-0.5, 21.NL-0.5, 21.RP.
  const auto standard = entry("standards", "iec-62053-21-2020");
  BOOST_TEST(standard.at("edition") == "2020");
  BOOST_TEST(standard.at("title") == "Static meters for AC active energy, classes 0.5, 1 and 2");
  BOOST_TEST(standard.at("rows") == 54);
  BOOST_TEST(standard.at("limits") == 125);
  BOOST_TEST(standard.at("verified") == 0);
  BOOST_TEST(standard.at("from_public_sources") == 36);
  BOOST_TEST(standard.at("uncertain") == 44);
  BOOST_TEST(standard.at("from_memory") == 45);
  // Class 1: 21.B1 to 21.B4c, 21.S1, S2 and S3 are public, 21.NL-1, 21.ST-1, 21.SU and 21.MC from
  // memory, 21.RP uncertain.
  const auto suite = entry("suites", "iec-62053-21-1");
  BOOST_TEST(suite.at("edition") == "2020");
  BOOST_TEST(suite.at("designation") == "IEC 62053-21");
  BOOST_TEST(suite.at("rows") == 14);
  BOOST_TEST(suite.at("from_public_sources") == 9);
  BOOST_TEST(suite.at("from_memory") == 4);
  BOOST_TEST(suite.at("uncertain") == 1);
  BOOST_TEST(rig.run({"list", "suites"}) == 0);
  BOOST_TEST(
      rig.output.find("IEC 62053-21:2020, 14 rows: 0 verified, 9 from public sources, 4 from "
                      "memory, 1 uncertain") != std::string::npos,
      rig.output);
  BOOST_TEST(rig.run({"list", "standards"}) == 0);
  BOOST_TEST(
      rig.output.find("IEC 62053-21:2020 Static meters for AC active energy, classes 0.5, 1 and "
                      "2; 54 rows, 125 limits: 0 verified, 36 from public sources, 45 from "
                      "memory, 44 uncertain") != std::string::npos,
      rig.output);
}

BOOST_AUTO_TEST_SUITE_END()
