// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <kainjow/mustache.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meterrig/report/point.h"

namespace meterrig::report {

/// A part of what the template shows: named texts, flags and lists. The template decides what they
/// look like; every text is escaped there, except names that end in _svg.
class Part {
 public:
  /// A text; empty counts as absent in a section of the template.
  Part& text(const std::string& name, std::string_view value);
  Part& flag(const std::string& name, bool value);
  Part& list(const std::string& name, const std::vector<Part>& parts);
  /// A list with `name` true when it is not empty, for a heading above it: "has_" + name.
  Part& listed(const std::string& name, const std::vector<Part>& parts);

  [[nodiscard]] const kainjow::mustache::data& data() const { return data_; }

 private:
  kainjow::mustache::data data_{kainjow::mustache::data::type::object};
};

/// Name and value, for two-column tables; `provenance` says who vouches for it.
[[nodiscard]] Part fact(std::string_view name, std::string_view value,
                        std::string_view provenance = "");

/// The run as all parts of the page need it.
struct Page {
  explicit Page(const v1::Run& shown);

  const v1::Run& run;
  std::vector<Point> points;
  std::map<std::string, std::size_t> number_of;  ///< by point id, from 1

  /// "p12", to link to a point's row.
  [[nodiscard]] std::string anchor(const Point& point) const;
  [[nodiscard]] std::string number(const Point& point) const;

  /// Letter of the footnote for a limit that is not verified; empty for one that is. The same
  /// confidence and provenance share a letter.
  [[nodiscard]] std::string footnote_of(const v1::LimitUsed& limit);
  [[nodiscard]] std::vector<Part> footnotes() const;

  /// Required rows of ISO/IEC 17025:2017, 7.8.2.1 that the run lacks; with none it is a test
  /// report.
  [[nodiscard]] std::vector<std::string> missing() const;

 private:
  std::vector<std::pair<v1::Confidence, std::string>> footnotes_;
};

/// Whether there is evidence to show: a point that was not run has none.
[[nodiscard]] bool has_record(const Point& point);

/// CSS class of a verdict.
[[nodiscard]] std::string verdict_class(v1::Outcome outcome);
/// Dark colour of a verdict, for bars.
[[nodiscard]] std::string_view verdict_colour(v1::Outcome outcome);
/// "2026-03-02 09:10:00 UTC" for RFC 3339 with Z; other texts as they are.
[[nodiscard]] std::string time_text(std::string_view rfc3339);
/// Shortest text that reads back to the same number; empty for NaN.
[[nodiscard]] std::string raw(double number);

/// Minimum, mean and maximum of the conditions over the time of a point.
[[nodiscard]] std::vector<Part> condition_ranges(const v1::PointResult& result);

/// Pictures of the error over time, of the points that follow it.
[[nodiscard]] std::vector<Part> error_traces(const std::vector<Point>& points);

// The parts of the page, in its order; each adds its own names.
void add_front(Part& root, Page& page);
void add_results(Part& root, Page& page);
void add_search(Part& root, Page& page);
void add_curves(Part& root, const Page& page);
void add_harmonics(Part& root, const Page& page);
void add_editions(Part& root, const Page& page);
void add_conditions(Part& root, const Page& page);
void add_condition_extremes(Part& root, const Page& page);
void add_item(Part& root, const Page& page);
void add_records(Part& root, const Page& page);
void add_provenance(Part& root, const Page& page);

}  // namespace meterrig::report
