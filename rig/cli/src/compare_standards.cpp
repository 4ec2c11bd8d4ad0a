// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "commands.h"
#include "data_files.h"
#include "list_entry.h"
#include "messages.h"
#include "meterrig/loader/compare.h"
#include "meterrig/loader/load.h"

namespace meterrig::cli {
namespace {

std::string name_of(const v1::Standard& standard) {
  return standard.designation() + ":" + standard.edition();
}

void print_json(const v1::Standard& first, const v1::Standard& second,
                const std::vector<loader::RowDifference>& differences) {
  auto list = nlohmann::ordered_json::array();
  for (const loader::RowDifference& difference : differences)
    list.push_back({{"row", difference.row},
                    {"what", difference.what},
                    {"first", difference.first},
                    {"second", difference.second}});
  const nlohmann::ordered_json json{
      {"first", first.id()}, {"second", second.id()}, {"differences", list}};
  fmt::print("{}\n", json.dump(2));
}

void print_table(const v1::Standard& first, const v1::Standard& second,
                 const std::vector<loader::RowDifference>& differences) {
  if (differences.empty()) {
    fmt::print("{} and {} do not differ\n", name_of(first), name_of(second));
    return;
  }
  std::vector<loader::RowDifference> lines{
      {.row = "row", .what = "what", .first = name_of(first), .second = name_of(second)}};
  lines.insert(lines.end(), differences.begin(), differences.end());
  std::size_t row = 0;
  std::size_t what = 0;
  std::size_t value = 0;
  for (const loader::RowDifference& line : lines) {
    row = std::max(row, line.row.size());
    what = std::max(what, line.what.size());
    value = std::max(value, line.first.size());
  }
  for (const loader::RowDifference& line : lines)
    fmt::print("{:<{}}  {:<{}}  {:<{}}  {}\n", line.row, row, line.what, what, line.first, value,
               line.second);
}

}  // namespace

int compare_standards(const ListOptions& options) {
  if (options.what != "standards")
    return complain(fmt::format("--compare with {}; expected it with standards", options.what)),
           wrong_input;
  const auto files = DataFiles::locate();
  if (!files) return complain(files.error()), wrong_input;
  std::vector<v1::Standard> standards;
  for (const std::string& name : options.compare) {
    const auto file = files->find(DataFiles::Kind::standard, name);
    if (!file) return complain(file.error()), wrong_input;
    const auto loaded = loader::load_standard(*file);
    if (!loaded) return complain(loaded.error()), wrong_input;
    standards.push_back(loaded->message.standard());
  }
  const auto differences = loader::compare(standards.front(), standards.back());
  if (options.json) {
    print_json(standards.front(), standards.back(), differences);
  } else {
    print_table(standards.front(), standards.back(), differences);
  }
  return 0;
}

}  // namespace meterrig::cli
