// SPDX-License-Identifier: GPL-3.0-or-later
#include "rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::campaign {
namespace {

// Currents are decimals times decimals: equal within a few units of the last place.
bool close(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

}  // namespace

Current resolve(const v1::CurrentLevel& level, const v1::Ratings& ratings) {
  const double base = level.base() == v1::CURRENT_BASE_MAXIMUM ? ratings.maximum_current()
                                                               : ratings.nominal_current();
  return ampere(level.factor() * base);
}

std::string label(const v1::CurrentLevel& level) {
  const std::string_view base = level.base() == v1::CURRENT_BASE_MAXIMUM ? "Imax" : "In";
  if (level.factor() == 1.0) return std::string(base);
  return fmt::format("{} {}", level.factor(), base);
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

Angle displacement(const v1::PowerFactor& power_factor) {
  const double x = power_factor.value();
  const Angle angle = angle_of_point(x, std::sqrt(1 - x * x));
  return power_factor.character() == v1::CHARACTER_CAPACITIVE ? -angle : angle;
}

bool covers(const v1::ErrorRow& row, Current current, const v1::Ratings& ratings) {
  const double i = current.in(ampere);
  const double from = resolve(row.from(), ratings).in(ampere);
  if (i < from && !close(i, from)) return false;
  if (row.has_below()) {
    const double below = resolve(row.below(), ratings).in(ampere);
    return i < below && !close(i, below);
  }
  const double up_to = resolve(row.up_to(), ratings).in(ampere);
  return i < up_to || close(i, up_to);
}

bool covers(const v1::InfluenceRow& row, Current current, const v1::Ratings& ratings) {
  const double i = current.in(ampere);
  const double from = resolve(row.from(), ratings).in(ampere);
  const double up_to = resolve(row.up_to(), ratings).in(ampere);
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
template std::optional<v1::LimitUsed> limit_of(const v1::DifferenceRow&, std::string_view,
                                               const v1::Standard&);
template std::optional<v1::LimitUsed> limit_of(const v1::InfluenceRow&, std::string_view,
                                               const v1::Standard&);

}  // namespace meterrig::campaign
