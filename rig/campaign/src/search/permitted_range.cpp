// SPDX-License-Identifier: GPL-3.0-or-later
#include "permitted_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "../reasons.h"
#include "../rows.h"

namespace meterrig::campaign {
namespace {

// So near to power factor 1, or to the reference conditions, that they are meant.
constexpr double nearly_unity = 0.05;
constexpr double nearly_reference = 0.1;
constexpr double rounding = 1e-9;

double number_in(const std::string& text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The same decimal on every machine, whatever its logarithm is.
double with_digits(double number, int digits) {
  return number_in(fmt::format("{:.{}g}", number, digits));
}
double with_decimals(double number, int decimals) {
  return number_in(fmt::format("{:.{}f}", number, decimals));
}

bool close(double a, double b) {
  return std::abs(a - b) <= rounding * std::max(std::abs(a), std::abs(b));
}

// From power factor 1, rad.
double angle_of_factor(const v1::PowerFactor& factor) {
  return std::acos(std::min(1.0, factor.value()));
}

// The angle of the row's factor that a place at `wanted` is held to: on its side, and no nearer to
// 1. Nothing when there is none.
template <class Factors>
std::optional<double> held_to(const Factors& factors, const v1::PowerFactor& wanted) {
  std::optional<double> nearest;
  for (const v1::PowerFactor& factor : factors) {
    const double angle = angle_of_factor(factor);
    if (factor.character() != wanted.character() || angle < angle_of_factor(wanted) - rounding)
      continue;
    if (!nearest || angle < *nearest) nearest = angle;
  }
  return nearest;
}

enum class Changes { voltage, frequency, harmonics, something_else };

Changes changes(const v1::InfluenceLevel& level) {
  const v1::InfluenceSignal& signal = level.signal();
  const bool harmonics = !signal.voltage_harmonics().empty() || !signal.current_harmonics().empty();
  const bool others = level.reversed_sequence() || level.interrupted_phases_size() > 0 ||
                      level.has_temperature() || signal.has_switched_current() ||
                      !signal.voltage_interharmonics().empty() ||
                      !signal.current_interharmonics().empty();
  if (others ||
      int{level.has_voltage_factor()} + int{level.has_frequency_factor()} + int{harmonics} != 1)
    return Changes::something_else;
  if (harmonics) return Changes::harmonics;
  return level.has_voltage_factor() ? Changes::voltage : Changes::frequency;
}

v1::LimitUsed together(v1::LimitUsed whole, const std::vector<v1::LimitUsed>& added) {
  for (const v1::LimitUsed& limit : added) {
    whole.set_magnitude(whole.magnitude() + limit.magnitude());
    whole.set_row(fmt::format("{} + {}", whole.row(), limit.row()));
    // No surer than the least sure part.
    if (limit.confidence() > whole.confidence()) {
      whole.set_confidence(limit.confidence());
      whole.set_provenance(limit.provenance());
    }
  }
  return whole;
}

}  // namespace

PermittedRange::PermittedRange(const v1::Standard& standard, std::string accuracy_class,
                               const RatedCurrents& rated,
                               std::span<const v1::ErrorRow* const> load_rows)
    : standard_(standard), accuracy_class_(std::move(accuracy_class)), rated_(rated) {
  for (const v1::ErrorRow* row : load_rows) {
    const auto limit = limit_of(*row, accuracy_class_, standard_);
    const auto span = span_of(*row, rated_);
    if (!limit || limit->has_least() || !span || unknown_level(*row, rated_) != nullptr) continue;
    const double from = resolve(span->from, rated_).in(ampere);
    const double to = resolve(span->to, rated_).in(ampere);
    least_amperes_ = loads_.empty() ? from : std::min(least_amperes_, from);
    greatest_amperes_ = loads_.empty() ? to : std::max(greatest_amperes_, to);
    loads_.push_back({.row = row, .limit = *limit});
  }
  for (const v1::InfluenceRow& row : standard_.influence_rows()) {
    const auto limit = limit_of(row, accuracy_class_, standard_);
    if (limit && !limit->has_least() && row.result() == v1::INFLUENCE_RESULT_SHIFT &&
        for_connection(row.connection(), rated_.circuit))
      take(row, *limit);
  }
}

void PermittedRange::take(const v1::InfluenceRow& row, const v1::LimitUsed& limit) {
  Influence factors{.row = &row, .limit = limit};
  Changes changed = Changes::something_else;
  for (const v1::InfluenceLevel& level : row.levels()) {
    if (changes(level) == Changes::harmonics)
      shapes_.push_back({.row = &row, .limit = limit, .level = &level});
    if (&level == &row.levels(0)) changed = changes(level);
    if (changes(level) != changed) return;
    const double factor =
        changed == Changes::voltage ? level.voltage_factor() : level.frequency_factor();
    factors.least = std::min(factors.least, factor);
    factors.greatest = std::max(factors.greatest, factor);
  }
  if (changed == Changes::voltage) voltages_.push_back(factors);
  if (changed == Changes::frequency) frequencies_.push_back(factors);
}

bool PermittedRange::holds(const Influence& influence, const SearchedPlace& place) const {
  const v1::InfluenceRow& row = *influence.row;
  const bool current = row.has_current()
                           ? close(place.amperes, resolve(row.current(), rated_).in(ampere))
                           : covers(row, ampere(place.amperes), rated_);
  return current && held_to(row.power_factors(), place.power_factor).has_value();
}

const PermittedRange::Load* PermittedRange::load_at(const SearchedPlace& place) const {
  const Load* found = nullptr;
  double least = 0;
  for (const Load& load : loads_) {
    if (!covers(*load.row, ampere(place.amperes), rated_)) continue;
    const auto angle = held_to(load.row->power_factors(), place.power_factor);
    if (!angle || (found != nullptr && *angle >= least)) continue;
    found = &load;
    least = *angle;
  }
  return found;
}

// Unity when there is none on that side.
v1::PowerFactor PermittedRange::farthest(double amperes, v1::Character side) const {
  v1::PowerFactor found;
  found.set_value(1);
  for (const Load& load : loads_) {
    if (!covers(*load.row, ampere(amperes), rated_)) continue;
    for (const v1::PowerFactor& factor : load.row->power_factors()) {
      if (factor.character() == side && factor.value() < found.value()) found = factor;
    }
  }
  return found;
}

v1::PowerFactor PermittedRange::power_factor_at(double amperes, double at) const {
  v1::PowerFactor factor;
  factor.set_value(1);
  if (std::abs(at) < nearly_unity) return factor;
  v1::PowerFactor end =
      farthest(amperes, at > 0 ? v1::CHARACTER_INDUCTIVE : v1::CHARACTER_CAPACITIVE);
  if (std::abs(at) >= 1) return end;
  const double value = with_decimals(std::cos(std::abs(at) * angle_of_factor(end)), 3);
  if (value >= 1) return factor;
  factor.set_value(value);
  factor.set_character(end.character());
  return factor;
}

double PermittedRange::end_of(const std::vector<Influence>& rows, const SearchedPlace& place,
                              bool upwards) const {
  double end = 1;
  for (const Influence& influence : rows) {
    if (!holds(influence, place)) continue;
    end = upwards ? std::max(end, influence.greatest) : std::min(end, influence.least);
  }
  return end;
}

double PermittedRange::factor_at(const std::vector<Influence>& rows, const SearchedPlace& place,
                                 double at) const {
  if (std::abs(at) < nearly_reference) return 1;
  const double end = end_of(rows, place, at > 0);
  return std::abs(at) >= 1 ? end : with_decimals(1 + std::abs(at) * (end - 1), 4);
}

double PermittedRange::coordinate_of(const std::vector<Influence>& rows, const SearchedPlace& place,
                                     double factor) const {
  const double end = end_of(rows, place, factor > 1);
  if (factor == 1 || end == 1) return 0;
  const double part = std::min(1.0, (factor - 1) / (end - 1));
  return factor > 1 ? part : -part;
}

// The row with the least limit among those that hold and reach the factor.
const PermittedRange::Influence* PermittedRange::narrowest(const std::vector<Influence>& rows,
                                                           const SearchedPlace& place,
                                                           double factor) const {
  const Influence* found = nullptr;
  for (const Influence& influence : rows) {
    if (!holds(influence, place) || factor < influence.least - rounding ||
        factor > influence.greatest + rounding)
      continue;
    if (found == nullptr || influence.limit.magnitude() < found->limit.magnitude())
      found = &influence;
  }
  return found;
}

std::optional<SearchedPlace> PermittedRange::place_at(const Coordinates& at) const {
  if (empty()) return std::nullopt;
  SearchedPlace place;
  const Influence* shaped = nullptr;
  for (std::size_t s = 0; s < shapes_.size(); ++s) {
    const double share = at.at(load_axes + 2 + s);
    if (share < nearly_reference || share <= place.share) continue;
    shaped = &shapes_[s];
    place.share = share >= 1 ? 1 : with_decimals(share, 2);
  }
  if (shaped != nullptr) place.shape = shaped->level;
  if (shaped != nullptr && shaped->row->has_current()) {
    place.amperes = resolve(shaped->row->current(), rated_).in(ampere);
    place.power_factor = shaped->row->power_factors(0);
  } else {
    const double along = (at.at(0) + 1) / 2;
    place.amperes =
        along <= 0 ? least_amperes_
        : along >= 1
            ? greatest_amperes_
            : std::clamp(
                  with_digits(least_amperes_ * std::pow(greatest_amperes_ / least_amperes_, along),
                              3),
                  least_amperes_, greatest_amperes_);
    place.power_factor = power_factor_at(place.amperes, at.at(1));
  }
  if (load_at(place) == nullptr) return std::nullopt;
  if (shaped != nullptr && !holds(*shaped, place)) place.shape = nullptr, place.share = 0;
  place.voltage_factor = factor_at(voltages_, place, at.at(load_axes));
  place.frequency_factor = factor_at(frequencies_, place, at.at(load_axes + 1));
  return place;
}

Coordinates PermittedRange::coordinates_of(const SearchedPlace& place) const {
  Coordinates at(axes(), 0);
  const double decades = std::log(greatest_amperes_ / least_amperes_);
  if (decades > 0)
    at[0] = std::clamp(2 * std::log(place.amperes / least_amperes_) / decades - 1, -1.0, 1.0);
  const double end = angle_of_factor(farthest(place.amperes, place.power_factor.character()));
  if (end > 0) at[1] = std::min(1.0, angle_of_factor(place.power_factor) / end);
  if (place.power_factor.character() == v1::CHARACTER_CAPACITIVE) at[1] = -at[1];
  at[load_axes] = coordinate_of(voltages_, place, place.voltage_factor);
  at[load_axes + 1] = coordinate_of(frequencies_, place, place.frequency_factor);
  for (std::size_t s = 0; s < shapes_.size(); ++s) {
    if (place.shape == shapes_[s].level) at[load_axes + 2 + s] = place.share;
  }
  return at;
}

std::optional<Permission> PermittedRange::permission(const SearchedPlace& place) const {
  const Load* load = load_at(place);
  if (load == nullptr) return std::nullopt;
  Permission permission{.limit = load->limit, .added = {}};
  permission.limit.set_magnitude(load->limit.magnitude() *
                                 limit_factor(*load->row, ampere(place.amperes), rated_));
  for (const auto& [rows, factor] : {std::pair(&voltages_, place.voltage_factor),
                                     std::pair(&frequencies_, place.frequency_factor)}) {
    if (factor == 1) continue;
    const Influence* row = narrowest(*rows, place, factor);
    if (row == nullptr) return std::nullopt;
    permission.added.push_back(row->limit);
  }
  if (place.shape != nullptr) {
    const auto shaped =
        std::find_if(shapes_.begin(), shapes_.end(), [&](const Influence& influence) {
          return influence.level == place.shape && holds(influence, place);
        });
    if (shaped == shapes_.end()) return std::nullopt;
    permission.added.push_back(shaped->limit);
  }
  permission.limit = together(permission.limit, permission.added);
  return permission;
}

const v1::InfluenceLevel* PermittedRange::shape(std::string_view id) const {
  for (const Influence& influence : shapes_) {
    if (influence.level->id() == id) return influence.level;
  }
  return nullptr;
}

v1::InfluenceLevel level_of(const SearchedPlace& place) {
  v1::InfluenceLevel level;
  std::string title;
  const auto add = [&title](const std::string& part) {
    title += (title.empty() ? "" : ", ") + part;
  };
  if (place.voltage_factor != 1) {
    level.set_voltage_factor(place.voltage_factor);
    add(fmt::format("{} Un", place.voltage_factor));
  }
  if (place.frequency_factor != 1) {
    level.set_frequency_factor(place.frequency_factor);
    add(fmt::format("{} fn", place.frequency_factor));
  }
  if (place.shape != nullptr) {
    level.set_id(place.shape->id());
    *level.mutable_signal() = place.shape->signal();
    for (auto* shares : {level.mutable_signal()->mutable_voltage_harmonics(),
                         level.mutable_signal()->mutable_current_harmonics()}) {
      for (v1::HarmonicShare& share : *shares) share.set_share(place.share * share.share());
    }
    add(place.share == 1 ? place.shape->title()
                         : fmt::format("{} of: {}", place.share, place.shape->title()));
  }
  level.set_title(title);
  return level;
}

}  // namespace meterrig::campaign
