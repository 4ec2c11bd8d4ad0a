// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "meterrig/report/comparison.h"
#include "meterrig/report/figures.h"
#include "meterrig/report/margin.h"
#include "meterrig/report/overview.h"
#include "meterrig/report/words.h"
#include "meterrig/report/xml_text.h"

namespace meterrig::report {
namespace {

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(legal_text(value).c_str());
}

void add_property(pugi::xml_node properties, std::string_view name, std::string_view value) {
  pugi::xml_node property = properties.append_child("property");
  set(property, "name", name);
  set(property, "value", value);
}

/// "IEC62053-22.balanced": no blanks, and nothing that differs from run to run.
std::string class_name(const Point& point) {
  std::string name = point.designation();
  std::erase_if(name, [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
  if (name.empty()) name = point.plan->suite().empty() ? "meterrig" : point.plan->suite();
  return point.plan->test().empty() ? name : fmt::format("{}.{}", name, point.plan->test());
}

/// Of the bench's time base, which is virtual in simulation; 0 without a result.
double seconds(const Point& point) {
  if (point.result == nullptr) return 0;
  return std::max(0.0,
                  static_cast<double>(point.result->end_ns() - point.result->begin_ns()) * 1e-9);
}

std::string value_text(const Point& point) {
  const Figures text = figures(point);
  const std::string name = point.result == nullptr || point.result->result_name().empty()
                               ? "value"
                               : point.result->result_name();
  std::string out =
      fmt::format("{} {}", name, text.value.empty() ? "unknown" : with_unit(text.value, point));
  if (!text.uncertainty.empty())
    append(out, ", ", fmt::format("U {}", with_unit(text.uncertainty, point)));
  const std::string limit = limit_text(point);
  if (!limit.empty()) append(out, ", ", fmt::format("limit {}", limit));
  return out;
}

void add_message(pugi::xml_node test, const char* element, std::string_view type,
                 const std::string& message) {
  pugi::xml_node node = test.append_child(element);
  if (!type.empty()) set(node, "type", type);
  set(node, "message", message);
}

void add_case(pugi::xml_node suite, const Point& point,
              std::set<std::pair<std::string, std::string>>& names) {
  pugi::xml_node test = suite.append_child("testcase");
  const std::string class_of = class_name(point);
  std::string name = point.id;
  // A reader keeps only the first of two equal names, so a defect of the plan must not hide a
  // result.
  for (int n = 2; !names.emplace(class_of, name).second; ++n)
    name = fmt::format("{} #{}", point.id, n);
  set(test, "classname", class_of);
  set(test, "name", name);
  set(test, "time", fixed(seconds(point), 3, Signs::ascii));

  pugi::xml_node properties = test.append_child("properties");
  add_property(properties, "verdict", token(point.outcome()));
  const Figures text = figures(point, Signs::ascii);
  if (!text.value.empty()) add_property(properties, "value", text.value);
  if (!text.uncertainty.empty()) add_property(properties, "U", text.uncertainty);
  add_property(properties, "unit", point.unit());
  if (point.has_figure())
    add_property(properties, "limit", plain(point.limit().magnitude(), 4, Signs::ascii));
  if (point.limit().has_least())
    add_property(properties, "limit_least", plain(point.limit().least(), 4, Signs::ascii));
  const double used = margin_used(point);
  if (!std::isnan(used))
    add_property(properties, "margin_used_percent", fixed(std::min(used, 9999.0), 1, Signs::ascii));

  if (point.result != nullptr) {
    for (const v1::Comparison& comparison : point.result->comparisons()) {
      const ComparisonFigures c = comparison_figures(comparison, Signs::ascii);
      const std::string unit = c.unit.empty() ? "" : " " + c.unit;
      add_property(properties, fmt::format("compared.{}", c.quantity),
                   fmt::format("device {0}{4}, reference {1}{4}, difference {2}{4}, U {3}{4}",
                               c.device, c.reference, c.difference, c.uncertainty, unit));
    }
  }

  const std::string reason = point.reason();
  const std::string said = reason.empty() ? "" : fmt::format(": {}", reason);
  switch (point.outcome()) {
    case v1::OUTCOME_FAIL:
    case v1::OUTCOME_CONDITIONAL_FAIL:
      add_message(test, "failure", "limit",
                  fmt::format("{}: {}{}", word(point.outcome()), value_text(point), said));
      break;
    case v1::OUTCOME_NOT_VALID:
      add_message(test, "error", "not valid", fmt::format("not valid{}", said));
      break;
    case v1::OUTCOME_NOT_RUN:
    case v1::OUTCOME_MANUAL:
      add_message(test, "skipped", "", fmt::format("{}{}", word(point.outcome()), said));
      break;
    default:
      break;
  }
}

/// A run that is void has no result that counts, whatever its points say: readers go by test cases
/// and not by properties, so that one of its own says so.
void add_void_case(pugi::xml_node root, const v1::Run& run) {
  pugi::xml_node suite = root.append_child("testsuite");
  set(suite, "name", "run");
  for (const char* count : {"tests", "errors"}) set(suite, count, "1");
  for (const char* count : {"failures", "skipped"}) set(suite, count, "0");
  set(suite, "time", "0.000");
  pugi::xml_node test = suite.append_child("testcase");
  set(test, "classname", "meterrig.run");
  set(test, "name", "the device stays what it was");
  set(test, "time", "0.000");
  add_message(test, "error", "void", fmt::format("void, no result counts: {}", run.void_reason()));
}

struct Tally {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  double time = 0;
};

Tally tally(std::span<const Point> points) {
  Tally sum;
  for (const Point& point : points) {
    ++sum.tests;
    sum.time += seconds(point);
    if (is_failure(point.outcome())) ++sum.failures;
    if (point.outcome() == v1::OUTCOME_NOT_VALID) ++sum.errors;
    if (point.outcome() == v1::OUTCOME_NOT_RUN || point.outcome() == v1::OUTCOME_MANUAL)
      ++sum.skipped;
  }
  return sum;
}

void set_tally(pugi::xml_node node, const Tally& sum) {
  set(node, "tests", std::to_string(sum.tests));
  set(node, "failures", std::to_string(sum.failures));
  set(node, "errors", std::to_string(sum.errors));
  set(node, "skipped", std::to_string(sum.skipped));
  set(node, "time", fixed(sum.time, 3, Signs::ascii));
}

/// JUnit's timestamp has no zone; the run's is UTC.
std::string timestamp(const std::string& begin) {
  return begin.substr(0, begin.find_first_of("Z+."));
}

void add_properties(pugi::xml_node suite, const v1::Run& run, v1::Outcome verdict) {
  const v1::RunHeader& header = run.header();
  pugi::xml_node properties = suite.append_child("properties");
  add_property(properties, "verdict", token(verdict));
  add_property(properties, "device", header.device().id());
  add_property(properties, "bench", header.bench().id());
  add_property(properties, "simulated", header.simulated() ? "true" : "false");
  add_property(properties, "seed", std::to_string(header.seed()));
  add_property(properties, "software", fmt::format("meterrig {}", header.software_version()));
  add_property(properties, "evidence_sha256", run.evidence_sha256());
  if (!run.interrupted().empty()) add_property(properties, "interrupted", run.interrupted());
  if (!run.void_reason().empty()) add_property(properties, "void", run.void_reason());
}

}  // namespace

std::string junit(const v1::Run& run) {
  const std::vector<Point> all = points(run);
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "UTF-8");
  pugi::xml_node root = document.append_child("testsuites");
  set(root, "name", "meterrig");
  const bool is_void = !run.void_reason().empty();
  Tally sum = tally(all);
  if (is_void) ++sum.tests, ++sum.errors;
  set_tally(root, sum);
  if (is_void) add_void_case(root, run);

  std::vector<std::string> suites;
  for (const Point& point : all) {
    if (std::ranges::find(suites, point.plan->suite()) == suites.end())
      suites.push_back(point.plan->suite());
  }
  std::set<std::pair<std::string, std::string>> names;
  for (const std::string& id : suites) {
    std::vector<Point> own;
    std::ranges::copy_if(all, std::back_inserter(own),
                         [&](const Point& point) { return point.plan->suite() == id; });
    pugi::xml_node suite = root.append_child("testsuite");
    set(suite, "name", id.empty() ? "meterrig" : id);
    set_tally(suite, tally(own));
    if (!run.begin().empty()) set(suite, "timestamp", timestamp(run.begin()));
    add_properties(suite, run, verdict(run, all));
    for (const Point& point : own) add_case(suite, point, names);
  }
  std::ostringstream text;
  document.save(text, "  ", pugi::format_indent, pugi::encoding_utf8);
  return text.str();
}

}  // namespace meterrig::report
