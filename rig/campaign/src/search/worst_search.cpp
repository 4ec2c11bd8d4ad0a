// SPDX-License-Identifier: GPL-3.0-or-later
#include "worst_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "../influence_signal.h"
#include "../load_point.h"
#include "../method.h"
#include "../point_name.h"
#include "../rows.h"
#include "meterrig/campaign/search.h"
#include "meterrig/loader/point_mapping.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::campaign {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double without_pulses = -100;  // %, error of a meter that counts nothing

std::vector<const v1::ErrorRow*> load_rows(const Inputs& inputs,
                                           const std::vector<std::size_t>& suites) {
  std::vector<const v1::ErrorRow*> rows;
  for (const std::size_t index : suites) {
    const v1::Standard& standard = inputs.standards.at(suites.front()).message.standard();
    for (const v1::Test& test : inputs.suites.at(index).message.suite().tests()) {
      if (!test.has_intrinsic_error() || test.intrinsic_error().load() != v1::LOAD_BALANCED)
        continue;
      for (const std::string& id : test.intrinsic_error().rows()) {
        const v1::ErrorRow* row = find_row(standard.error_rows(), id);
        if (row != nullptr && std::find(rows.begin(), rows.end(), row) == rows.end())
          rows.push_back(row);
      }
    }
  }
  return rows;
}

// Unknown when the result says nothing about the device.
double error_of(const v1::PointResult& result, double error) {
  switch (result.outcome()) {
    case v1::OUTCOME_NOT_VALID:
    case v1::OUTCOME_NOT_RUN:
      return unknown;
    default:
      return result.has_value() ? error : without_pulses;
  }
}

// Of a balanced load: what displacement() makes an angle of.
v1::PowerFactor power_factor_of(const v1::PlannedPoint& point, bool exported) {
  const OperatingPoint applied = loader::point_from(point.applied());
  const Angle phi = applied.displacement[0] - degree(exported ? 180 : 0);
  const auto [sine, cosine] = sine_cosine(turn_of(phi));
  const bool reactive = point.energy() == v1::ENERGY_REACTIVE;
  v1::PowerFactor factor;
  factor.set_value(std::min(1.0, std::abs(reactive ? sine : cosine)));
  if (factor.value() > 1 - 1e-9) {
    factor.set_value(1);
  } else {
    factor.set_character(sine < 0 ? v1::CHARACTER_CAPACITIVE : v1::CHARACTER_INDUCTIVE);
  }
  return factor;
}

SearchedPlace place_of(const v1::SearchPlace& place, const v1::InfluenceLevel* shape) {
  SearchedPlace found{.amperes = place.current(),
                      .power_factor = {},
                      .voltage_factor = place.voltage_factor(),
                      .frequency_factor = place.frequency_factor(),
                      .shape = shape,
                      .share = place.harmonic_share()};
  found.power_factor.set_value(place.power_factor());
  found.power_factor.set_character(place.character());
  return found;
}

v1::SearchPlace message_from(const SearchedPlace& place, const std::vector<v1::LimitUsed>& added) {
  v1::SearchPlace message;
  message.set_current(place.amperes);
  message.set_power_factor(place.power_factor.value());
  message.set_character(place.power_factor.character());
  message.set_voltage_factor(place.voltage_factor);
  message.set_frequency_factor(place.frequency_factor);
  message.set_harmonic_share(place.share);
  for (const v1::LimitUsed& limit : added) *message.add_added() = limit;
  return message;
}

// Imported energy where the device has both.
v1::Direction direction_of(const v1::Ratings& ratings) {
  const auto& directions = ratings.directions();
  const auto has = [&](v1::Direction direction) {
    return std::find(directions.begin(), directions.end(), direction) != directions.end();
  };
  if (has(v1::DIRECTION_IMPORT)) return v1::DIRECTION_IMPORT;
  return has(v1::DIRECTION_EXPORT) ? v1::DIRECTION_EXPORT : v1::DIRECTION_UNSPECIFIED;
}

}  // namespace

WorstSearch::WorstSearch(const Inputs& inputs, const Plan& plan, std::vector<std::size_t> suites,
                         const v1::Position& position, std::uint64_t seed, int points)
    : inputs_(inputs),
      plan_(plan),
      suites_(std::move(suites)),
      position_(position),
      seed_(seed),
      points_(points),
      rated_(rated_currents(inputs.device.message.device().ratings(), standard(),
                            suite().accuracy_class())),
      direction_(direction_of(inputs.device.message.device().ratings())),
      range_(standard(), suite().accuracy_class(), rated_, load_rows(inputs, suites_)) {}

