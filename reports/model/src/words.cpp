// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/words.h"

#include <fmt/format.h>

#include "meterrig/report/figures.h"

namespace meterrig::report {

std::string_view word(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_PASS:
      return "pass";
    case v1::OUTCOME_CONDITIONAL_PASS:
      return "conditional pass";
    case v1::OUTCOME_CONDITIONAL_FAIL:
      return "conditional fail";
    case v1::OUTCOME_FAIL:
      return "fail";
    case v1::OUTCOME_NOT_VALID:
      return "not valid";
    case v1::OUTCOME_NOT_RUN:
      return "not run";
    case v1::OUTCOME_MANUAL:
      return "manual";
    case v1::OUTCOME_DONE:
      return "done";
    default:
      return "unknown";
  }
}

std::string_view letters(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_PASS:
      return "P";
    case v1::OUTCOME_CONDITIONAL_PASS:
      return "CP";
    case v1::OUTCOME_CONDITIONAL_FAIL:
      return "CF";
    case v1::OUTCOME_FAIL:
      return "F";
    case v1::OUTCOME_NOT_VALID:
      return "NV";
    case v1::OUTCOME_NOT_RUN:
      return "NR";
    case v1::OUTCOME_MANUAL:
      return "M";
    case v1::OUTCOME_DONE:
      return "D";
    default:
      return "?";
  }
}

std::string_view token(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_PASS:
      return "pass";
    case v1::OUTCOME_CONDITIONAL_PASS:
      return "conditionalPass";
    case v1::OUTCOME_CONDITIONAL_FAIL:
      return "conditionalFail";
    case v1::OUTCOME_FAIL:
      return "fail";
    case v1::OUTCOME_NOT_VALID:
      return "notValid";
    case v1::OUTCOME_NOT_RUN:
      return "notRun";
    case v1::OUTCOME_MANUAL:
      return "manual";
    case v1::OUTCOME_DONE:
      return "done";
    default:
      return "unknown";
  }
}

std::string_view word(v1::Confidence confidence) {
  switch (confidence) {
    case v1::CONFIDENCE_VERIFIED:
      return "verified";
    case v1::CONFIDENCE_PUBLIC_SOURCE:
      return "public source";
    case v1::CONFIDENCE_MEMORY:
      return "memory";
    case v1::CONFIDENCE_UNCERTAIN:
      return "uncertain";
    default:
      return "source not stated";
  }
}

std::string_view word(v1::Method method) {
  switch (method) {
    case v1::METHOD_PULSES:
      return "pulses";
    case v1::METHOD_REGISTER_ADVANCE:
      return "register advance";
    case v1::METHOD_INSTANTANEOUS:
      return "instantaneous value";
    default:
      return "";
  }
}

std::string_view word(v1::Direction direction) {
  switch (direction) {
    case v1::DIRECTION_IMPORT:
      return "import";
    case v1::DIRECTION_EXPORT:
      return "export";
    default:
      return "";
  }
}

std::string_view word(v1::Load load) {
  switch (load) {
    case v1::LOAD_BALANCED:
      return "balanced load";
    case v1::LOAD_SINGLE_PHASE:
      return "single-phase load";
    default:
      return "";
  }
}

std::string_view word(v1::Connection connection) {
  switch (connection) {
    case v1::CONNECTION_1P2W:
      return "1P2W";
    case v1::CONNECTION_3P3W:
      return "3P3W";
    case v1::CONNECTION_3P4W:
      return "3P4W";
    default:
      return "";
  }
}

std::string_view word(v1::Parity parity) {
  switch (parity) {
    case v1::PARITY_NONE:
      return "none";
    case v1::PARITY_EVEN:
      return "even";
    case v1::PARITY_ODD:
      return "odd";
    default:
      return "";
  }
}

std::string rule_name(const v1::DecisionRule& rule) {
  switch (rule.kind()) {
    case v1::DECISION_RULE_KIND_SIMPLE_ACCEPTANCE:
      return "simple acceptance";
    case v1::DECISION_RULE_KIND_GUARDED:
      return "guarded acceptance";
    case v1::DECISION_RULE_KIND_NON_BINARY:
      return "non-binary with guard band";
    case v1::DECISION_RULE_KIND_R46_ONE_FIFTH:
      return "one fifth (OIML R 46)";
    case v1::DECISION_RULE_KIND_R46_ONE_THIRD:
      return "one third (OIML R 46)";
    case v1::DECISION_RULE_KIND_GUARDED_STANDARD:
      return "guarded acceptance by u";
    case v1::DECISION_RULE_KIND_FRACTION:
      return "fraction of the limit";
    default:
      return "not stated";
  }
}

