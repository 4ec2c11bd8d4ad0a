// SPDX-License-Identifier: GPL-3.0-or-later
#include "other_editions.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "meterrig/loader/verdict_mapping.h"
#include "meterrig/verdict/decision.h"
#include "meterrig/verdict/limit_range.h"
#include "meterrig/verdict/messages.h"
#include "meterrig/vocabulary/units.h"
#include "no_load_time.h"
#include "rows.h"

namespace meterrig::campaign {
namespace {

// Of a row by its id, without what depends on the current.
std::optional<v1::LimitUsed> limit_by_id(const std::string& id, const v1::Standard& standard,
                                         std::string_view accuracy_class) {
  if (const auto* row = find_row(standard.error_rows(), id))
    return limit_of(*row, accuracy_class, standard);
  if (const auto* row = find_row(standard.influence_rows(), id))
    return limit_of(*row, accuracy_class, standard);
  if (const auto* row = find_row(standard.self_heating_rows(), id))
    return limit_of(*row, accuracy_class, standard);
  if (const auto* row = find_row(standard.difference_rows(), id))
    return limit_of(*row, accuracy_class, standard);
  if (const auto* row = find_row(standard.composite_rows(), id))
    return limit_of(*row, accuracy_class, standard);
  const auto* row = find_row(standard.constant_rows(), id);
  if (row == nullptr) return std::nullopt;
  const auto base = limit_by_id(row->limit_row(), standard, accuracy_class);
  if (!base) return std::nullopt;
  v1::LimitUsed limit = cite(row->source(), row->id(), standard);
  limit.set_magnitude(row->fraction_of_limit() * base->magnitude());
  return limit;
}

template <class Rows>
auto row_of_class(const Rows& rows, std::string_view accuracy_class) -> decltype(&rows.Get(0)) {
  for (const auto& row : rows) {
    const auto& classes = row.accuracy_classes();
    if (std::find(classes.begin(), classes.end(), accuracy_class) != classes.end()) return &row;
  }
  return nullptr;
}

bool has_requirement(const std::string& id, const v1::Standard& standard,
                     std::string_view accuracy_class) {
  const auto* row = find_row(standard.requirement_rows(), id);
  if (row == nullptr) return false;
  const auto& classes = row->accuracy_classes();
  return std::find(classes.begin(), classes.end(), accuracy_class) != classes.end();
}

std::string no_load_text(const v1::NoLoadRow& row, const v1::Standard& standard,
                         const EditionScope& scope) {
  const auto figures =
      no_load_figures(row, standard, scope.accuracy_class, scope.device, scope.rated);
  if (!figures) return "";
  const Duration time = no_load_time(row, *figures);
  if (!time.known()) return "";
  return fmt::format("{} Un for at least {}", row.voltage_factor(),
                     readable(time.in(second), QuantityKind::duration, 4));
}

// What is other in the figures; empty when nothing is.
std::string difference_of_no_load(const v1::NoLoadRow& here, const v1::NoLoadRow& there,
                                  const v1::Standard& other, const EditionScope& scope) {
  const std::string own = no_load_text(here, scope.standard, scope);
  const std::string others = no_load_text(there, other, scope);
  return own == others ? "" : fmt::format("{} instead of {}", others, own);
}

std::string difference_of_starting(const v1::StartingRow& here, const v1::StartingRow& there,
                                   const EditionScope& scope) {
  const v1::CurrentLevel* own = starting_level(here, scope.rated);
  const v1::CurrentLevel* others = starting_level(there, scope.rated);
  const auto text = [](const v1::CurrentLevel* level) {
    return level == nullptr ? std::string("no current") : label(*level);
  };
  return text(own) == text(others) ? "" : fmt::format("{} instead of {}", text(others), text(own));
}

bool same_range(const v1::LimitUsed& a, const v1::LimitUsed& b) {
  return a.magnitude() == b.magnitude() && a.has_least() == b.has_least() && a.least() == b.least();
}

// Nothing when the edition says the same.
std::optional<v1::OtherEdition> said_by(const v1::Standard& other, const v1::PlannedPoint& point,
                                        const EditionScope& scope) {
  v1::OtherEdition said;
  said.set_edition(other.edition());
  const std::string& id = point.limit().row();
  const std::string_view procedure = point.procedure();
  if (procedure == "starting" || procedure == "no_load") {
    const bool starting = procedure == "starting";
    const auto* own_load = find_row(scope.standard.no_load_rows(), id);
    const auto* own_start = find_row(scope.standard.starting_rows(), id);
    const auto* load = row_of_class(other.no_load_rows(), scope.accuracy_class);
    const auto* start = row_of_class(other.starting_rows(), scope.accuracy_class);
    if (starting ? own_start == nullptr : own_load == nullptr) return std::nullopt;
    if (starting ? start == nullptr : load == nullptr) return said;
    *said.mutable_limit() = starting ? cite(start->source(), start->id(), other)
                                     : cite(load->source(), load->id(), other);
    said.mutable_limit()->set_magnitude(starting ? point.limit().magnitude()
                                                 : load->maximum_pulses());
    said.set_difference(starting ? difference_of_starting(*own_start, *start, scope)
                                 : difference_of_no_load(*own_load, *load, other, scope));
    if (said.difference().empty() && same_range(said.limit(), point.limit())) return std::nullopt;
    return said;
  }
  if (procedure == "requirement") {
    if (has_requirement(id, other, scope.accuracy_class)) return std::nullopt;
    return said;
  }
  const auto own = limit_by_id(id, scope.standard, scope.accuracy_class);
  if (!own) return std::nullopt;
  auto limit = limit_by_id(id, other, scope.accuracy_class);
  if (!limit) return said;
  if (same_range(*limit, *own)) return std::nullopt;
  // The point's limit may be a multiple of its row's, as below Imin.
  limit->set_magnitude(limit->magnitude() * point.limit().magnitude() / own->magnitude());
  *said.mutable_limit() = *limit;
  return said;
}

}  // namespace

void note_other_editions(v1::PlannedPoint& point, const EditionScope& scope,
                         std::span<const v1::Standard> others) {
  for (const v1::Standard& other : others) {
    if (other.designation() != scope.standard.designation() ||
        other.edition() == scope.standard.edition())
      continue;
    if (auto said = said_by(other, point, scope)) *point.add_other_editions() = std::move(*said);
  }
}

void decide_by_other_editions(const v1::PlannedPoint& point, v1::PointResult& result) {
  if (!result.has_value() || result.outcome() == v1::OUTCOME_NOT_VALID ||
      !result.has_expanded_uncertainty())
    return;
  const verdict::Expanded uncertainty{
      .standard = result.expanded_uncertainty() / result.coverage_factor(),
      .coverage_factor = result.coverage_factor(),
      .expanded = result.expanded_uncertainty(),
      .effective_degrees_of_freedom = result.has_degrees_of_freedom()
                                          ? result.degrees_of_freedom()
                                          : std::numeric_limits<double>::infinity()};
  for (const v1::OtherEdition& other : point.other_editions()) {
    if (!other.has_limit() || !other.difference().empty()) continue;
    const verdict::LimitRange range = verdict::range_of(other.limit());
    v1::OtherVerdict& said = *result.add_other_verdicts();
    said.set_edition(other.edition());
    said.set_outcome(loader::message_from(
        verdict::decide(result.value() - range.middle, uncertainty, range.half_width,
                        verdict::rule_from(result.decision_rule()))
            .outcome));
  }
}

}  // namespace meterrig::campaign
