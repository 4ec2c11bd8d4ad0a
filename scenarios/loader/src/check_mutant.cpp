// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "checks.h"
#include "in_quotes.h"

namespace meterrig::loader {
namespace {

std::string range_of(const v1::MutantSize& size) {
  return fmt::format("a size from {} to {} {}", std::min(size.mild(), size.severe()),
                     std::max(size.mild(), size.severe()), size.unit());
}

bool within(const v1::MutantSize& size, double number) {
  return number >= std::min(size.mild(), size.severe()) &&
         number <= std::max(size.mild(), size.severe());
}

bool uses_size(const v1::MutantChange& change) {
  return change.has_add() || change.has_set() || change.has_scale();
}

void check_size(const v1::Mutant& mutant, const std::string& where, Examination& examination) {
  const v1::MutantSize& size = mutant.size();
  if (!examination.sound(where)) return;
  if (size.mild() == size.severe())
    examination.report(where + ".severe", fmt::format("{}, as the mild end", size.severe()),
                       "a more severe size than the mild one");
  else if (!within(size, size.typical()))
    examination.report(where + ".typical", fmt::format("{}", size.typical()), range_of(size));
  const auto& changes = mutant.changes();
  if (std::none_of(changes.begin(), changes.end(), uses_size))
    examination.report(where, "a size", "none where no change adds, sets or scales by it");
}

void check_changes(const v1::Mutant& mutant, const std::string& where, Examination& examination) {
  for (int i = 0; i < mutant.changes_size(); ++i) {
    const v1::MutantChange& change = mutant.changes(i);
    const std::string at = fmt::format("{}.changes[{}]", where, i);
    if (!examination.sound(at)) continue;
    if (uses_size(change) && !mutant.has_size())
      examination.report(at, "a change by a size that there is not", "a size of the mutant");
    if (change.change_case() == v1::MutantChange::kClear && !change.clear())
      examination.report(at + ".clear", "false", "true, or another change");
    const std::string& parameter = change.parameter();
    if (!parameter.starts_with("twin.") && !parameter.starts_with("device."))
      examination.report(at + ".parameter", in_quotes(parameter),
                         "a path that begins with 'twin.' or 'device.'");
  }
}

void check_expectations(const v1::Mutant& mutant, const std::string& where,
                        Examination& examination) {
  std::map<std::string, std::string> suites;  // where each was first
  for (int i = 0; i < mutant.expectations_size(); ++i) {
    const v1::MutantExpectation& expectation = mutant.expectations(i);
    const std::string at = fmt::format("{}.expectations[{}]", where, i);
    if (!examination.sound(at)) continue;
    const auto [first, fresh] = suites.emplace(expectation.suite(), at + ".suite");
    if (!fresh)
      examination.report(
          at + ".suite", in_quotes(expectation.suite()) + " again",
          "a suite once in a mutant; the first is" + examination.in_line(first->second));
    if (!expectation.has_exceeds()) continue;
    if (!mutant.has_size() || expectation.tests().empty())
      examination.report(at + ".exceeds", fmt::format("{}", expectation.exceeds()),
                         "none without a size of the mutant and tests that find it");
    else if (examination.sound(where + ".size") && !within(mutant.size(), expectation.exceeds()))
      examination.report(at + ".exceeds", fmt::format("{}", expectation.exceeds()),
                         range_of(mutant.size()));
  }
}

}  // namespace

void check(const v1::MutantFile& file, Examination& examination) {
  for (int i = 0; i < file.mutants_size(); ++i) {
    const std::string where = fmt::format("mutants[{}]", i);
    if (file.mutants(i).has_size()) check_size(file.mutants(i), where + ".size", examination);
    check_changes(file.mutants(i), where, examination);
    check_expectations(file.mutants(i), where, examination);
  }
}

}  // namespace meterrig::loader
