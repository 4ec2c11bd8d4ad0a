// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/mutants_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "meterrig/report/xml_text.h"
#include "mutants_words.h"

namespace meterrig::report {
namespace {

constexpr std::string_view style =
    "body{font:14px/1.4 system-ui,sans-serif;margin:2em;color:#1f2937}"
    "h1{font-size:1.4em}.simulated{color:#b91c1c;font-weight:bold}"
    "table{border-collapse:collapse}td,th{border:1px solid #d1d5db;padding:2px 6px}"
    "th{background:#f3f4f6;font-weight:600;text-align:left}"
    "thead th{vertical-align:bottom}thead .row{writing-mode:vertical-rl;transform:rotate(180deg)}"
    "td.n{text-align:center;min-width:2.2em}td.size{text-align:right;white-space:nowrap}"
    ".good{background:#d1fae5}.bad{background:#fecaca;font-weight:bold}.quiet{color:#6b7280}"
    "tbody th{white-space:nowrap}";

std::string_view class_of(v1::MutantVerdict verdict) {
  switch (verdict) {
    case v1::MUTANT_VERDICT_CAUGHT:
      return "good";
    case v1::MUTANT_VERDICT_NOT_SEEN:
    case v1::MUTANT_VERDICT_WITHIN_LIMITS:
    case v1::MUTANT_VERDICT_NOT_DEMANDED:
      return "quiet";
    default:
      return "bad";
  }
}

// From white (none failed) to a full orange.
std::string colour(double share) {
  const double depth = share > 0 ? 0.25 + 0.75 * share : 0;
  const auto mix = [depth](double full) { return 255 - static_cast<int>(depth * (255 - full)); };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(234), mix(88), mix(12));
}

std::string cell(const v1::MutantColumn& column, const v1::MutantCell& found) {
  if (column.points() == 0) return R"(<td class="n quiet">·</td>)";
  const double share = static_cast<double>(found.failed()) / column.points();
  const std::string title =
      fmt::format("{} {}: {} of {} points failed{}", column.test(), column.row(), found.failed(),
                  column.points(),
                  found.not_valid() > 0 ? fmt::format(", {} not valid", found.not_valid()) : "");
  return fmt::format(R"(<td class="n" style="background:{}" title="{}">{}{}</td>)", colour(share),
                     escaped(title), found.failed() > 0 ? std::to_string(found.failed()) : "",
                     found.not_valid() > 0 ? "?" : "");
}

std::string head(const v1::MutantStudy& study) {
  // Columns of a test stand side by side.
  std::string tests;
  std::string rows;
  for (int i = 0; i < study.columns_size();) {
    int end = i;
    while (end < study.columns_size() && study.columns(end).test() == study.columns(i).test())
      ++end;
    tests += fmt::format(R"(<th colspan="{}">{}</th>)", end - i, escaped(study.columns(i).test()));
    for (; i < end; ++i) {
      const v1::MutantColumn& column = study.columns(i);
      rows += fmt::format(R"(<th title="{}"><span class="row">{} ({})</span></th>)",
                          escaped(column.clause()), escaped(column.row()), column.points());
    }
  }
  return fmt::format(
      "<thead><tr><th rowspan=\"2\">defect</th><th rowspan=\"2\">size</th>"
      "<th rowspan=\"2\">verdict</th><th rowspan=\"2\">smallest caught</th>{}</tr>"
      "<tr>{}</tr></thead>\n",
      tests, rows);
}

std::string line(const v1::MutantStudy& study, const v1::MutantResult& result) {
  std::string cells;
  for (int i = 0; i < std::min(result.cells_size(), study.columns_size()); ++i)
    cells += cell(study.columns(i), result.cells(i));
  return fmt::format(
      "<tr><th title=\"{}\">{}</th><td class=\"size\">{}</td>"
      "<td class=\"{}\" title=\"{}\">{}</td><td class=\"size\">{}</td>{}</tr>\n",
      escaped(result.physics()), escaped(result.title()), escaped(size_text(result)),
      class_of(result.verdict()), escaped(result.because()), escaped(word(result.verdict())),
      escaped(smallest_text(result)), cells);
}

}  // namespace

std::string mutants_page(const v1::MutantStudy& study) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<title>Mutants of {0} in {1}</title><style>{2}</style></head><body>\n"
      "<h1>Which defects of {0} does {1} find?</h1>\n"
      "<p><span class=\"simulated\">SIMULATED</span>: model {3}, seed {4}, {5}. "
      "A number is how many points of the row failed, of those in the head; point at a cell, a "
      "defect or a verdict for what is behind it.</p>\n",
      escaped(study.device()), escaped(study.suite()), style, escaped(study.model()), study.seed(),
      escaped(effort_text(study)));
  if (study.mutants_size() > 0)
    page +=
        fmt::format("<p>{} defects: {}.</p>\n", study.mutants_size(), escaped(counts_text(study)));
  if (const std::string alarms = alarms_text(study); !alarms.empty())
    page += fmt::format("<p>{}</p>\n", escaped(alarms));
  if (study.mutants_size() > 0) {
    page += "<table>" + head(study) + "<tbody>\n";
    for (const v1::MutantResult& result : study.mutants()) page += line(study, result);
    page += "</tbody></table>\n";
  }
  return page + fmt::format("<p class=\"quiet\">meterrig {}</p></body></html>\n",
                            escaped(study.software_version()));
}

}  // namespace meterrig::report
