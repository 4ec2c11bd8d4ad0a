// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "meterrig/report/comparison.h"
#include "meterrig/report/figures.h"
#include "meterrig/report/margin.h"
#include "meterrig/report/other_editions.h"
#include "meterrig/report/overview.h"
#include "meterrig/report/search.h"
#include "meterrig/report/words.h"
#include "meterrig/report/xml_text.h"

namespace meterrig::report {
namespace {

/// One line of text for a terminal: no control characters, and ASCII only without colour.
std::string line_text(std::string_view text, bool colour) {
  std::string out;
  for (const char c : legal_text(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += ' ';
    } else if (byte < 0x80 || colour) {
      out += c;
    } else if (byte >= 0xC0) {
      out += '?';
    }
  }
  return out;
}

/// Characters, not bytes.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string blanks(width > length(text) ? width - length(text) : 0, ' ');
  return right ? blanks + text : text + blanks;
}

std::string_view colour_of(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_PASS:
      return "\x1b[32m";
    case v1::OUTCOME_CONDITIONAL_PASS:
      return "\x1b[33m";
    case v1::OUTCOME_FAIL:
    case v1::OUTCOME_CONDITIONAL_FAIL:
      return "\x1b[1;31m";
    case v1::OUTCOME_NOT_VALID:
      return "\x1b[35m";
    default:
      return "\x1b[90m";
  }
}

struct Row {
  v1::Outcome outcome = v1::OUTCOME_PASS;
  std::vector<std::string> cells;
  std::string below;  ///< on a line of its own, indented
};

/// Columns as wide as their widest cell; `right` names those with numbers. The first is coloured.
class Table {
 public:
  Table(std::vector<std::string> heads, std::vector<bool> right)
      : heads_(std::move(heads)), right_(std::move(right)) {}
  void add(Row row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  [[nodiscard]] std::string text(bool colour) const {
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < heads_.size(); ++c) {
      std::size_t widest = length(heads_[c]);
      for (const Row& row : rows_) widest = std::max(widest, length(row.cells[c]));
      widths.push_back(widest);
    }
    std::string out = line(heads_, widths, {}, colour);
    for (const Row& row : rows_) {
      out += line(row.cells, widths, colour_of(row.outcome), colour);
      if (!row.below.empty()) out += fmt::format("{:{}}{}\n", "", widths[0] + 4, row.below);
    }
    return out;
  }

 private:
  [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                 const std::vector<std::size_t>& widths, std::string_view paint,
                                 bool colour) const {
    std::string out = " ";
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string cell = padded(cells[c], widths[c], right_[c]);
      const bool painted = colour && c == 0 && !paint.empty();
      out += painted ? fmt::format(" {}{}\x1b[0m", paint, cell) : fmt::format(" {}", cell);
      out += c + 1 < cells.size() ? " " : "";
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out + "\n";
  }

  std::vector<std::string> heads_;
  std::vector<bool> right_;
  std::vector<Row> rows_;
};

std::string cell_text(const std::string& number, const Point& point) {
  return number.empty() ? "-" : with_unit(number, point);
}

Table problem_table(const std::vector<Point>& all, bool colour) {
  const Signs signs = colour ? Signs::print : Signs::ascii;
  Table table({"verdict", "point", "result", "U", "limit", "margin used"},
              {false, false, true, true, true, true});
  for (const Point& point : problems(all)) {
    const Figures text = figures(point, signs);
    table.add({point.outcome(),
               {std::string(word(point.outcome())), line_text(point.id, colour),
                cell_text(text.value, point), cell_text(text.uncertainty, point),
                limit_text(point, signs), percent_text(margin_used(point))},
               line_text(point.reason(), colour)});
  }
  return table;
}

Table test_table(const std::vector<Point>& all, bool colour) {
  Table table({"verdict", "test", "points", "pass", "worst point", "margin used"},
              {false, false, true, true, false, true});
  for (const TestGroup& group : by_test(all)) {
    v1::Run none;  // states no verdict, so that of the points counts
    const auto number = counts(group.points);
    const Point* worst = worst_point(group.points);
    const v1::Outcome outcome = verdict(none, group.points);
    const auto passed = number.find(v1::OUTCOME_PASS);
    table.add({outcome,
               {std::string(word(outcome)), line_text(group.title, colour),
                std::to_string(group.points.size()),
                std::to_string(passed == number.end() ? 0 : passed->second),
                worst == nullptr ? "-" : line_text(worst->id, colour),
                worst == nullptr ? "-" : percent_text(margin_used(*worst))},
               ""});
  }
  return table;
}

