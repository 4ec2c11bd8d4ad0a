// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/point.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "meterrig/report/words.h"

namespace meterrig::report {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

void set_suite(Point& point, const v1::RunHeader& header) {
  for (const v1::Suite& suite : header.suites()) {
    if (suite.id() == point.plan->suite()) point.suite = &suite;
  }
  if (point.suite == nullptr) return;
  for (const v1::Standard& standard : header.standards()) {
    if (standard.id() == point.suite->standard()) point.standard = &standard;
  }
}

}  // namespace

v1::Outcome Point::outcome() const {
  if (result == nullptr || result->outcome() == v1::OUTCOME_UNSPECIFIED) return v1::OUTCOME_NOT_RUN;
  return result->outcome();
}

std::string Point::reason() const {
  if (result != nullptr && result->has_answer()) {
    const v1::PointAnswer& answer = result->answer();
    std::string text = result->reason();
    append(text, "; ", fmt::format("answered by {}, {}", answer.operator_(), answer.time()));
    if (!answer.remark().empty()) append(text, ": ", answer.remark());
    return text;
  }
  if (result != nullptr && !result->reason().empty()) return result->reason();
  if (outcome() == v1::OUTCOME_NOT_RUN) {
    return plan->not_run_reason().empty() ? "no result" : plan->not_run_reason();
  }
  return "";
}

std::string Point::unit() const {
  if (result != nullptr && !result->unit().empty()) return result->unit();
  if (!plan->limit_unit().empty()) return plan->limit_unit();
  if (plan->procedure() == "no_load") return "1";
  if (plan->procedure() == "starting") return "s";
  if (plan->influence_result() == v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT) return "%/K";
  return "%";
}

bool Point::has_limit() const {
  return (result != nullptr && result->has_limit()) || plan->has_limit();
}

bool Point::has_figure() const { return has_limit() && plan->procedure() != "requirement"; }

const v1::LimitUsed& Point::limit() const {
  return result != nullptr && result->has_limit() ? result->limit() : plan->limit();
}

const v1::DecisionRule& Point::decision_rule() const {
  if (result != nullptr && result->has_decision_rule()) return result->decision_rule();
  return suite != nullptr ? suite->decision_rule() : v1::DecisionRule::default_instance();
}

double Point::value() const {
  return result != nullptr && result->has_value() ? result->value() : unknown;
}

double Point::expanded_uncertainty() const {
  return result != nullptr && result->has_expanded_uncertainty() ? result->expanded_uncertainty()
                                                                 : unknown;
}

double Point::current() const {
  double greatest = unknown;
  for (const v1::ElementPoint& element : plan->applied().elements()) {
    if (!(element.current() <= greatest)) greatest = element.current();
  }
  return greatest;
}

std::string Point::designation() const {
  if (!limit().standard().empty()) return limit().standard();
  return standard != nullptr ? standard->designation() : "";
}

std::string Point::edition() const {
  if (!limit().edition().empty()) return limit().edition();
  return standard != nullptr ? standard->edition() : "";
}

std::vector<Point> points(const v1::Run& run) {
  std::map<std::string, const v1::PointResult*> results;
  for (const v1::PointResult& result : run.results()) results[result.point()] = &result;
  std::vector<Point> all;
  for (const v1::PlannedPoint& plan : run.header().plan()) {
    Point point{.id = plan.id(), .plan = &plan};
    if (const auto found = results.find(plan.id()); found != results.end()) {
      point.result = found->second;
    }
    set_suite(point, run.header());
    all.push_back(point);
  }
  for (const Point& point : all) results.erase(point.id);
  for (const v1::PointResult& result : run.results()) {
    if (results.erase(result.point()) == 0) continue;
    all.push_back(
        {.id = result.point(), .plan = &v1::PlannedPoint::default_instance(), .result = &result});
  }
  return all;
}

bool is_failure(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_FAIL || outcome == v1::OUTCOME_CONDITIONAL_FAIL;
}

}  // namespace meterrig::report