const v1::Suite& WorstSearch::suite() const {
  return inputs_.suites.at(suites_.front()).message.suite();
}

const v1::Standard& WorstSearch::standard() const {
  return inputs_.standards.at(suites_.front()).message.standard();
}

bool WorstSearch::possible() const {
  return !range_.empty() && direction_ != v1::DIRECTION_UNSPECIFIED &&
         next({}, [](std::string_view) { return nullptr; }).has_value();
}

bool WorstSearch::owns(std::string_view point) const {
  return point.starts_with(
      point_name(inputs_, suite(), position_, fmt::format("{}/", search_test)));
}

// Nothing for a place that has no limit, or where no method is fine enough.
std::optional<v1::PlannedPoint> WorstSearch::planned(const SearchedPlace& place,
                                                     std::size_t number) const {
  const auto permission = range_.permission(place);
  if (!permission) return std::nullopt;
  const v1::InfluenceLevel level = level_of(place);
  const v1::Ratings& ratings = inputs_.device.message.device().ratings();
  const OperatingPoint applied =
      point_under(level, operating_point(ratings, 1.0, ampere(place.amperes),
                                         displacement(place.power_factor, standard().energy()),
                                         direction_, {}));
  const MethodChoice choice = choose_method({.device = inputs_.device.message.device(),
                                             .bench = inputs_.bench.message.bench(),
                                             .suite = suite(),
                                             .limit = percent(permission->limit.magnitude()),
                                             .point = applied,
                                             .direction = direction_,
                                             .method = {},
                                             .fixed_duration = {},
                                             .energy = standard().energy()});
  if (!choice.refusal.empty()) return std::nullopt;
  v1::PlannedPoint point;
  point.set_id(point_name(inputs_, suite(), position_, fmt::format("{}/{}", search_test, number)));
  point.set_suite(suite().id());
  point.set_test(search_test);
  point.set_test_title("Search for the worst point");
  point.set_procedure("search");
  point.set_position(position_.id());
  *point.mutable_applied() = loader::message_from(applied);
  *point.mutable_limit() = permission->limit;
  point.set_method(choice.method);
  point.set_settle_s(suite().settle());
  point.set_duration_s(choice.duration.in(second));
  point.set_direction(direction_);
  point.set_load(v1::LOAD_BALANCED);
  point.set_current_label(fmt::format("{} A", place.amperes));
  point.set_power_factor_label(label(place.power_factor));
  point.set_current_over_nominal(place.amperes / ratings.nominal_current());
  point.set_energy(standard().energy());
  point.set_adaptive(true);
  point.set_repetition(1);
  if (!level.title().empty()) *point.mutable_influence() = level;
  *point.mutable_search() = message_from(place, permission->added);
  return point;
}

// From the planned points that are places of the range: errors at reference conditions, and those
// under one influence.
std::vector<Tried> WorstSearch::learned(const ResultOf& result) const {
  std::vector<Tried> known;
  for (const v1::PlannedPoint& point : plan_) {
    const bool intrinsic = point.procedure() == "intrinsic_error";
    const bool own = std::any_of(suites_.begin(), suites_.end(), [&](std::size_t index) {
      return inputs_.suites.at(index).message.suite().id() == point.suite();
    });
    if (!own || point.position() != position_.id() || point.direction() != direction_ ||
        point.load() != v1::LOAD_BALANCED || point.applied().elements().empty() ||
        !(intrinsic || point.procedure() == "influence"))
      continue;
    const v1::PointResult* measured = result(point.id());
    if (measured == nullptr || !(intrinsic || measured->has_influenced_error())) continue;
    SearchedPlace place{.amperes = point.applied().elements(0).current(),
                        .power_factor = power_factor_of(point, direction_ == v1::DIRECTION_EXPORT)};
    if (!intrinsic) {
      const v1::InfluenceLevel& level = point.influence();
      if (level.has_voltage_factor()) place.voltage_factor = level.voltage_factor();
      if (level.has_frequency_factor()) place.frequency_factor = level.frequency_factor();
      if (level.has_signal()) place.shape = range_.shape(level.id());
      if (place.shape != nullptr) place.share = 1;
      // What else a level changes is not what a search does.
      if (level_of(place).title().empty() || level.reversed_sequence() ||
          level.interrupted_phases_size() > 0 || level.has_temperature())
        continue;
    }
    const auto permission = range_.permission(place);
    if (!permission) continue;
    known.push_back(
        {.at = range_.coordinates_of(place),
         .error = error_of(*measured, intrinsic ? measured->value() : measured->influenced_error()),
         .limit = permission->limit.magnitude()});
  }
  return known;
}

