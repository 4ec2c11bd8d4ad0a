// SPDX-License-Identifier: GPL-3.0-or-later
#include "rated_currents.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "meterrig/loader/notation.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::campaign {
namespace {

constexpr double rounding = 1e-9;  // of decimals times decimals

Current* member(RatedCurrents& rated, v1::CurrentBase base) {
  switch (base) {
    case v1::CURRENT_BASE_TRANSITIONAL:
      return &rated.transitional;
    case v1::CURRENT_BASE_MINIMUM:
      return &rated.minimum;
    case v1::CURRENT_BASE_STARTING:
      return &rated.starting;
    default:
      return nullptr;  // In and Imax are declared
  }
}

bool concerns(const v1::CurrentRelation& relation, const RatedCurrents& rated,
              std::string_view accuracy_class) {
  const auto& classes = relation.accuracy_classes();
  return (relation.connection() == v1::CIRCUIT_UNSPECIFIED ||
          relation.connection() == rated.circuit) &&
         std::find(classes.begin(), classes.end(), accuracy_class) != classes.end();
}

const v1::CurrentLevel& other_side(const v1::CurrentRelation& relation) {
  if (relation.has_at_most()) return relation.at_most();
  return relation.has_at_least() ? relation.at_least() : relation.equals();
}

// The unknown of "known = factor unknown", from either side of a relation.
Current bound(const v1::CurrentRelation& relation, v1::CurrentBase unknown,
              const RatedCurrents& rated) {
  const v1::CurrentLevel& left = relation.current();
  const v1::CurrentLevel& right = other_side(relation);
  if (left.base() == unknown && !relation.has_at_least())
    return resolve(right, rated) / left.factor();
  if (right.base() == unknown && !relation.has_at_most())
    return resolve(left, rated) / right.factor();
  return {};
}

std::string amperes(Current current) {
  return readable(current.in(ampere), QuantityKind::current, 4);
}

}  // namespace

Current RatedCurrents::of(v1::CurrentBase base) const {
  switch (base) {
    case v1::CURRENT_BASE_MAXIMUM:
      return maximum;
    case v1::CURRENT_BASE_TRANSITIONAL:
      return transitional;
    case v1::CURRENT_BASE_MINIMUM:
      return minimum;
    case v1::CURRENT_BASE_STARTING:
      return starting;
    default:
      return nominal;
  }
}

RatedCurrents rated_currents(const v1::Ratings& ratings) {
  RatedCurrents rated{
      .circuit = ratings.transformer_operated() ? v1::CIRCUIT_TRANSFORMER : v1::CIRCUIT_DIRECT,
      .nominal = ampere(ratings.nominal_current()),
      .maximum = ampere(ratings.maximum_current()),
      .transitional = {},
      .minimum = {},
      .starting = {}};
  if (ratings.has_transitional_current())
    rated.transitional = ampere(ratings.transitional_current());
  if (ratings.has_minimum_current()) rated.minimum = ampere(ratings.minimum_current());
  if (ratings.has_starting_current()) rated.starting = ampere(ratings.starting_current());
  return rated;
}

RatedCurrents rated_currents(const v1::Ratings& ratings, const v1::Standard& standard,
                             std::string_view accuracy_class) {
  RatedCurrents rated = rated_currents(ratings);
  // Imin and Ist are multiples of Itr where they are not of Imax.
  for (const v1::CurrentBase base :
       {v1::CURRENT_BASE_TRANSITIONAL, v1::CURRENT_BASE_MINIMUM, v1::CURRENT_BASE_STARTING}) {
    Current& wanted = *member(rated, base);
    for (const bool equation : {true, false}) {
      for (const v1::CurrentRelation& relation : standard.current_relations()) {
        if (wanted.known() || relation.has_equals() != equation ||
            !concerns(relation, rated, accuracy_class))
          continue;
        wanted = bound(relation, base, rated);
      }
    }
  }
  return rated;
}

std::vector<std::string> broken_relations(const RatedCurrents& rated, const v1::Standard& standard,
                                          std::string_view accuracy_class) {
  std::vector<std::string> broken;
  for (const v1::CurrentRelation& relation : standard.current_relations()) {
    if (!concerns(relation, rated, accuracy_class)) continue;
    const Current left = resolve(relation.current(), rated);
    const Current right = resolve(other_side(relation), rated);
    const bool more = left.in(ampere) > right.in(ampere) * (1 + rounding);
    const bool less = left.in(ampere) < right.in(ampere) * (1 - rounding);
    if (!(relation.has_at_most() ? more : relation.has_at_least() ? less : more || less)) continue;
    broken.push_back(fmt::format("{} is {}; {} wants {}{}, {}",
                                 loader::to_string(relation.current()), amperes(left),
                                 relation.id(),
                                 relation.has_at_most()    ? "at most "
                                 : relation.has_at_least() ? "at least "
                                                           : "",
                                 loader::to_string(other_side(relation)), amperes(right)));
  }
  return broken;
}

Current resolve(const v1::CurrentLevel& level, const RatedCurrents& rated) {
  return level.factor() * rated.of(level.base());
}

}  // namespace meterrig::campaign
