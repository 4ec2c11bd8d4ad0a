// SPDX-License-Identifier: GPL-3.0-or-later
// What did not pass, the matrix of all points, and the table of each test.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "meterrig/report/comparison.h"
#include "meterrig/report/figures.h"
#include "meterrig/report/margin.h"
#include "meterrig/report/overview.h"
#include "meterrig/report/words.h"
#include "meterrig/svg/margin_bar.h"
#include "meterrig/svg/waveform_chart.h"
#include "page.h"

namespace meterrig::report {
namespace {

std::size_t decimals(std::string_view number) {
  const std::size_t dot = number.find('.');
  return dot == std::string_view::npos ? 0 : number.size() - dot - 1;
}

/// Figure spaces after a number so that the decimal points of a right-aligned column stand in line.
std::string aligned(const std::string& number, std::size_t most_decimals) {
  if (number.empty()) return number;
  std::string text = number;
  const std::size_t own = decimals(number);
  if (own == 0 && most_decimals > 0) text += "\u2008";  // as wide as the point
  for (std::size_t i = own; i < most_decimals; ++i) text += "\u2007";
  return text;
}

std::string clause_text(const v1::LimitUsed& limit) {
  std::string text = dated(limit.standard(), limit.edition());
  if (!limit.clause().empty()) append(text, ", ", limit.clause());
  if (!limit.row().empty()) append(text, " ", fmt::format("[{}]", limit.row()));
  return text;
}

struct Decimals {
  std::size_t value = 0;
  std::size_t uncertainty = 0;
  std::size_t current = 0;
  std::size_t limit = 0;
};

Decimals decimals_of(const std::vector<Point>& points) {
  Decimals most;
  for (const Point& point : points) {
    const Figures text = figures(point);
    most.value = std::max(most.value, decimals(text.value));
    most.uncertainty = std::max(most.uncertainty, decimals(text.uncertainty));
    if (!std::isnan(point.current()))
      most.current = std::max(most.current, decimals(plain(point.current())));
    if (point.has_figure() && !point.limit().has_least())
      most.limit = std::max(most.limit, decimals(plain(point.limit().magnitude())));
  }
  return most;
}

std::string limit_number(const Point& point) {
  if (!point.has_figure()) return "";
  if (point.limit().has_least())
    return fmt::format("{} to {}", plain(point.limit().least()), plain(point.limit().magnitude()));
  return fmt::format("{}{}", point.unit().starts_with('%') ? "\u00B1" : "\u2264\u00A0",
                     plain(point.limit().magnitude()));
}

Part row_of(const Point& point, Page& page, const Decimals& most) {
  const Figures text = figures(point);
  const double used = margin_used(point);
  const bool has_k = point.result != nullptr && point.result->has_coverage_factor();
  Part row;
  row.text("number", page.number(point))
      .text("anchor", page.anchor(point))
      .text("record_anchor", has_record(point) ? fmt::format("r{}", page.number(point)) : "")
      .text("description", short_description(point))
      .text("id", point.id)
      .text("reason", point.reason())
      .text("current",
            std::isnan(point.current()) ? "" : aligned(plain(point.current()), most.current))
      .text("power_factor", power_factor_text(point.plan->power_factor_label()))
      .text("value", aligned(text.value, most.value))
      .text("uncertainty", aligned(text.uncertainty, most.uncertainty))
      .text("coverage", has_k ? fixed(point.result->coverage_factor(), 2) : "")
      .text("limit", aligned(limit_number(point), most.limit))
      .text("used", percent_text(used))
      .text("clause", clause_text(point.limit()))
      .text("mark", point.has_limit() ? page.footnote_of(point.limit()) : "")
      .text("verdict", word(point.outcome()))
      .text("verdict_class", verdict_class(point.outcome()))
      .flag("adaptive", point.plan->adaptive())
      .flag("retested", point.result != nullptr && point.result->attempt() > 1);
  const bool drawn = !std::isnan(used);
  row.text("bar_svg", drawn ? svg::margin_bar(used, verdict_colour(point.outcome()),
                                              fmt::format("margin used {}", percent_text(used)))
                            : "");
  return row;
}

std::string value_heading(const TestGroup& group) {
  std::vector<std::string> names;
  for (const Point& point : group.points) {
    if (point.result == nullptr || point.result->result_name().empty()) continue;
    if (std::ranges::find(names, point.result->result_name()) == names.end())
      names.push_back(point.result->result_name());
  }
  const std::string name = names.empty() ? "value" : fmt::format("{}", fmt::join(names, " or "));
  const std::string unit = group.points.front().unit();
  return unit == "1" ? name : fmt::format("{}\u00A0/\u00A0{}", name, unit);
}

/// What device and reference showed, of the points that compare it.
std::vector<Part> comparisons(const TestGroup& group) {
  std::vector<Part> parts;
  for (const Point& point : group.points) {
    if (point.result == nullptr) continue;
    for (const v1::Comparison& comparison : point.result->comparisons()) {
      const ComparisonFigures text = comparison_figures(comparison);
      parts.push_back(Part()
                          .text("compared", text.quantity)
                          .text("compared_unit", text.unit)
                          .text("shown", text.device)
                          .text("true_value", text.reference)
                          .text("difference", text.difference)
                          .text("difference_u", text.uncertainty)
                          .text("difference_percent", text.difference_percent)
                          .text("difference_u_percent", text.uncertainty_percent)
                          .text("compared_readings", std::to_string(comparison.readings())));
    }
  }
  return parts;
}

std::vector<Part> played(const TestGroup& group) {
  std::vector<Part> parts;
  for (const Point& point : group.points) {
    if (!point.plan->has_recording()) continue;
    for (const auto& [name, text] : played_facts(point.plan->recording()))
      parts.push_back(fact(name, text));
  }
  return parts;
}

/// What was played, as it looks: voltages and currents, first cycles of the loop.
std::vector<Part> played_pictures(const TestGroup& group) {
  std::vector<Part> parts;
  for (const Point& point : group.points) {
    if (!point.plan->has_recording()) continue;
    const v1::PlayedRecording& played = point.plan->recording();
    for (const auto& [kind, title, unit] : {std::tuple("voltage", "Voltages as played", "u / V"),
                                            std::tuple("current", "Currents as played", "i / A")}) {
      svg::WaveformChart chart;
      chart.title = title;
      chart.unit = unit;
      chart.step = 1 / played.shape_rate();
      chart.width = 520;
      chart.height = 200;
      for (const v1::PlayedTerminal& terminal : played.terminals()) {
        if (!terminal.terminal().starts_with(kind) || terminal.shape().empty()) continue;
        const std::string line = terminal.terminal().substr(terminal.terminal().rfind(' ') + 1);
        chart.traces.push_back({.label = line,
                                .values = {terminal.shape().begin(), terminal.shape().end()},
                                .high = {},
                                .colour = chart.traces.size()});
      }
      if (!chart.traces.empty()) parts.push_back(Part().text("played_svg", svg::draw(chart)));
    }
  }
  return parts;
}

/// The tables, test by test. Their rows number the footnotes, so they come before footnotes().
void add_tables(Part& root, Page& page) {
  std::vector<Part> tests;
  for (const TestGroup& group : by_test(page.points)) {
    const Decimals most = decimals_of(group.points);
    std::vector<Part> rows;
    rows.reserve(group.points.size());
    for (const Point& point : group.points) rows.push_back(row_of(point, page, most));
    const std::string unit = group.points.front().unit();
    tests.push_back(
        Part()
            .text("test_title", group.title)
            .text("test_id", group.suite.empty() ? group.test
                                                 : fmt::format("{} / {}", group.suite, group.test))
            .text("test_counts", counts_text(group.points))
            .text("value_heading", value_heading(group))
            .text("unit_suffix", unit == "1" ? "" : fmt::format("\u00A0/\u00A0{}", unit))
            .list("rows", rows)
            .listed("played", played(group))
            .listed("played_pictures", played_pictures(group))
            .listed("traces", error_traces(group.points))
            .listed("comparisons", comparisons(group)));
  }
  root.list("tests", tests);

  std::vector<Part> failed;
  for (const Point& point : problems(page.points)) {
    Part row = row_of(point, page, {});
    const Figures text = figures(point);
    row.text("description", description(point))
        .text("value_unit", with_unit(text.value, point))
        .text("uncertainty_unit", with_unit(text.uncertainty, point))
        .text("limit_unit", limit_text(point));
    failed.push_back(row);
  }
  root.listed("problems", failed);
  root.listed("footnotes", page.footnotes());
}

/// At reference conditions, for the shift that comes next: in the tables, and elsewhere only when
/// something is wrong with it.
bool is_before_influence(const Point& point) {
  return point.plan->procedure() == "intrinsic_error" && !point.plan->influence_title().empty();
}

/// One of many that a search tried: its worst has a section of its own.
bool is_searched(const Point& point) { return point.plan->procedure() == "search"; }

/// Points that the matrix can place: errors with a current.
bool in_matrix(const Point& point) {
  return point.unit() == "%" && point.plan->current_over_nominal() > 0 &&
         point.plan->procedure() == "intrinsic_error" && !is_before_influence(point);
}

Part entry_of(const Point& point, const Page& page) {
  const Figures text = figures(point);
  return Part()
      .text("entry_anchor", page.anchor(point))
      .text("entry_value", text.value.empty() ? "\u2013" : text.value)
      .text("entry_value_unit", text.value.empty() ? "\u2013" : with_unit(text.value, point))
      .text("entry_limit", limit_text(point))
      .text("entry_letters", letters(point.outcome()))
      .text("entry_word", word(point.outcome()))
      .text("entry_class", verdict_class(point.outcome()))
      .text("entry_description", description(point))
      .text("entry_title",
            fmt::format("{}: {}, limit {}, {}", description(point),
                        text.value.empty() ? "no value" : with_unit(text.value, point),
                        limit_text(point), word(point.outcome())));
}

/// One series: a test, direction, phase and power factor.
struct MatrixRow {
  std::string heading;
  std::string power_factor;
  std::map<double, std::vector<const Point*>> cells;  ///< by I / In
};

std::string matrix_heading(const v1::PlannedPoint& plan) {
  std::string heading = plan.test_title().empty() ? plan.test() : plan.test_title();
  if (!word(plan.direction()).empty()) append(heading, ", ", word(plan.direction()));
  if (!plan.phase().empty()) append(heading, ", ", plan.phase());
  return heading;
}

/// Series in the order of the plan, those of one heading together.
std::vector<MatrixRow> matrix_rows(const Page& page) {
  std::vector<std::vector<MatrixRow>> groups;
  for (const Point& point : page.points) {
    if (!in_matrix(point)) continue;
    const std::string heading = matrix_heading(*point.plan);
    const std::string power_factor = power_factor_text(point.plan->power_factor_label());
    auto group = std::ranges::find_if(
        groups, [&](const auto& rows) { return rows.front().heading == heading; });
    if (group == groups.end())
      group = groups.insert(groups.end(), {MatrixRow{heading, power_factor, {}}});
    auto row = std::ranges::find(*group, power_factor, &MatrixRow::power_factor);
    if (row == group->end()) row = group->insert(group->end(), {heading, power_factor, {}});
    row->cells[point.plan->current_over_nominal()].push_back(&point);
  }
  std::vector<MatrixRow> rows;
  for (const auto& group : groups) rows.insert(rows.end(), group.begin(), group.end());
  return rows;
}

void add_matrix(Part& root, const Page& page) {
  std::map<double, std::string> columns;
  std::vector<Part> others;
  for (const Point& point : page.points) {
    if (in_matrix(point)) {
      columns.emplace(point.plan->current_over_nominal(), point.plan->current_label());
    } else if ((!is_before_influence(point) && !is_searched(point)) ||
               point.outcome() != v1::OUTCOME_PASS) {
      others.push_back(entry_of(point, page));
    }
  }
  std::vector<Part> lines;
  std::string heading;
  for (const MatrixRow& row : matrix_rows(page)) {
    std::vector<Part> cells;
    for (const auto& [current, label] : columns) {
      std::vector<Part> entries;
      if (const auto found = row.cells.find(current); found != row.cells.end()) {
        for (const Point* point : found->second) entries.push_back(entry_of(*point, page));
      }
      cells.push_back(Part().list("entries", entries));
    }
    lines.push_back(Part()
                        .text("line_heading", row.heading == heading ? "" : row.heading)
                        .text("line_power_factor", row.power_factor)
                        .list("cells", cells));
    heading = row.heading;
  }
  std::vector<Part> heads;
  heads.reserve(columns.size());
  for (const auto& [current, label] : columns)
    heads.push_back(
        Part().text("column", label.empty() ? fmt::format("{} In", plain(current)) : label));
  root.listed("matrix", lines).list("columns", heads).listed("others", others);

  std::vector<Part> legend;
  for (const auto& [outcome, number] : counts(page.points)) {
    legend.push_back(Part()
                         .text("entry_letters", letters(outcome))
                         .text("entry_word", word(outcome))
                         .text("entry_class", verdict_class(outcome))
                         .text("entry_number", std::to_string(number)));
  }
  root.list("legend", legend);
}

}  // namespace

void add_results(Part& root, Page& page) {
  add_tables(root, page);
  add_matrix(root, page);
}

}  // namespace meterrig::report