std::optional<v1::PlannedPoint> WorstSearch::next(std::span<const v1::PlannedPoint> added,
                                                  const ResultOf& result) const {
  std::vector<Tried> tried;
  tried.reserve(added.size());
  bool without_harmonics = false;
  for (const v1::PlannedPoint& point : added) {
    const v1::PointResult* measured = result(point.id());
    const SearchedPlace place = place_of(point.search(), range_.shape(point.influence().id()));
    tried.push_back(
        {.at = range_.coordinates_of(place),
         .error = measured == nullptr ? unknown : error_of(*measured, measured->value()),
         .limit = point.limit().magnitude()});
    // A bench that puts out sines alone does not become another.
    if (place.share > 0 && measured != nullptr && measured->outcome() == v1::OUTCOME_NOT_RUN)
      without_harmonics = true;
  }
  const std::vector<Tried> known = learned(result);
  std::vector<std::pair<Coordinates, SearchedPlace>> places;
  const auto reachable = [&](const Coordinates& wanted) -> std::optional<Reachable> {
    const auto place = range_.place_at(wanted);
    if (!place || (without_harmonics && place->share > 0)) return std::nullopt;
    const auto point = planned(*place, added.size() + 1);
    if (!point) return std::nullopt;
    places.emplace_back(range_.coordinates_of(*place), *place);
    return Reachable{.at = places.back().first, .limit = point->limit().magnitude()};
  };
  const auto chosen = next_coordinates({.axes = range_.axes(),
                                        .seed = seed_,
                                        .points = static_cast<std::size_t>(points_),
                                        .known = known,
                                        .tried = tried,
                                        .reachable = reachable});
  if (!chosen) return std::nullopt;
  const auto place = std::find_if(places.begin(), places.end(),
                                  [&](const auto& entry) { return entry.first == *chosen; });
  return planned(place->second, added.size() + 1);
}

Duration WorstSearch::expected_time() const {
  // As if no result said anything: all points fill the range evenly.
  std::vector<v1::PlannedPoint> points;
  Duration time = second(0);
  while (const auto point = next(points, [](std::string_view) { return nullptr; })) {
    time += campaign::expected_time(*point);
    points.push_back(*point);
  }
  return time;
}

Result<std::vector<WorstSearch>> worst_searches(const Inputs& inputs, const Plan& plan,
                                                std::uint64_t seed, int points) {
  std::vector<WorstSearch> searches;
  for (const v1::Position& position : inputs.bench.message.bench().positions()) {
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < inputs.suites.size(); ++i) {
      const v1::Suite& suite = inputs.suites[i].message.suite();
      const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
        const v1::Suite& other = inputs.suites[group.front()].message.suite();
        return other.standard() == suite.standard() &&
               other.accuracy_class() == suite.accuracy_class();
      });
      if (same == groups.end()) {
        groups.push_back({i});
      } else {
        same->push_back(i);
      }
    }
    for (std::vector<std::size_t>& group : groups) {
      const WorstSearch search(inputs, plan, std::move(group), position, seed, points);
      if (search.possible()) searches.push_back(search);
    }
  }
  if (searches.empty())
    return fail(ErrorCode::failed_precondition,
                "--search worst: no suite tests the error over balanced loads in a way that this "
                "bench can measure; expected one with intrinsic_error and load balanced");
  for (const v1::PlannedPoint& point : plan) {
    if (std::any_of(searches.begin(), searches.end(),
                    [&](const WorstSearch& search) { return search.owns(point.id()); }))
      return fail(ErrorCode::failed_precondition,
                  fmt::format("--search worst: the test '{}' of suite {} is called as the search "
                              "is; expected another id",
                              point.test(), point.suite()));
  }
  return searches;
}

Result<SearchScale> scale_of_search(const Inputs& inputs, const Plan& plan, std::uint64_t seed,
                                    int points) {
  const auto searches = worst_searches(inputs, plan, seed, points);
  if (!searches) return tl::unexpected(searches.error());
  SearchScale scale{.points = 0, .time = second(0)};
  for (const WorstSearch& search : *searches) {
    scale.points += search.points();
    scale.time += search.expected_time();
  }
  return scale;
}

}  // namespace meterrig::campaign
