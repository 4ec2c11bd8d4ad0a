// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meterrig/report/words.h"

namespace meterrig::report {

namespace mustache = kainjow::mustache;

namespace {

/// a ... z, aa, ab ...
std::string footnote_letters(std::size_t index) {
  std::string letters;
  for (++index; index > 0; index = (index - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('a' + (index - 1) % 26));
  }
  return letters;
}

}  // namespace

Part& Part::text(const std::string& name, std::string_view value) {
  if (value.empty()) {
    data_.set(name, false);
  } else {
    data_.set(name, std::string(value));
  }
  return *this;
}

Part& Part::flag(const std::string& name, bool value) {
  data_.set(name, value);
  return *this;
}

Part& Part::list(const std::string& name, const std::vector<Part>& parts) {
  mustache::data items{mustache::data::type::list};
  for (const Part& part : parts) items.push_back(part.data());
  data_.set(name, items);
  return *this;
}

Part& Part::listed(const std::string& name, const std::vector<Part>& parts) {
  return list(name, parts).flag(fmt::format("has_{}", name), !parts.empty());
}

Part fact(std::string_view name, std::string_view value, std::string_view provenance) {
  return Part().text("name", name).text("value", value).text("provenance", provenance);
}

Page::Page(const v1::Run& shown) : run(shown), points(report::points(shown)) {
  for (const Point& point : points) number_of.emplace(point.id, number_of.size() + 1);
}

std::string Page::number(const Point& point) const {
  const auto found = number_of.find(point.id);
  return found == number_of.end() ? "" : std::to_string(found->second);
}

std::string Page::anchor(const Point& point) const { return fmt::format("p{}", number(point)); }

std::string Page::footnote_of(const v1::LimitUsed& limit) {
  if (limit.confidence() == v1::CONFIDENCE_VERIFIED) return "";
  const std::pair<v1::Confidence, std::string> note = {limit.confidence(), limit.provenance()};
  const auto found = std::ranges::find(footnotes_, note);
  const auto index = static_cast<std::size_t>(found - footnotes_.begin());
  if (found == footnotes_.end()) footnotes_.push_back(note);
  return footnote_letters(index);
}

std::vector<Part> Page::footnotes() const {
  std::vector<Part> parts;
  parts.reserve(footnotes_.size());
  for (std::size_t i = 0; i < footnotes_.size(); ++i) {
    parts.push_back(Part()
                        .text("mark", footnote_letters(i))
                        .text("confidence", word(footnotes_[i].first))
                        .text("note_provenance", footnotes_[i].second));
  }
  return parts;
}

std::vector<std::string> Page::missing() const {
  const v1::Order& order = run.header().order();
  std::vector<std::string> list;
  const auto need = [&list](const std::string& field, std::string_view what) {
    if (field.empty()) list.emplace_back(what);
  };
  need(order.report_id(), "unique identification of the report");
  need(order.laboratory().name(), "name of the laboratory");
  need(order.laboratory().address(), "address of the laboratory");
  need(order.place(), "place where the work was done");
  need(order.customer().name(), "name of the customer");
  need(order.customer().address(), "contact of the customer");
  need(order.sample().serial_number(), "unambiguous identification of the item");
  need(order.sample().condition(), "condition of the item on receipt");
  need(order.operator_(), "operator");
  need(order.approver(), "person who authorises the report");
  need(run.begin(), "date of the start of the work");
  need(run.end(), "date of the end of the work and of issue");
  if (run.header().standards().empty()) list.emplace_back("method (standard and edition)");
  if (run.results().empty()) list.emplace_back("results");
  return list;
}

bool has_record(const Point& point) {
  return point.result != nullptr && point.outcome() != v1::OUTCOME_NOT_RUN;
}

std::string verdict_class(v1::Outcome outcome) { return fmt::format("v-{}", token(outcome)); }

std::string_view verdict_colour(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_PASS:
      return "#15803d";
    case v1::OUTCOME_CONDITIONAL_PASS:
      return "#b7791f";
    case v1::OUTCOME_CONDITIONAL_FAIL:
      return "#c2410c";
    case v1::OUTCOME_FAIL:
      return "#b91c1c";
    case v1::OUTCOME_NOT_VALID:
      return "#6d3fa8";
    default:
      return "#6b7280";
  }
}

std::string time_text(std::string_view rfc3339) {
  const bool utc = rfc3339.size() >= 20 && rfc3339[10] == 'T' && rfc3339.back() == 'Z';
  if (!utc) return std::string(rfc3339);
  return fmt::format("{} {} UTC", rfc3339.substr(0, 10), rfc3339.substr(11, rfc3339.size() - 12));
}

std::string raw(double number) {
  if (std::isnan(number)) return "";
  std::string text = fmt::format("{}", number == 0 ? 0.0 : number);
  if (text.size() > 2 && text.ends_with(".0")) text.resize(text.size() - 2);
  if (text.front() == '-') text.replace(0, 1, "\u2212");
  return text;
}

}  // namespace meterrig::report
