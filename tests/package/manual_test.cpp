// SPDX-License-Identifier: GPL-3.0-or-later
// The manual page names everything that --help does.
#include <fmt/format.h>

#include <map>
#include <regex>
#include <sstream>

#include "installed.h"

using namespace meterrig::test;

namespace {

const std::string page_file = std::string(METERRIG_SOURCE) + "/rig/cli/man/meterrig.1";

// Text by section of the page, "\-" read as "-".
std::map<std::string, std::string> sections() {
  std::map<std::string, std::string> found;
  std::istringstream page(read_file(page_file));
  std::string section;
  for (std::string line; std::getline(page, line);) {
    line = std::regex_replace(line, std::regex(R"(\\-)"), "-");
    if (line.starts_with(".SH ") || line.starts_with(".SS ")) {
      section = line.substr(4);
    } else {
      found[section] += line + "\n";
    }
  }
  return found;
}

std::vector<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    found.push_back((*match)[1]);
  return found;
}

// The first line of an entry of an option, such as ".BI --out " DIR"".
bool describes(const std::string& section, const std::string& option) {
  return std::regex_search(section, std::regex("\n\\.(B|BI|BR) (-h \", \" )?" + option + "[ \n]"));
}

const std::regex command_line("\n  ([a-z]+)  +[^\n]*");
const std::regex option_line("\n  (?:-h,)?(--[a-z-]+)[ \n]");

std::string subcommands(const std::string& help) {
  const std::size_t at = help.find("\nSubcommands:");
  return at == std::string::npos ? "" : help.substr(at, help.find("\n\n", at + 2) - at + 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(manual)

BOOST_AUTO_TEST_CASE(every_option_of_every_command_has_an_entry) {
  const TemporaryFolder folder;
  const auto page = sections();
  const std::string shared = page.at("Options of a link") + page.at("Options of a recording") +
                             page.at("Options of every command");
  std::vector<std::vector<std::string>> commands{{}};
  int options = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const std::vector<std::string> command = commands[i];
    std::vector<std::string> line{METERRIG_PROGRAM};
    line.insert(line.end(), command.begin(), command.end());
    line.emplace_back("--help");
    const std::string help = run(line, folder);
    std::string name;
    for (const std::string& word : command) {
      if (!name.empty()) name += " ";
      name += word;
    }
    const std::vector<std::string> below = matches(subcommands(help), command_line);
    for (const std::string& word : below) {
      commands.push_back(command);
      commands.back().push_back(word);
    }
    const bool has_section = page.count(name) == 1;
    BOOST_TEST((has_section || !below.empty()), "no section '" + name + "'");
    const std::string text = (has_section ? page.at(name) : "") + shared;
    for (const std::string& option : matches(help, option_line)) {
      ++options;
      BOOST_TEST(describes(text, option), fmt::format("{} {} is not in the page", name, option));
    }
  }
  BOOST_TEST(commands.size() >= 11u);
  BOOST_TEST(options > 60);
}

BOOST_AUTO_TEST_CASE(the_page_renders_without_a_warning) {
  const TemporaryFolder folder;
  const std::string shown = run({"man", "--warnings", "-E", "UTF-8", "-l", page_file}, folder);
  BOOST_TEST(shown.find("warning:") == std::string::npos, shown);
  BOOST_TEST(shown.find("EXIT STATUS") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
