// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/mutants_text.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "mutants_words.h"

namespace meterrig::report {
namespace {

// "balanced 48/48, load-difference 3/10".
std::string found_by(const v1::MutantStudy& study, const v1::MutantResult& result) {
  std::vector<std::string> tests;  // in the suite's order
  std::map<std::string, int> failed;
  std::map<std::string, int> points;
  for (int i = 0; i < result.cells_size(); ++i) {
    const v1::MutantColumn& column = study.columns(i);
    if (!points.contains(column.test())) tests.push_back(column.test());
    points[column.test()] += column.points();
    failed[column.test()] += result.cells(i).failed();
  }
  std::string text;
  for (const std::string& test : tests) {
    if (failed[test] > 0)
      text += fmt::format("{}{} {}/{}", text.empty() ? "" : ", ", test, failed[test], points[test]);
  }
  return text;
}

}  // namespace

std::string mutants_text(const v1::MutantStudy& study) {
  std::string text =
      fmt::format("{} on {} ({}), SIMULATED\n", study.suite(), study.device(), study.model());
  for (const v1::MutantResult& result : study.mutants()) {
    std::string line = fmt::format("{:<28} {:>12}  {:<22}", result.id(), size_text(result),
                                   word(result.verdict()));
    if (const std::string smallest = smallest_text(result); !smallest.empty())
      line += fmt::format(" from {:<14}", smallest);
    line += fmt::format(" {}", found_by(study, result));
    if (!result.interrupted().empty())
      line += fmt::format(" (run ended: {})", result.interrupted());
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (result.verdict() == v1::MUTANT_VERDICT_MISSED ||
        result.verdict() == v1::MUTANT_VERDICT_SEEN_AFTER_ALL) {
      std::string demanded;
      for (const std::string& test : result.demanded())
        demanded += (demanded.empty() ? "" : ", ") + test;
      text += fmt::format("    declared: {}: {}\n", demanded.empty() ? "not seen" : demanded,
                          result.because());
    }
  }
  if (study.mutants_size() > 0)
    text += fmt::format("{} mutants: {}\n", study.mutants_size(), counts_text(study));
  if (const std::string alarms = alarms_text(study); !alarms.empty()) text += alarms + "\n";
  return text + effort_text(study) + "\n";
}

}  // namespace meterrig::report
