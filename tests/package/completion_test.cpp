// SPDX-License-Identifier: GPL-3.0-or-later
// Completion in bash, called as the shell calls it.
#include <fmt/format.h>

#include <sstream>

#include "installed.h"

using namespace meterrig::test;

namespace {

// What the last of the words can become.
std::set<std::string> completed(const std::vector<std::string>& words) {
  const TemporaryFolder folder;
  std::string line;
  for (const std::string& word : words) line += fmt::format(" '{}'", word);
  write_file(folder / "complete.bash",
             fmt::format("source {}/rig/cli/completion/meterrig.bash\n"
                         "COMP_WORDS=('{}'{})\n"
                         "COMP_CWORD={}\n"
                         "_meterrig\n"
                         "printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
                         METERRIG_SOURCE, METERRIG_PROGRAM, line, words.size()));
  std::istringstream out(run({"bash", "--norc", "complete.bash"}, folder));
  std::set<std::string> found;
  for (std::string each; std::getline(out, each);)
    if (!each.empty()) found.insert(each);
  return found;
}

using Words = std::set<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(completion)

BOOST_AUTO_TEST_CASE(commands_complete) {
  BOOST_TEST(completed({""}) ==
                 (Words{"answer", "certify", "device", "doctor", "instrument", "list", "measure",
                        "mutants", "report", "retest", "rf", "source", "stop", "synth", "verify"}),
             boost::test_tools::per_element());
  BOOST_TEST(completed({"ce"}) == Words{"certify"}, boost::test_tools::per_element());
  BOOST_TEST(completed({"source", ""}) == (Words{"--help", "calibrate", "set", "status"}),
             boost::test_tools::per_element());
  BOOST_TEST(completed({"device", ""}) == (Words{"--help", "pulses", "read", "serve"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(options_are_those_of_the_command) {
  BOOST_TEST(completed({"--v"}) == Words{"--version"}, boost::test_tools::per_element());
  BOOST_TEST(
      completed({"doctor", "--"}) == (Words{"--acknowledge", "--bench", "--device", "--due-within",
                                            "--help", "--json", "--self-test"}),
      boost::test_tools::per_element());
  BOOST_TEST(completed({"device", "serve", "smart-x96-5a", "--mo"}) == Words{"--model"},
             boost::test_tools::per_element());
  BOOST_TEST(completed({"certify", "--sea"}) == (Words{"--search", "--search-points"}),
             boost::test_tools::per_element());
  BOOST_TEST(completed({"certify", "--search", ""}) == Words{"worst"},
             boost::test_tools::per_element());
  BOOST_TEST(completed({"certify", "--inject"}) == (Words{"--inject", "--inject-tcp"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(names_are_those_that_the_program_lists) {
  BOOST_TEST(completed({"certify", "--device", "sm"}) == Words{"smart-x96-5a"},
             boost::test_tools::per_element());
  BOOST_TEST(completed({"device", "read", ""}) == (Words{"integer-meter", "smart-x96-5a"}),
             boost::test_tools::per_element());
  BOOST_TEST(completed({"certify", "--bench", ""}) ==
                 (Words{"grpc", "iio", "in-process", "radio-loop", "scpi", "scpi-serial-simulated",
                        "scpi-simulated", "simulated"}),
             boost::test_tools::per_element());
  BOOST_TEST(completed({"certify", "--suite", "re"}) == Words{"replay"},
             boost::test_tools::per_element());
  BOOST_TEST(completed({"certify", "--suite", "iec-62053-22-0.5s,re"}) ==
                 Words{"iec-62053-22-0.5s,replay"},
             boost::test_tools::per_element());
  BOOST_TEST(completed({"synth", "app"}) ==
                 (Words{"appliance-dimmer", "appliance-laptop-supply", "appliance-rectifier"}),
             boost::test_tools::per_element());
  BOOST_TEST(completed({"instrument", "serve", ""}) ==
                 (Words{"calmet", "iio", "scpi-bench", "scpi-reference", "scpi-source"}),
             boost::test_tools::per_element());
  BOOST_TEST(completed({"list", ""}) == (Words{"benches", "devices", "ports", "scenarios",
                                               "sources", "standards", "suites"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_of_ours_leaves_the_word_to_file_names) {
  BOOST_TEST(completed({"measure", ""}).empty());
  BOOST_TEST(completed({"certify", "--order", ""}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
