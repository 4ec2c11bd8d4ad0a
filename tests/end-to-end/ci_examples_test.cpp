// SPDX-License-Identifier: GPL-3.0-or-later
// The CI files that a firmware team copies: YAML, shell and commands are what we understand.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "grpc_device.h"
#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

std::vector<std::string> words(const std::string& line) {
  std::istringstream text(line);
  return {std::istream_iterator<std::string>(text), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ci_examples)

BOOST_AUTO_TEST_CASE(what_the_examples_type_is_understood_and_says_what_they_keep) {
  if (std::system("/usr/bin/python3 -c 'import yaml' 2>/dev/null") != 0) {
    std::cout << "SKIPPED: python3-yaml is not there\n";
    return;
  }
  for (const std::string& name : std::vector<std::string>{"gitlab-ci.yml", "github-actions.yml"}) {
    Rig rig(std::nullopt);
    // A team's profile stands where theirs would.
    std::filesystem::create_directory(rig.folder / "ci");
    write_file(rig.folder / "ci" / "my-meter.yaml", shipped("dut/profiles/smart-x96-5a.yaml"));
    const GrpcDevice device(rig, {"--grpc", "unix:device.sock"});
    const auto commands = [&](const std::string& program) {
      Process process({"/usr/bin/python3", "-B", METERRIG_SOURCE "/tests/end-to-end/ci_commands.py",
                       METERRIG_SOURCE "/dut/kit/ci/" + name, program},
                      rig.folder.path(), rig.folder / "commands");
      BOOST_REQUIRE_MESSAGE(process.wait() == 0, process.output());
      return process.output();
    };
    write_file(rig.folder / "script.sh", commands(""));
    Process shell({"sh", "-n", "script.sh"}, rig.folder.path(), rig.folder / "shell.log");
    BOOST_TEST(shell.wait() == 0, name + ": " + shell.output());

    std::istringstream lines(commands("meterrig "));
    int found = 0;
    for (std::string line; std::getline(lines, line); ++found) {
      std::vector<std::string> arguments = words(line);
      arguments.erase(arguments.begin());
      if (arguments.front() == "certify") arguments.push_back("--plan");
      BOOST_TEST(rig.run(arguments) == 0, fmt::format("{}: {}\n{}", name, line, rig.output));
    }
    BOOST_TEST(found == 2);  // device read, certify
  }
}

BOOST_AUTO_TEST_SUITE_END()