/// Of the points that compare what device and reference show.
std::string comparisons(const std::vector<Point>& all, bool colour) {
  const Signs signs = colour ? Signs::print : Signs::ascii;
  std::string out;
  for (const Point& point : all) {
    if (point.result == nullptr || point.result->comparisons().empty()) continue;
    Table table({"quantity", "device", "reference", "difference", "U", "", "difference / %"},
                {false, true, true, true, true, false, true});
    for (const v1::Comparison& comparison : point.result->comparisons()) {
      const ComparisonFigures c = comparison_figures(comparison, signs);
      table.add({v1::OUTCOME_UNSPECIFIED,
                 {line_text(c.quantity, colour), c.device, c.reference, c.difference, c.uncertainty,
                  c.unit, c.difference_percent},
                 ""});
    }
    out += fmt::format("\nCompared for information during {}:\n{}", line_text(point.id, colour),
                       table.text(false));
  }
  return out;
}

/// Earlier results stay visible; one that failed or was not valid is named even when the point
/// passes now.
std::string measured_again(const v1::Run& run, bool colour) {
  if (run.superseded().empty()) return "";
  std::string out = fmt::format(
      "\nReplaced by a later result of the same point, which counts: {}\n", run.superseded_size());
  for (const v1::PointResult& result : run.superseded()) {
    if (result.outcome() == v1::OUTCOME_FAIL || result.outcome() == v1::OUTCOME_CONDITIONAL_FAIL)
      out += fmt::format("  {} attempt {}: {}\n", line_text(result.point(), colour),
                         result.attempt(), word(result.outcome()));
    if (result.outcome() == v1::OUTCOME_NOT_VALID)
      out += fmt::format("  {} attempt {}: {}\n", line_text(result.point(), colour),
                         result.attempt(), line_text(result.reason(), colour));
  }
  return out;
}

}  // namespace

std::string summary_table(const v1::Run& run, bool colour) {
  const std::vector<Point> all = points(run);
  const v1::RunHeader& header = run.header();
  const v1::Outcome outcome = verdict(run, all);
  std::string out;
  if (header.simulated()) out += "SIMULATED: simulation, not a calibration\n";
  const Table wrong = problem_table(all, colour);
  if (!wrong.empty()) out += fmt::format("\n{}", wrong.text(colour));
  const Table each = test_table(all, colour);
  if (!each.empty()) out += fmt::format("\n{}", each.text(colour));
  for (const SearchOutcome& search : searches(all))
    out += fmt::format("\n{}\n",
                       line_text(sentence(search, colour ? Signs::print : Signs::ascii), colour));
  out += comparisons(all, colour);
  if (!run.interrupted().empty())
    out += fmt::format("\nInterrupted: {}\n", line_text(run.interrupted(), colour));

  if (!run.void_reason().empty())
    out += fmt::format("\nVoid, no result counts: {}\n", line_text(run.void_reason(), colour));
  out += measured_again(run, colour);

  if (const std::size_t left_out = not_asked_for(all); left_out > 0) {
    out += fmt::format("\nNot asked for: {} of {} points\n", left_out, all.size());
  }
  for (const OtherEdition& edition : other_editions(all))
    out += fmt::format("\n{}\n", line_text(sentence(edition, all.size()), colour));
  std::string verdict_word(word(outcome));
  std::ranges::transform(verdict_word, verdict_word.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  const std::string device = line_text(
      fmt::format("{} {}", header.device().manufacturer(), header.device().model()), colour);
  const std::string painted =
      colour ? fmt::format("{}{}\x1b[0m", colour_of(outcome), verdict_word) : verdict_word;
  out += fmt::format("\nVerdict: {} ({}: {})\n", painted, device, counts_text(all));
  return out;
}

}  // namespace meterrig::report
