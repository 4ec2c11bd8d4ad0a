// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "checks.h"
#include "in_quotes.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::loader {
namespace {

std::string seconds(double value) { return exact_text(value, QuantityKind::duration); }

// A test that another is computed from: it must be there, be of the kind that is needed, and stand
// earlier (its points are measured by then).
template <class Fits>
void check_operand(const v1::Suite& suite, int of_test, const std::string& id, Fits fits,
                   const std::string& kind, const std::string& where, Examination& examination) {
  if (!examination.sound(where)) return;
  for (int i = 0; i < suite.tests_size(); ++i) {
    if (suite.tests(i).id() != id) continue;
    const std::string test = fmt::format("suite.tests[{}]", i);
    if (!examination.sound(test)) return;
    if (!fits(suite.tests(i)))
      examination.report(where, in_quotes(id), kind);
    else if (i > of_test)
      examination.report(
          where, fmt::format("{}, which comes later{}", in_quotes(id), examination.in_line(test)),
          "a test above this one");
    return;
  }
  for (int i = 0; i < suite.tests_size(); ++i) {
    // It may be the one whose id is wrong.
    if (!examination.sound(fmt::format("suite.tests[{}].id", i))) return;
  }
  examination.report(where, in_quotes(id), "the id of a test of this suite");
}

// One of errors with this load.
void check_error_operand(const v1::Suite& suite, int of_test, const std::string& id, v1::Load load,
                         const std::string& where, Examination& examination) {
  check_operand(
      suite, of_test, id,
      [load](const v1::Test& test) { return test.intrinsic_error().load() == load; },
      fmt::format("an intrinsic_error test with load {}",
                  load == v1::LOAD_BALANCED ? "balanced" : "single_phase"),
      where, examination);
}

void check_rule(const v1::DecisionRule& rule, Examination& examination) {
  if (!examination.sound("suite.decision_rule")) return;
  const bool non_binary = rule.kind() == v1::DECISION_RULE_KIND_NON_BINARY;
  const bool guarded = non_binary || rule.kind() == v1::DECISION_RULE_KIND_GUARDED ||
                       rule.kind() == v1::DECISION_RULE_KIND_GUARDED_STANDARD;
  if (rule.has_guard_factor() && !guarded)
    examination.report(
        "suite.decision_rule.guard_factor", "a guard factor",
        "none: only the kinds guarded, non_binary and guarded_standard have a guard band");
  if (non_binary && rule.guard_factor() < 0)
    examination.report("suite.decision_rule.guard_factor", fmt::format("{}", rule.guard_factor()),
                       "at least 0 with the kind non_binary");
  const bool fraction = rule.kind() == v1::DECISION_RULE_KIND_FRACTION;
  if (fraction && !rule.has_fraction())
    examination.report("suite.decision_rule", "no fraction", "one: the kind fraction needs it");
  if (!fraction && rule.has_fraction())
    examination.report("suite.decision_rule.fraction", "a fraction",
                       "none: only the kind fraction has one");
}

// What a boundary can be computed for: more looks than one, not more than 200, and 300 measurements
// with a scatter that they themselves show.
void check_sequential(const v1::Sequential& sequential, Examination& examination) {
  constexpr int most_looks = 200;
  constexpr int most_measurements = 300;
  const std::string last = "suite.sequential.last_look";
  if (!examination.sound(last) || !examination.sound("suite.sequential.first_look")) return;
  const int greatest = std::min(sequential.first_look() + most_looks - 1, most_measurements);
  if (sequential.last_look() <= sequential.first_look())
    examination.report(last, fmt::format("{}", sequential.last_look()),
                       fmt::format("more than the first_look of {}", sequential.first_look()));
  else if (sequential.last_look() > greatest)
    examination.report(last, fmt::format("{}", sequential.last_look()),
                       fmt::format("at most {}: up to {} looks and {} measurements", greatest,
                                   most_looks, most_measurements));
}

}  // namespace

void check(const v1::SuiteFile& file, Examination& examination) {
  const v1::Suite& suite = file.suite();
  if (examination.sound("suite.minimum_duration") && examination.sound("suite.maximum_duration") &&
      suite.minimum_duration() > suite.maximum_duration())
    examination.report("suite.minimum_duration", seconds(suite.minimum_duration()),
                       "at most the maximum_duration of " + seconds(suite.maximum_duration()));
  check_rule(suite.decision_rule(), examination);
  check_sequential(suite.sequential(), examination);
  for (int i = 0; i < suite.tests_size(); ++i) {
    const v1::Test& test = suite.tests(i);
    const std::string where = fmt::format("suite.tests[{}]", i);
    if (examination.written("suite.conditioning") && test.id() == "warm-up")
      examination.report(where + ".id", in_quotes(test.id()),
                         "another id: the step of the suite's conditioning is called so");
    if (test.has_intrinsic_error()) {
      const v1::IntrinsicError& errors = test.intrinsic_error();
      const std::string at = where + ".intrinsic_error";
      if (examination.sound(at + ".duration") && examination.sound("suite.maximum_duration") &&
          errors.duration() > suite.maximum_duration())
        examination.report(
            at + ".duration", seconds(errors.duration()),
            "at most the suite's maximum_duration of " + seconds(suite.maximum_duration()));
      if (examination.sound(at + ".method") && examination.sound("suite.methods") &&
          std::find(suite.methods().begin(), suite.methods().end(), errors.method()) ==
              suite.methods().end())
        examination.report(at + ".method", "a method that the suite does not list",
                           "one of the suite's methods");
    }
    if (test.has_influence()) {
      const std::string at = where + ".influence.duration";
      if (examination.sound(at) && examination.sound("suite.maximum_duration") &&
          test.influence().duration() > suite.maximum_duration())
        examination.report(
            at, seconds(test.influence().duration()),
            "at most the suite's maximum_duration of " + seconds(suite.maximum_duration()));
    }
    if (test.has_load_difference()) {
      const v1::LoadDifference& difference = test.load_difference();
      const std::string at = where + ".load_difference";
      check_error_operand(suite, i, difference.balanced_test(), v1::LOAD_BALANCED,
                          at + ".balanced_test", examination);
      check_error_operand(suite, i, difference.single_phase_test(), v1::LOAD_SINGLE_PHASE,
                          at + ".single_phase_test", examination);
    }
    if (test.has_composite_error()) {
      const v1::CompositeError& composite = test.composite_error();
      const std::string at = where + ".composite_error";
      if (examination.sound(at + ".load"))
        check_error_operand(suite, i, composite.intrinsic_test(), composite.load(),
                            at + ".intrinsic_test", examination);
      check_operand(
          suite, i, composite.influence_test(),
          [](const v1::Test& other) { return other.has_influence(); }, "an influence test",
          at + ".influence_test", examination);
    }
  }
}

}  // namespace meterrig::loader
