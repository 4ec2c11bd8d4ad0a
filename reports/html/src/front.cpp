// SPDX-License-Identifier: GPL-3.0-or-later
// Title, banners, verdict, the facts of the first screen, and the order.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/report/figures.h"
#include "meterrig/report/margin.h"
#include "meterrig/report/overview.h"
#include "meterrig/report/words.h"
#include "meterrig/svg/margin_bar.h"
#include "page.h"

namespace meterrig::report {
namespace {

const v1::Standard* standard_of(const v1::Suite& suite, const v1::RunHeader& header) {
  for (const v1::Standard& standard : header.standards()) {
    if (standard.id() == suite.standard()) return &standard;
  }
  return nullptr;
}

/// "IEC 62053-22:2020, class 0.5S" of each suite, once where suites have the same.
std::string specification(const v1::RunHeader& header) {
  std::vector<std::string> specifications;
  for (const v1::Suite& suite : header.suites()) {
    const v1::Standard* standard = standard_of(suite, header);
    const std::string name = standard == nullptr
                                 ? suite.standard()
                                 : dated(standard->designation(), standard->edition());
    std::string specification = fmt::format("{}, class {}", name, suite.accuracy_class());
    if (std::find(specifications.begin(), specifications.end(), specification) ==
        specifications.end())
      specifications.push_back(std::move(specification));
  }
  return specifications.empty() ? "not stated" : fmt::format("{}", fmt::join(specifications, "; "));
}

/// The conformity statement (ISO/IEC 17025:2017, 7.8.6): on which results, against what.
std::string conformity(const Page& page, v1::Outcome verdict) {
  const std::string against = specification(page.run.header());
  const auto number = counts(page.points);
  const auto of = [&number](v1::Outcome outcome) {
    const auto found = number.find(outcome);
    return found == number.end() ? std::size_t{0} : found->second;
  };
  const std::size_t all = page.points.size() - of(v1::OUTCOME_DONE);
  const std::size_t rejected = of(v1::OUTCOME_FAIL) + of(v1::OUTCOME_CONDITIONAL_FAIL);
  switch (verdict) {
    case v1::OUTCOME_PASS:
      return fmt::format(
          "The item meets the requirements of {} at the points tested ({} of {} planned).", against,
          of(v1::OUTCOME_PASS), all);
    case v1::OUTCOME_CONDITIONAL_PASS:
      return fmt::format(
          "The results lie within the limits of {}, {} of {} within the guard band only.", against,
          of(v1::OUTCOME_CONDITIONAL_PASS), all);
    case v1::OUTCOME_CONDITIONAL_FAIL:
    case v1::OUTCOME_FAIL:
      return fmt::format(
          "The item does not meet the requirements of {}: {} of {} points are rejected.", against,
          rejected, all);
    case v1::OUTCOME_NOT_VALID:
      return fmt::format("No conformity with {} is stated: {} of {} points have no valid result.",
                         against, of(v1::OUTCOME_NOT_VALID), all);
    default:
      return fmt::format("No conformity with {} is stated: {} of {} points have no result yet.",
                         against, of(v1::OUTCOME_NOT_RUN) + of(v1::OUTCOME_MANUAL), all);
  }
}

void add_worst_point(Part& root, const Page& page) {
  const Point* worst = worst_point(page.points);
  root.flag("has_worst", worst != nullptr);
  if (worst == nullptr) return;
  const Figures text = figures(*worst);
  const double used = margin_used(*worst);
  root.text("worst_point", description(*worst))
      .text("worst_anchor", page.anchor(*worst))
      .text("worst_value", with_unit(text.value, *worst))
      .text("worst_uncertainty", with_unit(text.uncertainty, *worst))
      .text("worst_limit", limit_text(*worst))
      .text("worst_used", percent_text(used))
      .text("worst_bar_svg", svg::margin_bar(used, verdict_colour(worst->outcome()),
                                             fmt::format("margin used {}", percent_text(used))));
}

void add_rules(Part& root, const Page& page) {
  std::vector<Part> rules;
  std::set<std::string> said;
  for (const v1::Suite& suite : page.run.header().suites()) {
    if (!said.insert(statement(suite.decision_rule())).second) continue;
    rules.push_back(Part()
                        .text("rule_name", rule_name(suite.decision_rule()))
                        .text("rule_statement", statement(suite.decision_rule())));
  }
  root.listed("rules", rules);
}

/// Everything that ISO/IEC 17025:2017, 7.8.2.1 asks for, letter by letter.
void add_order(Part& root, const Page& page) {
  const v1::Run& run = page.run;
  const v1::Order& order = run.header().order();
  root.flag("has_order", run.header().has_order());
  if (!run.header().has_order()) return;
  std::string methods;
  for (const v1::Suite& suite : run.header().suites()) {
    const v1::Standard* standard = standard_of(suite, run.header());
    const std::string name = standard == nullptr
                                 ? suite.standard()
                                 : dated(standard->designation(), standard->edition());
    append(methods, "; ", fmt::format("{}, suite {}", name, suite.id()));
  }
  const v1::Device& device = run.header().device();
  const v1::Sample& sample = order.sample();
  const auto or_missing = [](const std::string& text) {
    return text.empty() ? "not stated" : text;
  };
  root.list(
      "order_facts",
      {fact("Report", or_missing(order.report_id())),
       fact("Laboratory", fmt::format("{}, {}", or_missing(order.laboratory().name()),
                                      or_missing(order.laboratory().address()))),
       fact("Place of the work", or_missing(order.place())),
       fact("Customer", fmt::format("{}, {}", or_missing(order.customer().name()),
                                    or_missing(order.customer().address()))),
       fact("Method", or_missing(methods)),
       fact("Additions to, deviations and exclusions from the method", "none"),
       fact("Item",
            fmt::format("{} {}, serial number {}", device.manufacturer(), device.model(),
                        or_missing(sample.serial_number())),
            "stated by the customer"),
       fact("Condition on receipt", or_missing(sample.condition())),
       fact("Date of receipt", or_missing(sample.received())),
       fact("Date of the work", fmt::format("{} to {}", or_missing(time_text(run.begin())),
                                            or_missing(time_text(run.end())))),
       fact("Date of issue", or_missing(time_text(run.end()).substr(0, 10)),
            "the report is made from the run as it ended"),
       fact("Sampling", "none by the laboratory; the results apply to the sample as received"),
       fact("Results from external providers", "none"),
       fact("Operator", or_missing(order.operator_())),
       fact("Authorised by", or_missing(order.approver()))});
  root.text("approver", order.approver());
}

std::string serial_number(const v1::Run& run) {
  if (!run.header().order().sample().serial_number().empty()) {
    return run.header().order().sample().serial_number();
  }
  for (const v1::DeviceSnapshot& snapshot : run.snapshots()) {
    for (const v1::IdentityValue& value : snapshot.identity()) {
      if (value.name() == "serial_number") return value.value() + " (read from the device)";
    }
  }
  return "";
}

/// A string of a style sheet: everything but letters and digits as an escape, so that it ends
/// nothing.
std::string css_string(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 80)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool simple = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || c == ' ' || c == '-' || c == '.';
    if (simple) {
      out += c;
    } else {
      out += byte < 0x80 && byte >= 0x20 ? fmt::format("\\{:06x}", byte) : std::string("?");
    }
  }
  return out;
}

}  // namespace

