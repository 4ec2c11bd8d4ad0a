// SPDX-License-Identifier: GPL-3.0-or-later
#include "rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meterrig/loader/notation.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::campaign {
namespace {

// Currents are decimals times decimals: equal within a few units of the last place.
bool close(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

// Of a row or a range.
template <class Range>
bool within(const Range& range, Current current, const RatedCurrents& rated) {
  const double i = current.in(ampere);
  const double from = resolve(range.from(), rated).in(ampere);
  if (i < from && !close(i, from)) return false;
  if (range.has_below()) {
    const double below = resolve(range.below(), rated).in(ampere);
    return i < below && !close(i, below);
  }
  const double up_to = resolve(range.up_to(), rated).in(ampere);
  return i < up_to || close(i, up_to);
}

template <class Range>
const v1::CurrentLevel* unknown_end(const Range& range, const RatedCurrents& rated) {
  if (!resolve(range.from(), rated).known()) return &range.from();
  const v1::CurrentLevel& greatest = range.has_below() ? range.below() : range.up_to();
  return resolve(greatest, rated).known() ? nullptr : &greatest;
}

template <class Range>
CurrentSpan span_of_range(const Range& range) {
  return {range.from(), range.has_below() ? range.below() : range.up_to()};
}

template <class Row>
const v1::CurrentRange* range_of(const Row& row, const RatedCurrents& rated) {
  for (const v1::CurrentRange& range : row.ranges()) {
    if (range.connection() == rated.circuit) return &range;
  }
  return nullptr;
}

}  // namespace

std::string label(const v1::CurrentLevel& level) { return loader::to_string(level); }

std::string id_part(const v1::CurrentLevel& level) {
  std::string text = label(level);
  std::erase(text, ' ');
  return text;
}

std::string_view word(v1::Direction direction) {
  return direction == v1::DIRECTION_EXPORT ? "export" : "import";
}

std::string label(const v1::PowerFactor& power_factor) {
  switch (power_factor.character()) {
    case v1::CHARACTER_INDUCTIVE:
      return fmt::format("{}i", power_factor.value());
    case v1::CHARACTER_CAPACITIVE:
      return fmt::format("{}c", power_factor.value());
    default:
      return fmt::format("{}", power_factor.value());
  }
}

bool same(const v1::PowerFactor& a, const v1::PowerFactor& b) {
  return close(a.value(), b.value()) && a.character() == b.character();
}

Angle displacement(const v1::PowerFactor& power_factor, v1::Energy energy) {
  const double x = power_factor.value();
  const double y = std::sqrt(1 - x * x);
  const Angle angle = energy == v1::ENERGY_REACTIVE ? angle_of_point(y, x) : angle_of_point(x, y);
  return power_factor.character() == v1::CHARACTER_CAPACITIVE ? -angle : angle;
}

bool covers(const v1::ErrorRow& row, Current current, const RatedCurrents& rated) {
  if (row.ranges().empty()) return within(row, current, rated);
  const v1::CurrentRange* range = range_of(row, rated);
  return range != nullptr && within(*range, current, rated);
}

bool covers(const v1::CompositeRow& row, Current current, const RatedCurrents& rated) {
  return within(row, current, rated);
}

const v1::CurrentLevel* unknown_level(const v1::ErrorRow& row, const RatedCurrents& rated) {
  if (row.has_over_current() && !resolve(row.over_current(), rated).known())
    return &row.over_current();
  if (row.ranges().empty()) return unknown_end(row, rated);
  const v1::CurrentRange* range = range_of(row, rated);
  return range == nullptr ? nullptr : unknown_end(*range, rated);
}

double limit_factor(const v1::ErrorRow& row, Current current, const RatedCurrents& rated) {
  return row.has_over_current() ? resolve(row.over_current(), rated) / current : 1.0;
}

const v1::CurrentLevel* starting_level(const v1::StartingRow& row, const RatedCurrents& rated) {
  if (row.currents().empty()) return &row.current();
  for (const v1::ConnectionCurrent& entry : row.currents()) {
    if (entry.connection() == rated.circuit) return &entry.current();
  }
  return nullptr;
}

std::optional<CurrentSpan> span_of(const v1::InfluenceRow& row, const RatedCurrents& rated) {
  if (row.ranges().empty()) return CurrentSpan{row.from(), row.up_to()};
  const v1::CurrentRange* range = range_of(row, rated);
  if (range == nullptr) return std::nullopt;
  return span_of_range(*range);
}

std::optional<CurrentSpan> span_of(const v1::ErrorRow& row, const RatedCurrents& rated) {
  if (row.ranges().empty()) return span_of_range(row);
  const v1::CurrentRange* range = range_of(row, rated);
  if (range == nullptr) return std::nullopt;
  return span_of_range(*range);
}

bool covers(const v1::InfluenceRow& row, Current current, const RatedCurrents& rated) {
  if (!row.ranges().empty()) {
    const v1::CurrentRange* range = range_of(row, rated);
    return range != nullptr && within(*range, current, rated);
  }
  const double i = current.in(ampere);
  const double from = resolve(row.from(), rated).in(ampere);
  const double up_to = resolve(row.up_to(), rated).in(ampere);
  return (i > from || close(i, from)) && (i < up_to || close(i, up_to));
}

v1::LimitUsed cite(const v1::Source& source, const std::string& row, const v1::Standard& standard) {
  v1::LimitUsed limit;
  limit.set_standard(standard.designation());
  limit.set_edition(standard.edition());
  limit.set_clause(source.clause());
  limit.set_row(row);
  limit.set_confidence(source.confidence());
  limit.set_provenance(source.provenance());
  return limit;
}

template <class Row>
std::optional<v1::LimitUsed> limit_of(const Row& row, std::string_view accuracy_class,
                                      const v1::Standard& standard) {
  for (const v1::ClassLimit& entry : row.limits()) {
    if (entry.accuracy_class() != accuracy_class) continue;
    v1::LimitUsed limit = cite(row.source(), row.id(), standard);
    limit.set_magnitude(entry.limit());
    if (entry.has_least()) limit.set_least(entry.least());
    if (entry.confidence() != v1::CONFIDENCE_UNSPECIFIED) limit.set_confidence(entry.confidence());
    if (!entry.provenance().empty()) limit.set_provenance(entry.provenance());
    return limit;
  }
  return std::nullopt;
}

template std::optional<v1::LimitUsed> limit_of(const v1::ErrorRow&, std::string_view,
                                               const v1::Standard&);
template std::optional<v1::LimitUsed> limit_of(const v1::CompositeRow&, std::string_view,
                                               const v1::Standard&);
template std::optional<v1::LimitUsed> limit_of(const v1::QuantityRow&, std::string_view,
                                               const v1::Standard&);
template std::optional<v1::LimitUsed> limit_of(const v1::DifferenceRow&, std::string_view,
                                               const v1::Standard&);
template std::optional<v1::LimitUsed> limit_of(const v1::SelfHeatingRow&, std::string_view,
                                               const v1::Standard&);
template std::optional<v1::LimitUsed> limit_of(const v1::InfluenceRow&, std::string_view,
                                               const v1::Standard&);

}  // namespace meterrig::campaign