std::string statement(const v1::DecisionRule& rule) {
  const double factor = rule.has_guard_factor() ? rule.guard_factor() : 1;
  const std::string w = factor == 1 ? "U" : plain(factor) + " U";
  // The one-sided risk at the border is known for w = U and k = 2 only; else each point has its
  // own.
  const std::string_view guarded_risk =
      factor == 1 ? "the risk of a false acceptance is below 2.5 % at every accepted point (k = 2)"
                  : "the risk of a false acceptance is printed with each point";
  std::string text;
  switch (rule.kind()) {
    case v1::DECISION_RULE_KIND_SIMPLE_ACCEPTANCE:
      text =
          "Simple acceptance (guard band 0): pass when |e| \u2264 L, else fail; at a result equal "
          "to "
          "the limit the risk of a wrong decision is 50 %.";
      break;
    case v1::DECISION_RULE_KIND_GUARDED:
      text = fmt::format(
          "Guarded acceptance, guard band w = {}: pass when |e| \u2264 L \u2212 w, else "
          "fail; {}.",
          w, guarded_risk);
      break;
    case v1::DECISION_RULE_KIND_NON_BINARY:
      text = fmt::format(
          "Non-binary, guard band w = {}: pass when |e| \u2264 L \u2212 w, conditional pass "
          "up to L, conditional fail up to L + w, else fail; {}.",
          w, guarded_risk);
      break;
    case v1::DECISION_RULE_KIND_R46_ONE_FIFTH:
      text =
          "One fifth (OIML R 46-2): pass when |e| \u2264 L where U \u2264 L/5, else when "
          "|e| \u2264 6/5 L \u2212 U.";
      break;
    case v1::DECISION_RULE_KIND_R46_ONE_THIRD:
      text =
          "One third (OIML R 46-2): pass when |e| \u2264 L where U \u2264 L/3, else when "
          "|e| \u2264 4/3 L \u2212 U.";
      break;
    case v1::DECISION_RULE_KIND_GUARDED_STANDARD:
      text = fmt::format(
          "Guarded acceptance, guard band w = {} u with u = U/k: pass when |e| \u2264 L \u2212 w, "
          "else fail; the risk of a false acceptance is printed with each point.",
          plain(factor));
      break;
    case v1::DECISION_RULE_KIND_FRACTION:
      text = fmt::format(
          "Fraction of the limit: pass when |e| \u2264 {} L, else fail; the margin does not depend "
          "on U, the risk of a false acceptance is printed with each point.",
          plain(rule.fraction()));
      break;
    default:
      return "No decision rule is stated.";
  }
  if (rule.has_maximum_uncertainty_ratio()) {
    text +=
        fmt::format(" A point with U above {} L is not valid, unless it is outside by more than U.",
                    plain(rule.maximum_uncertainty_ratio()));
  }
  return text;
}

std::string dated(std::string_view designation, std::string_view edition) {
  if (edition.empty()) return std::string(designation);
  return fmt::format("{}:{}", designation, edition);
}

std::string power_factor_text(std::string_view label) {
  if (label.size() > 1 && label.back() == 'i')
    return std::string(label.substr(0, label.size() - 1)) + " ind";
  if (label.size() > 1 && label.back() == 'c')
    return std::string(label.substr(0, label.size() - 1)) + " cap";
  return std::string(label);
}

void append(std::string& list, std::string_view separator, std::string_view item) {
  if (!list.empty()) list += separator;
  list += item;
}

namespace {

std::string in_lower_case(std::string text) {
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z')
    text.front() = static_cast<char>(text.front() - 'A' + 'a');
  return text;
}

std::string describe(const Point& point, bool with_power_factor) {
  const v1::PlannedPoint& plan = *point.plan;
  std::string text;
  const auto add = [&text](std::string_view part) {
    if (!part.empty()) append(text, ", ", part);
  };
  if (plan.procedure() == "warm_up") add("warm-up");
  if (plan.procedure() == "self_heating") add("self-heating");
  if (plan.procedure() == "starting") add("starting current");
  if (plan.procedure() == "no_load") add("no load");
  if (plan.procedure() == "meter_constant") add("meter constant");
  if (plan.procedure() == "replay_energy") add("energy of the recording");
  if (plan.procedure() == "replay_power") add("total active power shown during the recording");
  if (plan.procedure() == "load_difference") add("single-phase less balanced");
  if (plan.procedure() == "composite_error") add("composite error");
  if (plan.harmonic_order() > 0)
    add(fmt::format("{}, order {}", plan.quantity(), plan.harmonic_order()));
  else
    add(plan.quantity());
  if (plan.procedure() == "quantity") add(plan.influence().title());
  const bool reactive = plan.energy() == v1::ENERGY_REACTIVE;
  if (reactive) add("reactive energy");
  if (plan.procedure() == "influence" || plan.procedure() == "requirement" ||
      plan.procedure() == "composite_error") {
    add(plan.influence_title());
    add(plan.influence().title());
  } else if (plan.procedure() == "search") {
    add("search");
    add(plan.influence().title());
  } else if (!plan.influence_title().empty()) {
    add(fmt::format("reference conditions before {}", in_lower_case(plan.influence_title())));
  } else if (plan.procedure() == "intrinsic_error" || plan.procedure().empty()) {
    add(word(plan.load()));
  }
  if (plan.load() == v1::LOAD_SINGLE_PHASE) add(plan.phase());
  add(word(plan.direction()));
  if (plan.procedure() != "no_load") add(plan.current_label());
  if (with_power_factor && !plan.power_factor_label().empty())
    add(fmt::format("{} {}", reactive ? "sin phi" : "PF",
                    power_factor_text(plan.power_factor_label())));
  if (plan.repetition() > 1) add(fmt::format("repetition {}", plan.repetition()));
  if (text.empty()) return point.id;
  if (text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

}  // namespace

std::string short_description(const Point& point) { return describe(point, false); }

std::string description(const Point& point) { return describe(point, true); }

}  // namespace meterrig::report