void add_front(Part& root, Page& page) {
  const v1::Run& run = page.run;
  const v1::RunHeader& header = run.header();
  const std::vector<std::string> missing = page.missing();
  const std::string title = missing.empty() ? "Test report" : "Test record";
  const std::string short_hash = run.evidence_sha256().substr(0, 16);
  const std::string id =
      header.order().report_id().empty() ? short_hash : header.order().report_id();
  const v1::Outcome verdict = report::verdict(run, page.points);

  root.text("title", title)
      .text("report_id", id)
      .text("evidence_short", short_hash)
      .text("running_title_css", css_string(fmt::format("{} {}", title, id)))
      .flag("simulated", header.simulated())
      .text("interrupted", run.interrupted())
      .text("void", run.void_reason())
      .text("verdict", word(verdict))
      .text("verdict_class", verdict_class(verdict))
      .text("counts", counts_text(page.points))
      .text("conformity", conformity(page, verdict))
      .text("specification", specification(header))
      .text("device_name",
            fmt::format("{} {}", header.device().manufacturer(), header.device().model()))
      .text("device_description", header.device().description())
      .text("serial_number", serial_number(run))
      .text("begin", time_text(run.begin()))
      .text("end", time_text(run.end()))
      .text("only", header.only())
      .text("not_asked_for",
            not_asked_for(page.points) == 0 ? "" : std::to_string(not_asked_for(page.points)))
      .text("bench_title", header.bench().title());
  std::vector<Part> gaps;
  gaps.reserve(missing.size());
  for (const std::string& gap : missing) gaps.push_back(Part().text("gap", gap));
  root.listed("missing", gaps);
  std::vector<Part> suites;
  for (const v1::Suite& suite : header.suites()) {
    suites.push_back(Part().text("suite_title", suite.title()).text("suite_id", suite.id()));
  }
  root.list("suites", suites);
  add_rules(root, page);
  add_worst_point(root, page);
  add_order(root, page);

  std::set<std::string> unverified;
  std::size_t points = 0;
  for (const Point& point : page.points) {
    if (!point.has_figure() || point.limit().confidence() == v1::CONFIDENCE_VERIFIED) continue;
    unverified.insert(point.limit().row());
    ++points;
  }
  root.text("unverified",
            points == 0 ? ""
                        : fmt::format("{} of {} points are held against limits that nobody has "
                                      "checked in a copy of the standard ({} rows); see the "
                                      "footnotes of the results.",
                                      points, page.points.size(), unverified.size()));
}

}  // namespace meterrig::report
